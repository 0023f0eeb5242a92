"""What it would take to have a model read sources, without storing anything."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from extract.intake import Intake
from extract.interruption import Interruption
from extract.llm.estimate import Estimate, Estimator
from extract.llm.extractor import LlmExtractor
from extract.progress import Progress
from models.errors import ClaimboardError
from models.paper import Paper
from models.run import Run
from models.store import Store
from models.worklist import Worklist

_PAPERS = 2_000
"""Papers in memory at once."""


def estimate_sources(  # noqa: PLR0913 — each is an option of the command
    extractor: LlmExtractor,
    locations: Sequence[str],
    database: Path,
    *,
    limit: int | None,
    progress: Progress,
    stdin: IO[bytes] | None = None,
) -> Estimate:
    """Return what a run of the extractor over the sources would take, were it to store into the database.

    What that holds already is not counted. The sources pass through a database of their own, which vanishes, so that
    entries are merged as a run merges them. Raises ClaimboardError where they hold no paper.
    """
    run = Run(
        run_id="estimate",
        extractor=extractor.name,
        fingerprint=extractor.fingerprint,
        sources=tuple(locations),
        started_at=datetime.now(UTC),
    )
    estimator = Estimator(extractor)
    with TemporaryDirectory(prefix="claimboard-") as folder:
        intake = Intake(Store(Path(folder) / "papers.duckdb"), run, Interruption(), progress, limit)
        worklist = intake.take(locations, stdin)
        if worklist is None:
            raise ClaimboardError("nothing could be read: see the refusals above")
        progress.begin(intake.papers)
        known = Store(database) if database.exists() else None
        for outcome in estimator.add(_unread(worklist, known, extractor.fingerprint)):
            progress.advance([outcome])
    estimator.estimate.already_read = intake.papers - estimator.estimate.papers
    estimator.estimate.refusals = intake.refusals
    return estimator.estimate


def _unread(worklist: Worklist, known: Store | None, fingerprint: str) -> Iterator[Paper]:
    for batch in worklist.batches(_PAPERS):
        yield from known.pending(batch, fingerprint) if known else batch
