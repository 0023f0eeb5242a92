"""BibTeX of the papers that claim something, to be cited from a manuscript. bibtexparser writes it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, BinaryIO

import duckdb
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from models.export.cells import address, folded
from models.export.typeset import latex_text
from models.selection import Selection

_ROWS = 1_000

_SMALL_WORDS = (
    *(
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "beyond",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "how",
        "in",
        "into",
    ),
    *("is", "it", "its", "more", "not", "of", "on", "or", "our", "over", "than", "that", "the", "their", "this", "to"),
    *("toward", "towards", "under", "via", "we", "what", "when", "where", "why", "with", "without"),
)
"""Words that tell no title from another."""

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart into a plain one and an accent."""


def write_bibtex(connection: duckdb.DuckDBPyConnection, selection: Selection, file: BinaryIO) -> None:
    """Write an entry for each selected paper that has claims.

    Keys are made over all papers of the store, in the order in which they were read: what is selected, and what is read
    later, changes none of them.
    """
    rows = connection.sql(
        f"""
        SELECT paper_id, title, authors, published, arxiv_id, doi, url,
            paper_id IN (SELECT paper_id FROM claims) AND ({selection.condition.sql}) AS cited
        FROM papers ORDER BY paper_position
        """,  # noqa: S608 — the condition was checked to be one
        params=selection.condition.parameters,
    ).to_arrow_reader(_ROWS)
    taken: Counter[str] = Counter()
    separator = ""
    for batch in rows:
        library = Library()
        for paper in batch.to_pylist():
            key = citation_key(paper)
            taken[key] += 1
            if paper["cited"]:
                library.add(_entry(paper, key if taken[key] == 1 else f"{key}-{taken[key]}"))
        if library.entries:
            file.write((separator + write_string(library)).encode())
            separator = "\n\n"


def citation_key(paper: dict[str, Any]) -> str:
    """Return the first author's family name, the year and the first word of the title: `shinn-2023-reflexion`."""
    authors = paper["authors"] or [""]
    family = _plain(_family_name(authors[0])) or "anonymous"
    words = [_plain(word) for word in re.split(r"[^\w$\\{}'’]+", paper["title"])]
    word = next((word for word in words if word and word not in _SMALL_WORDS), "untitled")
    return f"{family}-{_year(paper) or 'undated'}-{word}"


def _family_name(author: str) -> str:
    """Return the part before the comma, or else the last word that is no suffix."""
    before, comma, _ = author.partition(",")
    words = [word for word in author.split() if not re.fullmatch(r"(?:jr|sr|ii|iii|iv)\.?", word, re.IGNORECASE)]
    return before if comma else (words[-1:] or [""])[0]


def _year(paper: dict[str, Any]) -> int | None:
    published: date | None = paper["published"]
    if published:
        return published.year
    # arXiv identifiers begin with year and month, those from before 2007 after the archive.
    match = re.fullmatch(r"(?:.*/)?(\d\d)\d\d[.\d]*", paper["arxiv_id"] or "")
    return match and int(match[1]) + (1900 if int(match[1]) > 90 else 2000)


def _plain(text: str) -> str:
    """Reduce a text to its letters and digits in ASCII and lower case."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return re.sub(r"[^a-z0-9]", "", decomposed)[:40]


def _entry(paper: dict[str, Any], key: str) -> Entry:
    # Double braces keep the capitals of the title.
    values: dict[str, str | None] = {"title": f"{{{latex_text(paper['title'])}}}"}
    values["author"] = " and ".join(_authors(paper["authors"] or ()))
    values["year"] = str(_year(paper) or "")
    if paper["arxiv_id"]:
        values |= {"eprint": _verbatim(paper["arxiv_id"]), "archiveprefix": "arXiv"}
    values["doi"] = _verbatim(paper["doi"] or "")
    values["url"] = address(paper["url"], paper["arxiv_id"], paper["doi"])
    return Entry("misc", key, [Field(name, value) for name, value in values.items() if value])


def _authors(names: list[str] | tuple[()]) -> Iterator[str]:
    for name in filter(None, map(folded, names)):
        text = latex_text(name)
        # BibTeX parts names at "and" and commas, unless in braces.
        parted = re.search(r"(?i)(?:^|\s)and(?:\s|$)", name) or name.count(",") > 2 or name.lower() == "others"
        yield f"{{{text}}}" if parted else text


def _verbatim(text: str) -> str:
    """Percent-encode what would end the field: identifiers are not typeset, but handed to links as they stand."""
    return "".join(f"%{ord(ch):02X}" if ch in "{}\\%" or not ch.isprintable() else ch for ch in text)
