"""From one record of a table or JSON file to an entry: which names its fields go by, and what they may hold."""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from extract.readers.dates import full_date
from extract.readers.refusal import Refusal, shown
from extract.readers.texts import one_line, paragraphs
from models.paper import Entry

FIELDS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "paper_title"),
    "abstract": ("abstract", "abstract_note", "abstract_text", "summary"),
    "given_id": ("paper", "arxiv_id", "id", "paper_id", "doi"),
    "given_arxiv_id": ("arxiv_id",),
    "given_doi": ("doi",),
    "authors": ("authors", "author"),
    "url": ("url", "link"),
    "published": ("published", "published_at", "publication_date", "date", "year"),
}
"""What a field may be called, the first name found being taken; case, blanks and hyphens do not matter."""

TITLE_LIMIT = 1_000
ABSTRACT_LIMIT = 1_000_000
"""Characters beyond which a title or an abstract is surely something else."""

_ENOUGH = 'give every record a "title" and an "abstract"'


def field_name(name: object) -> str:
    """Return a column's or key's name in the form that `FIELDS` has it: 'Abstract Note' is 'abstract_note'."""
    return "_".join(str(name).strip().strip("\ufeff").casefold().replace("-", " ").split())


def known_columns(names: Iterable[str]) -> dict[str, int]:
    """Return the columns of a table that a record may have, by name in the form of `FIELDS`, with their positions."""
    wanted = {alias for aliases in FIELDS.values() for alias in aliases}
    found: dict[str, int] = {}
    for position, name in enumerate(map(field_name, names)):
        if name in wanted:
            found.setdefault(name, position)
    return found


def missing_column(known: Iterable[str]) -> str | None:
    """Return which of title and abstract no known column stands for, or None."""
    return next((name for name in ("title", "abstract") if not set(known) & set(FIELDS[name])), None)


def entry(record: Mapping[str, object], location: str, line: int) -> Entry:
    """Make an entry of a record. Raises Refusal where title or abstract are missing or no text."""
    named = {field_name(key): value for key, value in record.items()}
    if isinstance(inner := named.get("paper"), Mapping):
        named = {key: value for key, value in named.items() if key != "paper"}
        named |= {field_name(key): value for key, value in inner.items()}
    found = {
        field: next((value for alias in aliases if (value := _cell(named.get(alias))) not in (None, "")), None)
        for field, aliases in FIELDS.items()
    }
    title = one_line(_text(found["title"], "title", location, line))
    abstract = paragraphs(_text(found["abstract"], "abstract", location, line))
    if not title or not abstract:
        raise Refusal(location, line, f"the {'abstract' if title else 'title'} is blank; {_ENOUGH}")
    check_lengths(title, abstract, location, line)
    published, date_printed = _published(found["published"])
    given_arxiv_id = _identifier(found["given_arxiv_id"], "arxiv_id", location, line)
    given_doi = _identifier(found["given_doi"], "doi", location, line)
    return Entry(
        location=location,
        line=line,
        title=title,
        abstract=abstract,
        given_id=_identifier(found["given_id"], "id", location, line),
        given_arxiv_id=given_arxiv_id,
        given_doi=given_doi,
        authors=_authors(found["authors"], location, line),
        url=_optional(found["url"], "url", location, line),
        published=published,
        date_printed=date_printed,
    )


def check_lengths(title: str, abstract: str, location: str, line: int) -> None:
    """Raise Refusal where title or abstract are too long to be one."""
    for name, text, limit in (("title", title, TITLE_LIMIT), ("abstract", abstract, ABSTRACT_LIMIT)):
        if len(text) > limit:
            reason = f"the {name} has {len(text):,} characters, more than {limit:,}; check that it is a paper's {name}"
            raise Refusal(location, line, reason)


def _cell(value: object) -> object:
    """Undo what data frames do to a column with gaps: a gap became NaN, and each whole number a float."""
    if not isinstance(value, float):
        return value
    if math.isnan(value):
        return None
    return int(value) if value.is_integer() else value


def _text(value: object, name: str, location: str, line: int) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        raise Refusal(location, line, f"the record has no {name}; {_ENOUGH}")
    raise Refusal(location, line, f"{name} is {shown(value)}, not text; {_ENOUGH} in quotes")


def _optional(value: object, name: str, location: str, line: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refusal(location, line, f"{name} is {shown(value)}, not text; write it as text or leave it out")
    return one_line(value) or None


def _identifier(value: object, name: str, location: str, line: int) -> str | None:
    """Return an identifier as text; tables often hold it as an integer."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if whole else _optional(value, name, location, line)


def _authors(value: object, location: str, line: int) -> tuple[str, ...]:
    """Read a list of names, a list of objects with a name, or one string of names."""
    if value is None:
        return ()
    if isinstance(value, str):
        return author_names(value)
    if not isinstance(value, list | tuple):
        raise Refusal(location, line, f"authors is {shown(value)}; give a list of names or one string")
    names = [item.get("name") if isinstance(item, Mapping) else item for item in value]
    return tuple(name for item in names if isinstance(item, str) and (name := one_line(item)))


def author_names(text: str) -> tuple[str, ...]:
    """Split 'A. Doe, B. Roe and C. Poe' or 'Doe, A.; Roe, B.' into names."""
    text = one_line(text)
    if ";" in text:
        parts = text.split(";")
    elif " and " in text and all(part.count(",") == 1 for part in text.split(" and ")) and text.count(" and ") > 1:
        parts = text.split(" and ")
    else:
        parts = [name for part in text.split(",") for name in f" {part.strip()}".split(" and ")]
    return tuple(name for part in parts if (name := part.strip()))


def _published(value: object) -> tuple[date | None, str | None]:
    """Return the full date, if any, and the date as printed."""
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value), None
    printed = one_line(str(value)) if isinstance(value, str | int) else ""
    return full_date(printed), printed or None
