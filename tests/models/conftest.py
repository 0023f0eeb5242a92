"""Papers, claims and stores to test with."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from made import Board, MakeClaim, MakeEntry, MakeOutcome, MakeRun
from made_parts import HEAD, MakePart

from models import parts
from models.claim import Claim, Reading, ground
from models.mention import Mention
from models.paper import Entry, Paper
from models.run import Outcome, Run
from models.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "claims.duckdb"


@pytest.fixture
def store(path: Path, empty: Path) -> Store:
    return Store(copy(empty, path), patience=0.3)


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    def make(
        title: str = "Quokka: a small parser", abstract: str = "Quokka reaches 84% on Foo.", **fields: Any
    ) -> Entry:
        return Entry(**{"location": "list.txt", "line": 1, "title": title, "abstract": abstract} | fields)

    return make


@pytest.fixture
def make_run() -> Callable[..., Run]:
    def make(extractor: str = "rules", version: int = 1, **fields: Any) -> Run:
        fingerprint = f"{extractor}-{version}"
        started_at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        values = {"run_id": f"run-{fingerprint}", "sources": ("list.txt",), "started_at": started_at} | fields
        return Run(extractor=extractor, fingerprint=fingerprint, **values)

    return make


@pytest.fixture
def make_claim() -> Callable[..., Claim]:
    """A claim on the first place in the abstract where the text stands, or where the number is put: at its start."""

    def make(paper: Paper, value: float, unit: str | None = "%", ordinal: int = 0, **fields: Any) -> Claim:
        number = {name: fields.pop(name) for name in ("bound", "value_high") if name in fields}
        mention = Mention(start=0, end=1, text=paper.abstract[0], value=value, unit=unit, **number)
        reading = Reading(**{"kind": "score"} | fields)
        return ground(paper, mention, reading, (0, len(paper.abstract)), ordinal)

    return make


@pytest.fixture
def make_outcome() -> Callable[..., Outcome]:
    def make(paper: Paper, *claims: Claim, **fields: Any) -> Outcome:
        values = {"status": "done", "mention_count": len(claims)} | fields
        return Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, claims=claims, **values)

    return make


@pytest.fixture
def read(store: Store, make_run: Callable[..., Run], make_outcome: Callable[..., Outcome]) -> Callable[..., None]:
    """Stores what an extractor makes of one paper."""

    def commit(
        paper: Paper, *claims: Claim, extractor: str = "rules", version: int = 1, run_id: str = "run", **outcome: Any
    ) -> None:
        run = make_run(extractor, version, run_id=f"{run_id}-{extractor}-{version}")
        store.commit(run, [make_outcome(paper, *claims, **outcome)])

    return commit


@pytest.fixture
def board(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, make_run: MakeRun, make_outcome: MakeOutcome
) -> Board:
    """Give each claim a paper of its own, and return the columns of the leaderboard that are asked for."""

    def rank(*claims: dict[str, Any], columns: str = "rank, model, score") -> list[tuple[Any, ...]]:
        papers = store.add_entries([make_entry(f"Paper number {number}") for number in range(len(claims))])
        outcomes = []
        for number, (paper, fields) in enumerate(zip(papers, claims, strict=True)):
            defaults = {"value": 50, "unit": "%", "metric": "accuracy", "model": f"m{number}", "benchmark": "Foo"}
            outcomes.append(make_outcome(paper, make_claim(paper, **(defaults | fields))))
        if outcomes:
            store.commit(make_run(run_id="board"), outcomes)
        sql = f"SELECT {columns} FROM leaderboard ORDER BY benchmark_key, metric_key, unit, rank, model_key"
        return [tuple(row.values()) for row in store.query(sql).to_pylist()]

    return rank


@pytest.fixture
def make_part(make_claim: MakeClaim) -> MakePart:
    """Make a part of entries; each claims what its abstract's length says."""

    def make(*entries: Entry, head: parts.PartHead = HEAD) -> parts.Part:
        return parts.Part(head, tuple(map(reading, entries)))

    def reading(entry: Entry) -> parts.Reading:
        paper = Paper(paper_id="0", title=entry.title, abstract=entry.abstract)
        claim = make_claim(
            paper, float(len(entry.abstract)), metric="accuracy", model="Quokka", flags=("ungrounded_model",)
        )
        return parts.Reading(entry=entry, text_hash=paper.text_hash, status="done", mention_count=1, claims=(claim,))

    return make
