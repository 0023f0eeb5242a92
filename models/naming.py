"""What a person means by a name: a paper, by its id, address or title, or a model in any spelling."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from models.errors import ClaimboardError
from models.nearness import near
from models.paper import Entry
from models.selection import Condition, named, named_in_part
from models.store import Store
from models.vocabulary import normal_form, vocabulary

Row = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """What a name was taken for."""

    asked: str
    kind: Literal["paper", "model"]
    key: str
    """paper_id, or model_key."""
    name: str
    """Title, or the name of the model that is shown."""
    claims: int


_FOLDED = "lower(regexp_replace(strip_accents({}), '[^\\pL\\pN]+', '', 'g'))"
"""The letters and digits of a title, of which a part is looked for."""


def side(store: Store, asked: str) -> Side:
    """Return the paper or model that a name means.

    A paper's id, arXiv id, DOI or whole title come first, then a model, then a part of one title or of one model's
    name. Raises ClaimboardError where there is none, or where a part fits several.
    """
    if not asked.strip():
        raise ClaimboardError("a name is empty: name a paper, by id or title, or a model")
    found = _papers(store, asked) or _models(store, asked) or _in_part(store, asked)
    if len(found) == 1:
        return Side(asked=asked, **found[0])
    if found:
        several = ", ".join(_called(row) for row in found[:5]) + (", …" if len(found) > 5 else "")
        raise ClaimboardError(f"{asked!r} may be {several}: give an id, or more of the name")
    raise ClaimboardError(f"{store.path} knows no paper or model {asked!r}{_near(store, asked)}")


def _papers(store: Store, asked: str) -> list[Row]:
    # What an entry of a source means by such an id or title.
    entry = Entry(location="-", line=1, title=asked, abstract="-", given_id=asked.strip())
    return _rows(
        store,
        """
        SELECT 'paper' AS kind, paper_id AS key, title AS name, coalesce(claim_count, 0) AS claims
        FROM papers
        WHERE paper_id = ? OR arxiv_id = ? OR doi = ?
            OR paper_id IN (SELECT paper_id FROM store.papers WHERE title_key = ?)
        ORDER BY paper_id <> ?, paper_position LIMIT 1
        """,
        [asked.strip(), entry.arxiv_id, entry.doi, entry.title_key, asked.strip()],
    )


def _models(store: Store, asked: str) -> list[Row]:
    # What is a name within its paper only has a key that says so: "baseline of 2401.01234".
    name, _, paper_id = asked.rpartition(" of ")
    by_name, within = named("model", asked), f"{vocabulary().form('model', name)} of {paper_id}"
    condition = Condition(f"({by_name.sql} OR model_key = ?)", (*by_name.parameters, within))
    return _rows(
        store,
        f"SELECT {_MODEL} FROM claims WHERE {condition.sql} GROUP BY model_key",  # noqa: S608
        condition.parameters,
    )


def _in_part(store: Store, asked: str) -> list[Row]:
    """Return the papers whose title, else the models whose name, has this as a part.

    Where a title has it before its colon, only such ones count.
    """
    if not normal_form(asked):
        return []
    papers = _rows(
        store,
        f"""
        WITH found AS (
            SELECT *, starts_with(lower(title), lower(?) || ':') AS begins
            FROM papers WHERE contains({_FOLDED.format("title")}, {_FOLDED.format("?")})
        )
        SELECT 'paper' AS kind, paper_id AS key, title AS name, coalesce(claim_count, 0) AS claims
        FROM found
        QUALIFY begins OR NOT bool_or(begins) OVER ()
        ORDER BY paper_position LIMIT 6
        """,  # noqa: S608
        [asked.strip(), asked],
    )
    condition = named_in_part("model", asked)
    return papers or _rows(
        store,
        f"SELECT {_MODEL} FROM claims WHERE {condition.sql} GROUP BY model_key ORDER BY claims DESC LIMIT 6",  # noqa: S608
        condition.parameters,
    )


_MODEL = "'model' AS kind, model_key AS key, mode(canonical_model) AS name, count(*) AS claims"


def _near(store: Store, asked: str) -> str:
    rows = _rows(
        store,
        "SELECT DISTINCT canonical_model AS name FROM claims WHERE model IS NOT NULL UNION SELECT title FROM papers",
        [],
    )
    found = near(asked, (row["name"] for row in rows))
    return f"; {found}" if found else ": claimboard claims lists what it has"


def _called(row: Row) -> str:
    if row["kind"] == "paper":
        return f"{row['key']} ({row['name']})"
    _, within, paper_id = row["key"].rpartition(" of ")
    return repr(f"{row['name']} of {paper_id}") if within else f"the model {row['name']}"


def _rows(store: Store, sql: str, parameters: Sequence[Any]) -> list[Row]:
    return store.query(sql, parameters).to_pylist()  # type: ignore[no-any-return]
