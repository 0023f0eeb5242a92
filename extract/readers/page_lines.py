"""What one line of a listing page is: metadata, running text, or a heading.

Sites lay out their pages differently and change them often. So nothing here knows a site: a line is told by its
own shape, and `page` decides by the order of lines which heading is a title.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from extract.readers.dates import PRINTED_DATE, full_date
from extract.readers.records import author_names
from models.paper import ARXIV_ID

PROSE_LENGTH = 250
"""Characters from which a line is surely running text. The longest of 30,000 titles on arXiv has 226."""

_SEPARATORS = re.compile(r"\s*[·•∙⋅|]\s*")
_COUNT = r"[+−-]?\d[\d.,]*\s?[kKmM]?"
_AUTHOR_COUNT = re.compile(r"(\d{1,5}) authors?", re.IGNORECASE)
_DATE = re.compile(
    rf"(?:(?:first |originally )?(?:published|submitted|posted|announced|updated|revised|date)(?: on)?:? )?"
    rf"({PRINTED_DATE})(?:\s+{_COUNT})*",
    re.IGNORECASE,
)
_AUTHORS = re.compile(r"authors?: (.+)", re.IGNORECASE)
_ARXIV_LINE = re.compile(rf"(?:\[\d+\]\s*)?arxiv:\s?({ARXIV_ID}(?:v\d+)?)(?:\s*[\[(].*)?", re.IGNORECASE)
_ARXIV_URL = re.compile(r"(?:https?://)?(?:www\.)?arxiv\.org/(?:abs|pdf|html)/\S+", re.IGNORECASE)

_FURNITURE = re.compile(
    rf"""
      {_COUNT} (?:\ (?:upvotes?|likes?|comments?|repl(?:y|ies)|views?|citations?|downloads?|stars?|results?|pages?))?
    | (?:upvoted?|likes?|comments?|github|stars?|cited\ by|citations?) (?:[\s:]*{_COUNT})?
    | (?:view|open|see|read|get|download)?\ ?(?:the\ )?(?:arxiv|project|html|pdf|paper|code|abs|abstract)(?:\ page)?
    | (?:read|show|load|see|view) \ (?:more|less|all|pdf)
    | (?:add|save)\ to\ \S+ | share | save | cite | bibtex | bookmark | other | sort\ by .*
    | sign\ (?:in|up) | log\ ?(?:in|out) | new | trending | search | home | about
    | privacy(?:\ policy)? | terms\ of\ (?:service|use)
    | previous | next | menu
    | (?:published|last\ (?:modified|revised|updated)):?\ .*\b(?:19|20)\d\d\b.*
    | submitted\ by\b.* | (?:originally\ )? (?:submitted|announced) \ .*\b(?:19|20)\d\d\b.*
    | (?:comments?|subjects?|categories|journal[\ -]ref(?:erence)?|doi|report[\ -]no|keywords|venue|tl;?dr) :.*
    | ©.* | copyright\ (?:©|\(c\)|\d{4}).*
    """,
    re.IGNORECASE | re.VERBOSE,
)
_PAGE_HEADER = re.compile(
    r"subscribe|(?:daily|trending|latest|top) papers|by.{0,40}community|get .* (?:inbox|e-?mail).*", re.IGNORECASE
)
_SUBMITTED_BY = re.compile(r"submitted by:?", re.IGNORECASE)

_TITLE_LABEL = re.compile(r"title:\s*(?=\S)", re.IGNORECASE)
_ABSTRACT_LABEL = re.compile(r"(?:abstract|summary)(?:\s*[:.—–]\s*|\s+-+\s+)(?=\S)", re.IGNORECASE)
_ABSTRACT_HEADING = re.compile(r"(?:abstract|summary):?", re.IGNORECASE)
_NUMBERING = re.compile(r"(?:\[\d{1,4}\]|\d{1,4}[.)])\s+(?=\S)")
_FOLD = re.compile(r"\s*[▽△▼▲]\s*(?:More|Less)$")
_GLUED_BUTTON = re.compile(r"(?:Subscribe|Sign (?:in|up)|Log ?in)(?=[A-Z0-9$\"“(])")

_SECTION = re.compile(
    r"(?:background|introduction|motivation|purpose|aims?|objectives?|methods?|materials and methods|approach|results?|"
    r"findings|discussion|conclusions?|limitations|significance|implications|availability)[.:]?",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-–*•▪◦]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\))\s+\S")

_SENTENCE_END = re.compile(r"[.…][\"'”’)\]]*$")
_INNER_SENTENCE = re.compile(r"[a-z0-9)\]%\"”’$][.!?][\"”’)]*\s+[\"“(]?[A-Z]")
_URL = re.compile(r"\bhttps?\b|\bwww\.|github\.com|huggingface\.co", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{4,}")
_NAME_PART = r"(?:[A-Z][\w.'’-]*|de|van|von|der|den|da|di|la|le|el|bin|al)"
_NAME = re.compile(rf"{_NAME_PART}(?: {_NAME_PART}){{1,4}}")


@dataclass(frozen=True)
class Metadata:
    """What a page prints about a paper beside title and abstract; all None for a button or a page header."""

    author_count: int | None = None
    authors: tuple[str, ...] = ()
    date_printed: str | None = None
    published: date | None = None
    url: str | None = None
    arxiv_id: str | None = None
    hides_next: bool = False
    """Whether the line after this one belongs to it: 'Submitted by' stands above a user's name."""
    starts_page: bool = False
    """Whether this stands at the top of a page: what is printed near it is about no paper."""
    starts_abstract: bool = False
    """Whether this is the word 'Abstract' on a line of its own."""


def metadata(line: str) -> Metadata | None:
    """Return what a line says, where it is wholly metadata or page furniture; else None."""
    if len(line) > PROSE_LENGTH and not _AUTHORS.fullmatch(line):
        return None
    if match := _AUTHORS.fullmatch(line):
        names = author_names(match[1])
        return Metadata(authors=names, author_count=len(names) or None)
    if match := _ARXIV_LINE.fullmatch(line):
        return Metadata(arxiv_id=match[1])
    if _ARXIV_URL.fullmatch(line):
        return Metadata(url=line)
    if _ABSTRACT_HEADING.fullmatch(line):
        return Metadata(starts_abstract=True)
    if _PAGE_HEADER.fullmatch(line):
        return Metadata(starts_page=True)
    if _SUBMITTED_BY.fullmatch(line):
        return Metadata(hides_next=True)
    found = Metadata()
    for piece in filter(None, _SEPARATORS.split(line)):
        if match := _AUTHOR_COUNT.fullmatch(piece):
            found = replace(found, author_count=int(match[1]))
        elif match := _DATE.fullmatch(piece):
            found = replace(found, date_printed=match[1], published=full_date(match[1]))
        elif not _FURNITURE.fullmatch(piece):
            return None
    return found


def reads_as_prose(line: str) -> bool:
    """Whether a line is running text: long, or made of sentences that are not set in Title Case.

    Titles seldom end with a full stop, but some hold one, or end with a question mark.
    """
    if len(line) >= PROSE_LENGTH:
        return True
    if _SENTENCE_END.search(line):
        return has_sentence_case(line, least=0.25)
    if not has_sentence_case(line):
        return False
    if _URL.search(line):
        return True
    return len(_INNER_SENTENCE.findall(line)) >= (1 if len(line) > 150 else 2)


def has_sentence_case(line: str, *, least: float = 0.5) -> bool:
    """Whether at least this share of the longer words after the first start in lower case."""
    words = _WORD.findall(line.split(maxsplit=1)[-1])
    return bool(words) and sum(word[0].islower() for word in words) >= least * len(words)


def belongs_to_abstract(line: str) -> bool:
    """Whether a short line after a paragraph is part of it: a section's name, a list item, a formula."""
    if line.endswith(":") or not any(character.isalpha() for character in line):
        return True
    return bool(_SECTION.fullmatch(line) or _BULLET.match(line))


def is_names(line: str) -> bool:
    """Whether a line is a list of at least two people's names."""
    names = author_names(line)
    return len(names) > 1 and all(_NAME.fullmatch(name) for name in names)


def words(line: str) -> int:
    """Return how many words a line has."""
    return len(line.split())


def labelled_title(line: str) -> str | None:
    """Return what stands after the label 'Title:', or None."""
    return line[match.end() :] if (match := _TITLE_LABEL.match(line)) else None


def labelled_abstract(line: str) -> str | None:
    """Return what stands after the label 'Abstract:', or None."""
    return line[match.end() :] if (match := _ABSTRACT_LABEL.match(line)) else None


def without_link(abstract: str) -> str:
    """Return an abstract without the 'More' or 'Less' that folds it on the page, which a triangle marks."""
    return _FOLD.sub("", abstract)


def without_numbering(title: str) -> str:
    """Return a title without the number that a list gives it: '3. ' or '[3] '."""
    return title[match.end() :] if (match := _NUMBERING.match(title)) else title


def without_button(title: str) -> str:
    """Return a page's first title without the button that the browser set directly before it."""
    return title[match.end() :] if (match := _GLUED_BUTTON.match(title)) else title
