"""A store with claims to review, made once and copied for each test."""

import shutil
from pathlib import Path

import pytest

from models.claim import Reading, ground
from models.mention import Mention
from models.paper import Entry, Paper
from models.run import Outcome, Run
from models.store import Store

ENTRY = Entry(
    location="list.txt",
    line=1,
    title="Quokka: a small parser",
    abstract="84% of Quokka, 91% of Numbat, on Foo.",
    url="https://quokka.example/1",
    given_id="q",
)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of one paper with two claims, as the rules read them: a score, and a delta that they are less sure of."""
    file = tmp_path_factory.mktemp("template") / "claims.duckdb"
    [paper] = Store(file).add_entries([ENTRY])
    readings = (
        (84, Reading(kind="score", metric="accuracy", model="Quokka", benchmark="Foo", certainty=0.9)),
        (12, Reading(kind="delta", direction="increase", baseline="Numbat", metric="speed", certainty=0.4)),
    )
    claims = tuple(
        ground(
            paper, Mention(start=0, end=1, text="8", value=value, unit="%"), reading, (0, len(paper.abstract)), place
        )
        for place, (value, reading) in enumerate(readings)
    )
    outcome = Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", mention_count=2, claims=claims)
    Store(file).commit(Run.begin("rules", "rules-1", ["list.txt"]), [outcome])
    return file


@pytest.fixture
def paper() -> Paper:
    return Paper(paper_id="q", title=ENTRY.title, abstract=ENTRY.abstract)


@pytest.fixture
def claimed(store: Store, path: Path, template: Path) -> Store:
    """The store of that file."""
    shutil.copy(template, path)
    return store
