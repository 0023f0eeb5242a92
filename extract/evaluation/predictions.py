"""The claims that are to be measured, by the ids of the labelled papers: of a file, of a store, or extracted now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from extract.evaluation.claims import PredictedClaim, ReadClaim
from extract.extractor import Extractor
from extract.gold import GoldAbstract, read_lines
from extract.outcomes import read_papers
from extract.progress import Progress
from models.errors import ClaimboardError
from models.notation import counted
from models.paper import Paper, digest, normal_title
from models.run import Outcome
from models.store import Store


class _PredictedAbstract(BaseModel):
    model_config = ConfigDict(frozen=True)

    paper: str
    claims: tuple[PredictedClaim, ...]


@dataclass(frozen=True, slots=True)
class Predictions:
    """Claims by paper id, and what is to be said of papers that have none for another reason than reading."""

    claims: Mapping[str, Sequence[ReadClaim]]
    remarks: tuple[str, ...] = ()
    failed: int = 0
    """Papers that could not be read."""
    outcomes: tuple[Outcome, ...] = ()
    """What an extractor gave."""


def from_file(path: Path, gold: Sequence[GoldAbstract]) -> Predictions:
    """Read the claims of a file in the gold form, with one name where labels list several.

    Raises ClaimboardError naming file and line where a line is none, or where no paper is a labelled one.
    """
    claims = {abstract.paper: abstract.claims for abstract in read_lines(path, _PredictedAbstract, "a read abstract")}
    missing = [abstract.paper for abstract in gold if abstract.paper not in claims]
    if len(missing) == len(gold):
        raise ClaimboardError(
            f"{path}: none of its papers is a labelled one; give each line the id that the gold file has as 'paper'"
        )
    return Predictions(claims, _absent(path, missing))


def from_store(store: Store, gold: Sequence[GoldAbstract]) -> Predictions:
    """Return the current claims of the labelled papers in a store: those that the view `claims` shows.

    Raises ClaimboardError where the store has none of them.
    """
    papers = stored_papers(store, gold)
    rows = store.query(
        "SELECT * FROM claims WHERE paper_id IN (SELECT unnest(?)) ORDER BY paper_position, claim_position",
        [sorted({row["paper_id"] for row in papers.values()})],
    ).to_pylist()
    claims: dict[str, list[ReadClaim]] = {}
    for abstract in gold:
        if paper := papers.get(abstract.paper):
            # In another text the number stands elsewhere.
            moved = {"number_start": None, "number_end": None} if paper["abstract"] != abstract.abstract else {}
            claims[abstract.paper] = [
                PredictedClaim.model_validate(row | moved) for row in rows if row["paper_id"] == paper["paper_id"]
            ]
    unread = sum(papers[paper]["unread"] for paper in claims)
    remarks = _absent(store.path, [abstract.paper for abstract in gold if abstract.paper not in papers])
    if unread:
        remarks += (f"{counted(unread, 'paper')} in {store.path} not read yet, or failed: without claims here",)
    return Predictions(claims, remarks)


def extracted(extractor: Extractor, gold: Sequence[GoldAbstract], progress: Progress) -> Predictions:
    """Have an extractor read the labelled abstracts, of which it is shown title and abstract only.

    Raises ClaimboardError where the extractor does.
    """
    papers = [Paper(paper_id=abstract.paper, title=abstract.title, abstract=abstract.abstract) for abstract in gold]
    progress.begin(len(papers))
    outcomes = []
    for outcome in read_papers(extractor, papers):
        outcomes.append(outcome)
        progress.advance([outcome])
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    remarks = [f"paper {outcome.paper_id} failed, and counts as without claims: {outcome.reason}" for outcome in failed]
    return Predictions(
        {outcome.paper_id: outcome.claims for outcome in outcomes}, tuple(remarks), len(failed), tuple(outcomes)
    )


def _absent(path: Path, papers: Sequence[str]) -> tuple[str, ...]:
    if not papers:
        return ()
    more = ", …" if len(papers) > 3 else ""
    return (
        f"{counted(len(papers), 'labelled paper')} not in {path}, without claims here: {', '.join(papers[:3])}{more}",
    )


def stored_papers(store: Store, gold: Sequence[GoldAbstract]) -> dict[str, dict[str, Any]]:
    """Return paper_id, abstract and unread of each labelled paper that the store has, by its id in the gold file.

    A paper is found by the id that a source gave it, by its own, or by its title. Raises ClaimboardError where the
    store has none of them.
    """
    keys = {abstract.paper: digest(normal_title(abstract.title)) for abstract in gold if abstract.title}
    ids = [abstract.paper for abstract in gold]
    rows = store.query(
        """
        SELECT papers.paper_id, papers.abstract, papers.unread, keyed.title_key,
            list(DISTINCT places.given_id) FILTER (places.given_id IS NOT NULL) AS given_ids
        FROM papers
        JOIN store.papers AS keyed USING (paper_id)
        LEFT JOIN store.sources AS places USING (paper_id)
        WHERE papers.paper_id IN (SELECT unnest(?)) OR keyed.title_key IN (SELECT unnest(?))
            OR papers.paper_id IN (SELECT paper_id FROM store.sources WHERE given_id IN (SELECT unnest(?)))
        GROUP BY ALL
        ORDER BY min(papers.paper_position)
        """,
        [ids, list(keys.values()), ids],
    ).to_pylist()
    found: dict[str, dict[str, Any]] = {}
    by_id: dict[str, list[dict[str, Any]]] = {}
    by_key: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        for given in {row["paper_id"], *(row["given_ids"] or ())}:
            by_id.setdefault(given, []).append(row)
        by_key.setdefault(row["title_key"], []).append(row)
    for abstract in gold:
        named, titled = by_id.get(abstract.paper, []), by_key.get(keys.get(abstract.paper, ""), [])
        # Two sources may count their papers 1, 2, 3: the title tells which is meant.
        both = [row for row in named if row in titled]
        if candidates := both or titled or named:
            found[abstract.paper] = candidates[0]
    if not found:
        raise ClaimboardError(f"{store.path} has none of the labelled papers: extract them first, or name another --db")
    return found
