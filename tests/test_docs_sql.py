"""docs/sql.md says what is so: every view has its part, and every example an answer."""

import json
import re
import shlex
from pathlib import Path

import pytest
from documents import EXAMPLES, ROOT, Document, run

PAGE = Document("docs/sql.md")
TEXT = (ROOT / PAGE.path).read_text(encoding="utf-8")
EXAMPLE = {
    part.partition("\n")[0]: re.findall(r"^```sql\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    for part in TEXT.split("\n### ")[1:]
}
EMPTY = {"rejected", "run_progress"}
"""Views that have rows only while something is going on."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose claims.duckdb has the claims of the example papers."""
    folder = tmp_path_factory.mktemp("sql")
    run(folder, shlex.join(["claimboard", "extract", *map(str, EXAMPLES)]))
    return folder


def answer(folder: Path, statement: str) -> list[object]:
    found = json.loads(run(folder, f"claimboard sql --json {shlex.quote(statement)}"))
    assert isinstance(found, list)
    return found


def test_every_view_has_a_part_with_one_example(folder: Path) -> None:
    views = answer(folder, "SELECT DISTINCT view_name AS name FROM duckdb_views() WHERE NOT internal")
    assert {view["name"] for view in views if isinstance(view, dict)} == set(EXAMPLE)
    assert {len(found) for found in EXAMPLE.values()} == {1}


@pytest.mark.parametrize("view", EXAMPLE)
def test_an_example_has_an_answer(folder: Path, view: str) -> None:
    (statement,) = EXAMPLE[view]
    assert f"FROM {view}" in statement
    assert bool(answer(folder, statement)) is (view not in EMPTY)


def test_how_to_find_the_comments_of_columns_is_so(folder: Path) -> None:
    (statement,) = re.findall(r"^```sql\n(.*?)^```", TEXT.partition("\n## ")[0], re.MULTILINE | re.DOTALL)
    columns = answer(folder, statement)
    assert columns
    assert all(column["comment"] for column in columns if isinstance(column, dict))
