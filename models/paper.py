"""A paper, and the entries of the sources that it was read from."""

import hashlib
import re
import unicodedata
from datetime import date
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"
"""An arXiv identifier without version: the scheme since 2007 and the one before (arXiv's help on identifiers)."""

_ARXIV_PLAIN = re.compile(rf"(?:arxiv:)?({ARXIV_ID})(?:v\d+)?", re.IGNORECASE)
_ARXIV_URL = re.compile(rf"(?:arxiv\.org/(?:abs|pdf|html)/|10\.48550/arxiv\.)({ARXIV_ID})", re.IGNORECASE)

_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/|^)(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
"""A DOI: directory indicator 10, registrant, suffix (DOI Handbook, section 2.2)."""


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits (64 bits of SHA-256) that name these strings, in this order, on every machine."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def normal_title(title: str) -> str:
    """Reduce a title to its letters and digits in lower case: two spellings of one title give one string."""
    text = unicodedata.normalize("NFKC", title).casefold()
    return "".join(ch for ch in text if ch.isalnum()) or text.strip()


class Entry(BaseModel):
    """One paper as one source prints it. Several entries may be of one paper."""

    model_config = ConfigDict(frozen=True)

    location: str = Field(description="File path as found, or '-' for standard input")
    line: int = Field(ge=1, description="Line (text) or row (tables) where the entry starts, counted from 1")
    title: str = Field(min_length=1, description="Title as printed, white space folded")
    abstract: str = Field(min_length=1, description="Abstract as printed, paragraphs separated by one newline")
    given_id: str | None = Field(default=None, description="The identifier that the source gives the paper")
    given_arxiv_id: str | None = Field(default=None, description="What the source says the arXiv identifier is")
    given_doi: str | None = Field(default=None, description="What the source says the DOI is")
    authors: tuple[str, ...] = Field(default=(), description="Author names, where the source has them")
    author_count: int | None = Field(default=None, ge=0, description="Number of authors, where only that is printed")
    url: str | None = None
    published: date | None = Field(default=None, description="Publication date, where the source has a full one")
    date_printed: str | None = Field(default=None, description="The date as the source prints it, such as 'Jan 22'")

    @property
    def arxiv_id(self) -> str | None:
        """The arXiv identifier, without version: the one given, else one in the given id, the DOI or the URL."""
        for text in (self.given_arxiv_id, self.given_id, self.given_doi, self.url):
            if text and (match := _ARXIV_PLAIN.fullmatch(text) or _ARXIV_URL.search(text)):
                return match[1]
        return None

    @property
    def doi(self) -> str | None:
        """The DOI, in lower case as DOIs compare: the one given, else one in the given id or the URL."""
        for text in (self.given_doi, self.given_id, self.url):
            if text and (match := _DOI.search(text)):
                return match[1].rstrip(".,;)").lower()
        return None

    @property
    def title_key(self) -> str:
        """What recognises a paper that has neither arXiv id nor DOI."""
        return digest(normal_title(self.title))

    @property
    def paper_id(self) -> str:
        """The id a paper gets from this entry: as given, else arXiv id, else DOI, else one made from the title."""
        return self.given_id or self.arxiv_id or self.doi or f"t-{self.title_key}"


def encodable(entry: Entry) -> Entry:
    """Replace lone surrogates, which JSON and file names can hold and UTF-8 cannot, one character by one."""
    changes: dict[str, Any] = {}
    for name, value in entry:
        if isinstance(value, str) and not value.isascii():
            changes[name] = value.encode("utf-8", "replace").decode("utf-8")
        elif isinstance(value, tuple):
            changes[name] = tuple(item.encode("utf-8", "replace").decode("utf-8") for item in value)
    return entry.model_copy(update=changes) if any(changes[name] != getattr(entry, name) for name in changes) else entry


class PaperText(NamedTuple):
    """Names one text of one paper: a paper's text may become a longer one."""

    paper_id: str
    text_hash: str


class Paper(BaseModel):
    """What an extractor reads: a title and an abstract, under the id that the store knows them by."""

    model_config = ConfigDict(frozen=True)

    paper_id: str
    title: str
    abstract: str = Field(description="Every span of a mention or claim counts characters in this string")

    @property
    def text_hash(self) -> str:
        """Changes when, and only when, the title or the abstract does."""
        return digest(self.title, self.abstract)
