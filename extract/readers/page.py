"""Listing pages saved as text from a browser, and plain text with one abstract.

Such a page has no marks, only order: a title, then its abstract, then perhaps authors, a date and buttons, whatever
blank lines or indentation the browser left. So an entry is *a heading directly followed by running text*; headings
that no text follows are page furniture, and running text that no heading precedes goes on with the abstract before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from extract.readers import page_lines
from extract.readers.page_lines import Metadata
from extract.readers.records import ABSTRACT_LIMIT, author_names, check_lengths
from extract.readers.refusal import Refusal, shown
from extract.readers.sources import Source, lines
from extract.readers.texts import clean, one_line, unwrapped
from models.paper import Entry

_PENDING_LIMIT = 200
"""Headings and metadata kept while no running text comes: more than any entry has, and a bound on memory."""

_LONE_LIMIT = 20_000
"""Characters that a text without any title may have and still be taken for one abstract."""

_TITLE_WORDS = 12
"""Words of a lone abstract that stand in for its title."""

_UNTITLED = "an abstract without a title above it; save the page from its top, or give the title its own line"
_NO_ENTRY = (
    "no title followed by an abstract in it; save the page with the abstracts shown, or give JSON lines, CSV or Parquet"
)


def read(source: Source) -> Iterator[Entry | Refusal]:
    """Yield the page's entries in order, and a refusal for what reads like a title or an abstract but lacks the other.

    A text that is one abstract and nothing else gives one entry, titled with the abstract's first words. Raises
    Refusal where a line cannot be decoded, or where the whole page has no entry.
    """
    page = _Page(source.location)
    for number, text in unwrapped(_stripped(source)):
        if text:
            yield from page.take(number, text)
    yield from page.close()


def _stripped(source: Source) -> Iterator[tuple[int, str]]:
    for line in lines(source):
        if isinstance(line, Refusal):
            raise line
        yield line.number, clean(line.text).strip()


@dataclass
class _Draft:
    """An entry whose abstract or metadata may still go on."""

    line: int
    title: str
    paragraphs: list[str] = field(default_factory=list)
    length: int = 0
    closed: bool = False
    """Metadata came after the abstract: the next line is of another paper."""
    facts: Metadata = field(default_factory=Metadata)

    def add(self, paragraph: str) -> None:
        """Go on with the abstract; what is beyond the limit is only counted, so that memory stays bounded."""
        if self.length <= ABSTRACT_LIMIT:
            self.paragraphs.append(paragraph)
        self.length += len(paragraph) + 1

    def note(self, said: Metadata) -> None:
        """Take up metadata; what was said first stays."""
        had = self.facts
        self.facts = Metadata(
            author_count=had.author_count if had.author_count is not None else said.author_count,
            authors=had.authors or said.authors,
            date_printed=had.date_printed or said.date_printed,
            published=had.published if had.date_printed else said.published,
            url=had.url or said.url,
            arxiv_id=had.arxiv_id or said.arxiv_id,
        )

    def finish(self, location: str) -> Entry | Refusal:
        """Return the entry, or why it is none."""
        title, abstract = one_line(self.title), "\n".join(self.paragraphs)
        try:
            check_lengths(title, abstract, location, self.line)
        except Refusal as refusal:
            return refusal
        return Entry(
            location=location,
            line=self.line,
            title=title,
            abstract=abstract,
            given_id=self.facts.arxiv_id,
            authors=self.facts.authors,
            author_count=self.facts.author_count,
            url=self.facts.url,
            published=self.facts.published,
            date_printed=self.facts.date_printed,
        )


@dataclass(frozen=True)
class _Heading:
    line: int
    text: str
    labelled: bool = False
    follows_metadata: bool = False

    @property
    def is_like_a_title(self) -> bool:
        """Whether it is worth reporting when no abstract follows: longer than what buttons and institutes say."""
        return page_lines.words(self.text) >= 5 and len(self.text) >= 30 and not page_lines.is_names(self.text)


class _Page:
    """Reads line by line, holding one draft and the headings since its abstract."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._draft: _Draft | None = None
        self._pending: list[_Heading | Metadata] = []
        self._lone: list[tuple[int, str]] = []
        self._lone_length = 0
        self._next_arxiv_id: str | None = None
        self._hidden = False
        self._abstract_announced = False
        self._any = False

    def take(self, number: int, text: str) -> Iterator[Entry | Refusal]:
        """Take the next line that is not blank; yield what it completes."""
        if self._hidden:
            self._hidden = False
            if len(text) <= 40:
                return
        if (title := page_lines.labelled_title(text)) is not None:
            self._pending.append(_Heading(number, title, labelled=True))
        elif (abstract := page_lines.labelled_abstract(text)) is not None and self._headings():
            yield from self._take_prose(number, page_lines.without_link(abstract))
        elif self._abstract_announced and self._headings():
            yield from self._take_prose(number, text)
        elif (said := page_lines.metadata(text)) is not None:
            if said.starts_page:
                yield from self._finish()
            self._take_metadata(said)
        elif page_lines.reads_as_prose(text):
            yield from self._take_prose(number, text)
        else:
            yield from self._take_heading(number, text)

    def close(self) -> Iterator[Entry | Refusal]:
        """Yield what the page's end completes. Raises Refusal where the page had no entry at all."""
        yield from self._finish()
        if self._any:
            yield from self._untitled()
        else:
            yield self._lone_abstract()

    def _finish(self) -> Iterator[Entry | Refusal]:
        """Yield what the end of a page completes; another may follow in the same file."""
        yield from self._cut_off()
        if self._draft:
            yield from self._release(self._draft, self._pending)
            self._draft = None
            self._pending = []

    def _release(self, draft: _Draft, trailing: Sequence[_Heading | Metadata]) -> Iterator[Entry | Refusal]:
        """Yield the entry with the metadata that trails it, and a refusal for each title left over."""
        for item in trailing:
            if isinstance(item, Metadata):
                draft.note(item)
        yield draft.finish(self._location)
        yield from self._strays(trailing)

    def _take_metadata(self, said: Metadata) -> None:
        self._hidden = said.hides_next
        self._abstract_announced = said.starts_abstract
        if said.arxiv_id:
            self._next_arxiv_id = said.arxiv_id
        if self._headings():
            self._pending.append(said)
        elif self._draft:
            self._draft.closed = True
            if not said.arxiv_id:
                self._draft.note(said)

    def _take_heading(self, number: int, text: str) -> Iterator[Refusal]:
        draft = self._draft
        goes_on = draft and (page_lines.belongs_to_abstract(text) or self._goes_on(draft, text))
        if draft and goes_on and not draft.closed and not self._pending:
            draft.add(text)
            return
        closed = bool(draft and draft.closed) or any(isinstance(item, Metadata) for item in self._pending)
        self._pending.append(_Heading(number, text, follows_metadata=closed))
        if len(self._pending) > _PENDING_LIMIT:
            past = self._pending[: _PENDING_LIMIT // 2]
            del self._pending[: len(past)]
            if draft:
                yield from self._strays(past)

    def _take_prose(self, number: int, text: str) -> Iterator[Entry | Refusal]:
        self._abstract_announced = False
        draft, headings = self._draft, self._headings()
        if draft and not draft.closed and (not headings or self._goes_on(draft, text)):
            for paragraph in (*(heading.text for heading in headings), text):
                draft.add(paragraph)
            self._pending.clear()
        elif headings:
            yield from self._start(self._title(headings), text)
        elif len(text) < page_lines.PROSE_LENGTH and draft:
            self._pending.append(_Heading(number, text, follows_metadata=True))
        elif draft:
            yield Refusal(self._location, number, _UNTITLED)
        else:
            self._lone_length += len(text)
            if self._lone_length <= _LONE_LIMIT:
                self._lone.append((number, text))

    def _goes_on(self, draft: _Draft, text: str) -> bool:
        """Whether a sentence runs over the lines between: a displayed formula, say."""
        broken_off = draft.paragraphs[-1][-1] not in '.!?…)"”'
        return broken_off and text[0].islower() and not any(isinstance(item, Metadata) for item in self._pending)

    def _start(self, title: _Heading, abstract: str) -> Iterator[Entry | Refusal]:
        """Begin a new entry, after finishing the one before and reporting what lies between."""
        at = self._pending.index(title)
        before, after = self._pending[:at], self._pending[at + 1 :]
        if self._draft:
            yield from self._release(self._draft, before)
        yield from self._untitled()
        text = page_lines.without_numbering(title.text)
        self._draft = _Draft(title.line, text if self._draft else page_lines.without_button(text))
        self._draft.add(abstract)
        self._any = True
        if self._next_arxiv_id:
            self._draft.note(Metadata(arxiv_id=self._next_arxiv_id))
        for item in after:
            if isinstance(item, Metadata):
                self._draft.note(item)
            elif page_lines.is_names(item.text):
                names = author_names(item.text)
                self._draft.note(Metadata(authors=names, author_count=len(names)))
        self._next_arxiv_id = None
        self._pending.clear()

    def _title(self, headings: list[_Heading]) -> _Heading:
        """Choose the heading nearest to the abstract that is neither a list of authors nor a name under a title."""
        if labelled := [heading for heading in headings if heading.labelled]:
            return labelled[-1]
        titles = [heading for heading in headings if not page_lines.is_names(heading.text)] or headings
        long = [heading for heading in titles if page_lines.words(heading.text) >= 4]
        return long[-1] if long and page_lines.words(titles[-1].text) == 1 else titles[-1]

    def _strays(self, items: Sequence[_Heading | Metadata]) -> Iterator[Refusal]:
        """Yield a refusal for each heading of a finished stretch of the page that an abstract should have followed.

        One between an abstract and metadata may name an institute, and is passed over.
        """
        for item, following in zip_longest(items, items[1:]):
            if not isinstance(item, _Heading) or not item.is_like_a_title:
                continue
            if item.follows_metadata or not isinstance(following, Metadata):
                reason = "reads like a title, but no abstract follows; save the page with its abstract"
                yield Refusal(self._location, item.line, f"{shown(item.text)} {reason}")

    def _cut_off(self) -> Iterator[Entry | Refusal]:
        """At the page's end, take a title and the first words of its abstract, where the page was cut there."""
        match self._pending:
            case [_Heading() as title, _Heading() as rest] if (
                page_lines.words(title.text) > 1 and page_lines.words(rest.text) > 5
            ):
                if page_lines.has_sentence_case(rest.text) and not page_lines.is_names(rest.text):
                    self._pending.pop()
                    yield from self._start(title, rest.text)

    def _lone_abstract(self) -> Entry:
        """Make an entry of a text that has no heading. Raises Refusal where it is not one abstract."""
        if (
            not self._lone
            or self._lone_length > _LONE_LIMIT
            or any(heading.is_like_a_title for heading in self._headings())
        ):
            raise Refusal(self._location, None, _NO_ENTRY)
        line, first = self._lone[0]
        start = first.split()
        title = " ".join(start[:_TITLE_WORDS]) + ("…" if len(start) > _TITLE_WORDS else "")
        abstract = "\n".join(text for _, text in self._lone)
        return Entry(location=self._location, line=line, title=title, abstract=abstract)

    def _untitled(self) -> Iterator[Refusal]:
        """Yield a refusal for each long text at the top of the page that had no title."""
        for line, text in self._lone:
            if len(text) >= page_lines.PROSE_LENGTH:
                yield Refusal(self._location, line, _UNTITLED)
        self._lone.clear()
        self._lone_length = 0

    def _headings(self) -> list[_Heading]:
        return [item for item in self._pending if isinstance(item, _Heading)]
