"""A folder with a database of papers that a test makes, for commands to be run in."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from command_line import run_command

from models.claim import Reading, ground
from models.mention import Mention
from models.paper import Entry
from models.run import Outcome, Run
from models.store import Store

RUN = Run(run_id="r", extractor="rules", fingerprint="f", sources=("l",), started_at=datetime(2026, 1, 2, tzinfo=UTC))

Put = Callable[..., str]
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def store(tmp_path: Path, empty: Path) -> Store:
    return Store(copy(empty, tmp_path))


@pytest.fixture
def put(store: Store) -> Put:
    """Store a paper of a title with claims, each a dictionary of what differs from 84% accuracy of Quokka on Foo."""

    def make(title: str, *claims: dict[str, Any], abstract: str = "Quokka reaches 84% here.", **entry: Any) -> str:
        [paper] = store.add_entries([Entry(location="l", line=1, title=title, abstract=abstract, **entry)])
        grounded = []
        for ordinal, given in enumerate(claims):
            fields: dict[str, Any] = {
                "value": 84,
                "unit": "%",
                "kind": "score",
                "metric": "accuracy",
                "model": "Quokka",
                "benchmark": "Foo",
            } | given
            number = {name: fields.pop(name) for name in ("value", "unit", "bound", "value_high") if name in fields}
            mention = Mention(start=0, end=1, text=paper.abstract[0], **number)
            grounded.append(ground(paper, mention, Reading(**fields), (0, len(paper.abstract)), ordinal))
        outcome = Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=tuple(grounded))
        store.commit(RUN, [outcome])
        return paper.paper_id

    return make


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Run a command in the folder of the database."""

    def run(*arguments: str, columns: int = 80) -> subprocess.CompletedProcess[str]:
        return run_command(tmp_path, *arguments, COLUMNS=str(columns))

    return run


@pytest.fixture
def answer(command: Command) -> Callable[..., Any]:
    """Return what a command that ends well writes as JSON."""

    def ask(*arguments: str) -> Any:
        done = command(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask
