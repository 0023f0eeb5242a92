"""Which entries are of one paper.

An arXiv id or a DOI names a paper. Without one, the title does: its letters and digits. Two papers with different arXiv
ids, or different DOIs, are two, whatever their titles.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from models.paper import Entry, Paper, digest


@dataclass(frozen=True, slots=True)
class Identity:
    """What an entry says about which paper it is of, worked out once."""

    title_key: str
    arxiv_id: str | None
    doi: str | None
    paper_id: str
    second_id: str

    @classmethod
    def of(cls, entry: Entry) -> "Identity":
        """Read it from the entry.

        A DOI that only repeats an arXiv id is none: the publisher's may follow. `second_id` is for an entry whose
        paper id is another paper's already: two files may both count 1, 2, 3.
        """
        title_key, arxiv_id, doi = entry.title_key, entry.arxiv_id, entry.doi
        if doi is not None and doi.startswith("10.48550/arxiv."):
            doi = None
        paper_id = entry.given_id or arxiv_id or doi or f"t-{title_key}"
        return cls(
            title_key, arxiv_id, doi, paper_id, f"{paper_id}~{digest(title_key, arxiv_id or '', doi or '')[:12]}"
        )


@dataclass(slots=True)
class PaperRecord:
    """A paper as the table store.papers has it, with its current text."""

    paper_id: str
    position: int
    title: str
    abstract: str
    title_key: str
    arxiv_id: str | None = None
    doi: str | None = None
    url: str | None = None
    authors: list[str] | None = None
    author_count: int | None = None
    published: date | None = None
    date_printed: str | None = None

    @property
    def paper(self) -> Paper:
        """The paper as extractors read it."""
        return Paper(paper_id=self.paper_id, title=self.title, abstract=self.abstract)


class Catalogue:
    """Finds the paper of an entry among the known ones, or makes a new one.

    Known are those papers that share an identifier, a title or a paper id with the entries to come, in the order in
    which they were first read; `next_position` is the place of the next new one.
    """

    def __init__(self, known: Iterable[PaperRecord], next_position: int) -> None:
        self._by_id: dict[str, PaperRecord] = {}
        self._by_arxiv_id: dict[str, PaperRecord] = {}
        self._by_doi: dict[str, PaperRecord] = {}
        self._by_title: defaultdict[str, list[PaperRecord]] = defaultdict(list)
        self._next_position = next_position
        self._before: dict[str, PaperRecord] = {}
        for record in known:
            self._before[record.paper_id] = replace(record)
            self._by_title[record.title_key].append(record)
            self._index(record)

    def place(self, entry: Entry, identity: Identity) -> PaperRecord:
        """Return the record of the entry's paper, completed by what the entry adds.

        A longer abstract takes the place of a shorter one, its title with it: pages cut abstracts off. Anything else
        is only filled in where it is missing.
        """
        title_key, arxiv_id, doi = identity.title_key, identity.arxiv_id, identity.doi
        record = self._find(title_key, arxiv_id, doi)
        if record is None:
            record = PaperRecord(
                paper_id=self._free_id(identity),
                position=self._next_position,
                title=entry.title,
                abstract=entry.abstract,
                title_key=title_key,
            )
            self._next_position += 1
            self._by_title[record.title_key].append(record)
        elif len(entry.abstract) > len(record.abstract):
            record.title, record.abstract = entry.title, entry.abstract
        if arxiv_id not in self._by_arxiv_id:
            record.arxiv_id = record.arxiv_id or arxiv_id
        if doi not in self._by_doi:
            record.doi = record.doi or doi
        record.url = record.url or entry.url
        record.authors = record.authors or list(entry.authors) or None
        record.author_count = entry.author_count if record.author_count is None else record.author_count
        record.published = record.published or entry.published
        record.date_printed = record.date_printed or entry.date_printed
        self._index(record)
        return record

    def changed(self) -> list[PaperRecord]:
        """Return the records that are new or differ from what was known, in the order of their positions."""
        records = (record for record in self._by_id.values() if record != self._before.get(record.paper_id))
        return sorted(records, key=lambda record: record.position)

    def _find(self, title_key: str, arxiv_id: str | None, doi: str | None) -> PaperRecord | None:
        if arxiv_id is not None and arxiv_id in self._by_arxiv_id:
            return self._by_arxiv_id[arxiv_id]
        if doi is not None and doi in self._by_doi:
            return self._by_doi[doi]
        for record in self._by_title.get(title_key, ()):
            if not _differ(record.arxiv_id, arxiv_id) and not _differ(record.doi, doi):
                return record
        return None

    def _free_id(self, identity: Identity) -> str:
        paper_id = identity.paper_id if identity.paper_id not in self._by_id else identity.second_id
        while paper_id in self._by_id:
            paper_id += "~"
        return paper_id

    def _index(self, record: PaperRecord) -> None:
        self._by_id[record.paper_id] = record
        if record.arxiv_id:
            self._by_arxiv_id[record.arxiv_id] = record
        if record.doi:
            self._by_doi[record.doi] = record


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
