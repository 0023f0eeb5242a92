"""One outcome for each paper, whatever the extractor does with it.

A stream of papers goes through an extractor, which may take several before it returns one. Where it crashes, nothing
says which of those it crashed on.
"""

from collections.abc import Iterable, Iterator

from extract.extractor import Extractor
from models.errors import ClaimboardError
from models.paper import Paper
from models.run import Outcome


def read_papers(extractor: Extractor, papers: Iterable[Paper]) -> Iterator[Outcome]:
    """Yield the outcome of each paper; one on which the extractor crashes, or says nothing, comes out failed.

    Where several papers were under way when it crashed, each of them is read again, alone. Raises ClaimboardError
    where the extractor does, or where it crashes without any paper.
    """
    source = iter(papers)
    under_way: dict[str, Paper] = {}

    def taken() -> Iterator[Paper]:
        for paper in source:
            under_way[paper.paper_id] = paper
            yield paper

    while True:
        crash: Exception | None = None
        try:
            for outcome in extractor.extract(taken()):
                under_way.pop(outcome.paper_id, None)
                yield outcome
        except ClaimboardError:
            raise
        except Exception as error:
            if not under_way:
                raise ClaimboardError(f"the extractor {extractor.name} does not work: {_described(error)}") from error
            crash = error
        left = list(under_way.values())
        under_way.clear()
        if crash is not None and len(left) == 1:
            yield Outcome.unread(left[0], _described(crash))
        else:
            for paper in left:
                yield _read_alone(extractor, paper)
        if crash is None:
            return


def _read_alone(extractor: Extractor, paper: Paper) -> Outcome:
    try:
        return next(iter(extractor.extract([paper])), None) or Outcome.unread(paper, "the extractor gave no outcome")
    except ClaimboardError:
        raise
    except Exception as error:
        return Outcome.unread(paper, _described(error))


def _described(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
