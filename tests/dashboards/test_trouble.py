"""What the dashboard says where there is no database to show, and that it never breaks off with an exception."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import database as pages_database
from models.paper import Entry
from models.store import Store

_APP = Path(__file__).parents[2] / "dashboards" / "app.py"


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """All that the dashboard says about a file: its text and the commands to type."""

    def run(path: Path) -> str:
        monkeypatch.setenv("CLAIMBOARD_DB", str(path))
        app = AppTest.from_file(str(_APP), default_timeout=30).run()
        assert not app.exception
        return "\n".join([*(element.proto.body for element in app.get("html")), *(code.value for code in app.code)])

    return run


def test_no_file(said: Callable[[Path], str], tmp_path: Path) -> None:
    path = tmp_path / "it is <b>here</b>.duckdb"
    text = said(path)
    assert "No database yet" in text
    assert f"claimboard extract SOURCE --db '{path}'" in text
    assert "it is &lt;b&gt;here&lt;/b&gt;.duckdb, and there is no such file" in text


def test_no_folder(said: Callable[[Path], str], tmp_path: Path) -> None:
    assert "No database yet" in said(tmp_path / "none" / "claims.duckdb")


def test_a_folder(said: Callable[[Path], str], tmp_path: Path) -> None:
    assert f"{tmp_path} is a folder: name a file" in said(tmp_path)


def test_no_papers(said: Callable[[Path], str], tmp_path: Path) -> None:
    path = tmp_path / "claims.duckdb"
    with Store(path).write():
        pass
    text = said(path)
    assert "No papers yet" in text
    assert f"claimboard extract SOURCE --db {path}" in text


def test_papers_that_no_extractor_has_read(said: Callable[[Path], str], tmp_path: Path) -> None:
    path = tmp_path / "claims.duckdb"
    Store(path).add_entries([Entry(location="l.txt", line=1, title="Quokka", abstract="Quokka reaches 84%.")])
    text = said(path)
    assert "1 paper</a> not read yet" in text
    assert "No abstract so far gives a score" in text


@pytest.mark.parametrize("content", [b"", b"title,abstract\n", b"\0" * 20_000])
def test_a_file_that_is_no_database(said: Callable[[Path], str], tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "claims.duckdb"
    path.write_bytes(content)
    text = said(path)
    assert "The database cannot be read" in text
    assert "claimboard dashboard --db OTHER.duckdb" in text
    assert path.read_bytes() == content


def test_a_database_of_another_program(said: Callable[[Path], str], tmp_path: Path) -> None:
    path = tmp_path / "other.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE papers AS SELECT 1 AS paper")
    assert "is a DuckDB file, but not one of claimboard's" in said(path)


def test_a_database_of_a_newer_claimboard(said: Callable[[Path], str], database: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.duckdb"
    path.write_bytes(database.read_bytes())
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE store.meta SET value = '99' WHERE name = 'schema_version'")
    assert "was made by a newer claimboard (schema 99" in said(path)


def test_a_name_that_no_database_can_have(said: Callable[[Path], str], tmp_path: Path) -> None:
    assert "name another" in said(tmp_path / "store.duckdb")


def test_a_database_that_another_process_writes(
    said: Callable[[Path], str], database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages_database, "_PATIENCE", 0.2)
    path = tmp_path / "claims.duckdb"
    path.write_bytes(database.read_bytes())
    with _writer(path) as process_id:
        text = said(path)
    assert f"(PID {process_id})" in text
    assert "This page looks again every few seconds" in text
    assert "No database" not in said(path)


@contextmanager
def _writer(path: Path) -> Iterator[int]:
    program = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    command = [sys.executable, "-c", program, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        process.communicate(b"\n")
