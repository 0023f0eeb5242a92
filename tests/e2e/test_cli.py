"""The real command, in a process where that matters: what it prints, how it ends, what is in the file afterwards."""

import csv
import hashlib
import io
import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import run_command
from real_command import COMMAND, claimboard, environment, record, write_papers

from models.store import Store

EXAMPLES = str(Path(__file__).parents[2] / "examples")
COMMANDS = ("extract", "leaderboard", "claims", "sql", "export", "status", "dashboard")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the claims of the example pages in claims.duckdb."""
    folder = tmp_path_factory.mktemp("demo")
    assert claimboard(folder, "extract", EXAMPLES).returncode == 0
    return folder


def one_line_error(done: subprocess.CompletedProcess[str]) -> str:
    """Return the error of a command that ended with exit code 2: the last line, the only error, no traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert [line for line in lines if line.startswith("error: ")] == lines[-1:]
    return lines[-1]


# What the commands print


def test_every_command_and_option_has_help(tmp_path: Path) -> None:
    """In a terminal so wide that nothing is broken, a line is a name, what it takes, and a sentence on it."""
    explained = re.compile(r" {2}\w\S* .+\. *$")
    texts: dict[tuple[str, ...], str] = {}
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        command = waiting.pop()
        text = texts[command] = run_command(tmp_path, *command, "--help", COLUMNS="400").stdout
        options = re.findall(r"^│ [* ]*(-.*)│$", text, re.MULTILINE)
        commands = re.findall(r"^│ (\w.*)│$", text.partition("─ Commands ─")[2], re.MULTILINE)
        assert any(line.startswith("--help ") for line in options), command
        # To look into sources takes no database.
        stores = not commands and command != ("read",)
        assert any(line.startswith("--db ") for line in options) == stores, command
        assert [line for line in (*options, *commands) if not explained.search(line)] == [], command
        waiting += [(*command, line.split()[0]) for line in commands]
    assert set(texts) >= {*((command,) for command in COMMANDS), ("batch", "submit"), ("batch", "collect")}


def test_version_is_the_one_of_the_package(tmp_path: Path) -> None:
    assert claimboard(tmp_path, "--version").stdout.startswith("claimboard 0.")


@pytest.mark.parametrize("columns", [80, 120])
def test_no_line_is_wider_than_the_terminal(demo: Path, columns: int) -> None:
    for arguments in (("leaderboard",), ("claims", "--limit", "0"), ("status",)):
        printed = run_command(demo, *arguments, COLUMNS=str(columns)).stdout
        assert max(len(line) for line in printed.splitlines()) <= columns


def test_the_leaderboards_are_shown_without_naming_one(demo: Path) -> None:
    printed = run_command(demo, "leaderboard").stdout
    assert printed.count("is better") == 5
    assert "“" in printed


def test_a_benchmark_is_found_in_any_spelling(demo: Path) -> None:
    rows = json.loads(run_command(demo, "leaderboard", "gsm 8k", "--json").stdout)
    assert rows
    assert {row["benchmark"] for row in rows} == {"GSM8K"}
    assert rows[0]["rank"] == 1
    assert all(row["evidence"] for row in rows)


@pytest.mark.parametrize("arguments", [("leaderboard", "GSM9K"), ("claims", "--benchmark", "GSM9K")])
def test_an_unknown_benchmark_gets_near_ones_told(demo: Path, arguments: tuple[str, ...]) -> None:
    assert "near to it are GSM8K" in one_line_error(run_command(demo, *arguments))


def test_claims_are_found_by_text_paper_kind_and_benchmark(demo: Path) -> None:
    rows = json.loads(run_command(demo, "claims", "--search", "HUMANEVAL", "--kind", "score", "--json").stdout)
    assert rows
    assert all(row["kind"] == "score" for row in rows)
    paper = rows[0]["paper_id"]
    of_paper = json.loads(run_command(demo, "claims", "--paper", paper, "--limit", "0", "--json").stdout)
    assert {row["paper_id"] for row in of_paper} == {paper}
    on_benchmark = json.loads(run_command(demo, "claims", "--benchmark", "human eval", "--json").stdout)
    assert on_benchmark
    assert all("humaneval" in row["benchmark"].lower().replace(" ", "") for row in on_benchmark)


def test_status_counts_what_was_read(demo: Path) -> None:
    status = json.loads(run_command(demo, "status", "--json").stdout)
    assert status["papers"] == status["readings"][0]["done"] + status["readings"][0]["skipped"]
    assert sum(status["kinds"].values()) == status["claims"] > 0
    assert (status["unread"], status["failures"], status["last_run"]["status"]) == (0, [], "finished")


def test_text_of_an_abstract_neither_colours_nor_turns_nor_marks_up_the_terminal(tmp_path: Path) -> None:
    hostile = "[bold red]Foo[/] \x1b[31m\u202ereaches\u2066 91.5%\x07 accuracy\x1b]0;owned\x07 on BarBench [link=x]here"
    (tmp_path / "papers.jsonl").write_text(record("A \x1b[2Jtitle [red]", hostile))
    assert run_command(tmp_path, "extract", "papers.jsonl").returncode == 0
    printed = "".join(
        run_command(tmp_path, *arguments).stdout
        for arguments in (("claims",), ("leaderboard",), ("sql", "SELECT title, abstract FROM papers"), ("status",))
    )
    assert "[bold red]Foo[/]" in printed
    assert "title [red]" in printed
    assert not set(printed) & set("\x1b\x07\u202e\u2066")


def test_output_that_nobody_reads_to_its_end_is_no_error(demo: Path) -> None:
    with subprocess.Popen(
        [COMMAND, "sql", "SELECT repeat('x', 100) AS x FROM range(100000)", "--csv"],
        cwd=demo,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


# SQL and exports


def test_sql_answers_as_table_json_and_csv_and_from_standard_input(demo: Path) -> None:
    statement = "SELECT kind, count(*) AS n FROM claims GROUP BY kind ORDER BY n DESC"
    rows = json.loads(run_command(demo, "sql", statement, "--json").stdout)
    assert rows[0]["kind"] == "score"
    table = list(csv.DictReader(io.StringIO(claimboard(demo, "sql", "-", "--csv", stdin=statement).stdout)))
    assert [row["n"] for row in table] == [str(row["n"]) for row in rows]
    assert "score" in run_command(demo, "sql", statement).stdout
    assert "no rows" in run_command(demo, "sql", "SELECT title FROM papers WHERE title IS NULL").stdout


@pytest.mark.parametrize(
    ("statement", "explanation"),
    [
        ("DELETE FROM store.claims", "nothing was run"),
        ("SELECT 1; DROP VIEW claims", "nothing was run"),
        ("SELEC 1", "syntax error"),
        ("SELECT nope FROM claims", '"nope"'),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled"),
        ("", "nothing was run"),
    ],
)
def test_sql_that_writes_or_is_wrong_is_one_line_and_changes_nothing(
    demo: Path, statement: str, explanation: str
) -> None:
    before = (demo / "claims.duckdb").read_bytes()
    assert explanation in one_line_error(run_command(demo, "sql", statement))
    assert (demo / "claims.duckdb").read_bytes() == before


@pytest.mark.parametrize("format", ["csv", "parquet", "latex", "bibtex", "html"])
def test_an_export_to_a_file_is_the_one_to_standard_output(demo: Path, tmp_path: Path, format: str) -> None:
    target = tmp_path / "claims"
    assert run_command(demo, "export", "--format", format, "-o", str(target)).returncode == 0
    piped = subprocess.run(
        [COMMAND, "export", "--format", format], cwd=demo, env=environment(), capture_output=True, check=True
    )
    assert piped.stdout == target.read_bytes() != b""


# Sources that are not what they should be


def test_a_broken_line_is_named_and_the_other_lines_are_stored(tmp_path: Path) -> None:
    lines = [record(f"Paper number {index}") for index in range(1, 31)]
    lines[16] = '{"title": "Paper number 17", "abstract": \n'
    (tmp_path / "papers.jsonl").write_text("".join(lines))
    done = run_command(tmp_path, "extract", "papers.jsonl")
    assert done.returncode == 1
    assert "papers.jsonl:17: " in done.stderr
    assert json.loads(run_command(tmp_path, "status", "--json").stdout)["papers"] == 29


def write_unreadable(folder: Path) -> Iterator[str]:
    (folder / "empty.txt").write_bytes(b"")
    yield "empty.txt"
    (folder / "binary").write_bytes(bytes(range(256)) * 4)
    yield "binary"
    (folder / "page.txt").write_text("Home\nAbout us\nContact\n")
    yield "page.txt"
    (folder / "folder").mkdir()
    (folder / "folder" / "binary").write_bytes(b"\0" * 99)
    yield "folder"
    (folder / "nothing-in-it").mkdir()
    yield "nothing-in-it"
    yield "missing.jsonl"


def test_each_source_that_holds_nothing_is_named_and_makes_no_database(tmp_path: Path) -> None:
    for source in write_unreadable(tmp_path):
        done = run_command(tmp_path, "extract", source)
        assert "nothing could be read" in one_line_error(done)
        assert f"refused: {source}" in done.stderr
        assert not (tmp_path / "claims.duckdb").exists()


def test_what_is_readable_beside_them_is_stored(tmp_path: Path) -> None:
    sources = [*write_unreadable(tmp_path), write_papers(tmp_path, 3)]
    done = run_command(tmp_path, "extract", *sources, "--json")
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert (result["papers"], result["refusals"]) == (3, 6)


def test_a_page_through_a_pipe_is_read(tmp_path: Path) -> None:
    done = claimboard(tmp_path, "extract", "-", "--json", stdin=record("One") + record("Two"))
    assert done.returncode == 0
    assert json.loads(done.stdout)["extracted"] == 2


# Databases that are not what they should be


def test_a_database_that_is_none_is_left_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("my notes, longer than any header of a database could ever be\n" * 100)
    for arguments in (("extract", write_papers(tmp_path, 1)), ("claims",), ("status",), ("sql", "SELECT 1")):
        assert "notes.txt" in one_line_error(run_command(tmp_path, *arguments, "--db", "notes.txt"))
    assert other.read_text().startswith("my notes")


@pytest.mark.parametrize(
    "database", ["/proc/claims.duckdb", "missing/claims.duckdb", "papers.jsonl/claims.duckdb", "."]
)
def test_a_database_that_cannot_be_made_is_one_line(tmp_path: Path, database: str) -> None:
    assert database in one_line_error(run_command(tmp_path, "extract", write_papers(tmp_path, 1), "--db", database))


@pytest.mark.parametrize("command", ["leaderboard", "claims", "status", "export", "dashboard"])
def test_a_database_that_is_not_there_says_how_to_make_it(tmp_path: Path, command: str) -> None:
    assert "claimboard extract SOURCE --db claims.duckdb makes it" in one_line_error(run_command(tmp_path, command))
    assert not (tmp_path / "claims.duckdb").exists()


def test_a_full_disk_is_one_line_and_keeps_what_was_stored(tmp_path: Path) -> None:
    run_command(tmp_path, "extract", EXAMPLES)
    before = Store(tmp_path / "claims.duckdb").status()
    size = (tmp_path / "claims.duckdb").stat().st_size
    # Texts without a pattern, which cannot be made much shorter.
    texts = (hashlib.shake_256(str(number).encode()).hexdigest(2_000) for number in range(4_000))
    (tmp_path / "long.jsonl").write_text("".join(record(f"Paper {text[:9]}", text) for text in texts))
    # A file may not grow past this size, as on a full disk; writing more fails instead of ending the process.
    script = f"trap '' XFSZ; ulimit -f {size // 1024 + 200}; exec {COMMAND} extract long.jsonl"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert "claims.duckdb" in one_line_error(done)
    assert Store(tmp_path / "claims.duckdb").status().claims >= before.claims


def test_an_unknown_extractor_is_one_line(tmp_path: Path) -> None:
    error = one_line_error(run_command(tmp_path, "extract", write_papers(tmp_path, 1), "--extractor", "oracle"))
    assert "'oracle'" in error
    assert "rules" in error


# The dashboard


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_dashboard_says_its_address_serves_and_stops(demo: Path, number: signal.Signals) -> None:
    port = free_port()
    with subprocess.Popen(
        [COMMAND, "dashboard", "--port", str(port), "--no-browser"],
        cwd=demo,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert f"http://127.0.0.1:{port} " in process.stderr.readline()
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(b"GET /_stcore/health HTTP/1.0\r\n\r\n")
            assert b" 200 " in connection.recv(99)
        process.send_signal(number)
        assert process.wait() == 0
        assert "Traceback" not in process.stderr.read()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()


def test_a_port_in_use_is_one_line(demo: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        error = one_line_error(run_command(demo, "dashboard", "--port", port, "--no-browser"))
    assert port in error
    assert "--port" in error
