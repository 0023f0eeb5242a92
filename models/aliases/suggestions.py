"""Names of a store's claims that are probably one, for a person to confirm."""

import re

from models.aliases.likeness import Named, Pair, abbreviates, likely_pairs
from models.store import Store
from models.vocabulary import NameKind, vocabulary

_DEFINITION = r"(?:[\w-]+ ){2,8}\([A-Z][\w-]{1,9}\)"
"""Words, and after them in brackets what may be short for the last of these (Schwartz and Hearst, 2003)."""


def suggestions(store: Store, kind: NameKind) -> list[Pair]:
    """Return pairs of names that claims print and that are probably one, those first that would join most claims."""
    named = store.query(
        f"""
        WITH spellings AS (
            SELECT {kind}_key AS key, canonical_{kind} AS name, count(*) AS claims
            FROM claims WHERE {kind} IS NOT NULL GROUP BY ALL
        )
        SELECT key, arg_max(name, (claims, name)) AS name, sum(claims)::BIGINT AS claims
        FROM spellings GROUP BY key ORDER BY key
        """  # noqa: S608 — one of three names
    ).to_pylist()
    knows = {"benchmark": vocabulary().benchmark, "metric": vocabulary().metric, "model": vocabulary().model}[kind]
    names = [Named(**row, known=knows(row["name"]) is not None) for row in named]
    return likely_pairs(kind, names, _definitions(store))


def _definitions(store: Store) -> set[tuple[str, str]]:
    """Return the names in full that abstracts define a short one for: ("word error rate", "WER")."""
    rows = store.query(
        "SELECT DISTINCT unnest(regexp_extract_all(abstract, ?)) AS text FROM papers WHERE claim_count > 0",
        [_DEFINITION],
    )
    return {defined for text in rows["text"].to_pylist() if (defined := _defined(text))}


def _defined(text: str) -> tuple[str, str] | None:
    *words, short = re.sub("[()]", "", text).split()
    for count in range(2, len(words) + 1):
        if abbreviates(short, words[-count:]):
            return " ".join(words[-count:]), short
    return None
