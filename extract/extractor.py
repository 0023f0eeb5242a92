"""The one interface of everything that turns abstracts into claims."""

from collections.abc import Iterable, Iterator
from typing import Protocol, runtime_checkable

from models.errors import ClaimboardError
from models.paper import Paper, PaperText
from models.run import Outcome


class Stopped(ClaimboardError):
    """The extractor cannot go on with any paper: a refused key, an unknown model, a budget used up.

    What was yielded before stands; the papers that were not read stay pending, for a later run.
    """


class BudgetReached(Stopped):
    """The next call might go over what the user allows."""


class Extractor(Protocol):
    """Reads papers and says how each came out.

    Outcomes may come in another order than the papers went in, and papers are taken only as fast as they are read, so
    that a stream of any length passes through in bounded memory. Each paper taken gives exactly one outcome.
    """

    @property
    def name(self) -> str:
        """'rules' or 'llm'."""
        ...

    @property
    def fingerprint(self) -> str:
        """Names extractor, version and parameters; a paper is read once per fingerprint."""
        ...

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        """Yield one outcome per paper. A paper that cannot be read is a failed outcome, never an exception.

        Raises Stopped where no further paper can be read.
        """
        ...


@runtime_checkable
class HasParameters(Protocol):
    """An extractor that can be set."""

    @property
    def parameters(self) -> str:
        """How it is set, as JSON for people and without any key. What is found out on the way may change it."""
        ...


@runtime_checkable
class KeepsJournal(Protocol):
    """An extractor that writes down what it paid for, in case the run is killed before it is stored."""

    def stored(self, texts: Iterable[PaperText]) -> None:
        """Take note that outcomes of these were committed: what they were made from is not needed any more."""
        ...
