"""Runs of the real command that are interrupted, killed, repeated, or two at once: nothing lost, nothing twice."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from command_line import run_command
from real_command import COMMAND, claimboard, environment, write_papers

from models.errors import ClaimboardError
from models.store import Store


def papers_read(folder: Path) -> int:
    try:
        [row] = Store(folder / "claims.duckdb").query("SELECT count(*) AS n FROM store.outcomes").to_pylist()
    except ClaimboardError:  # there is no database yet
        return 0
    return int(row["n"])


@contextmanager
def started(folder: Path, source: str) -> "Iterator[subprocess.Popen[bytes]]":
    """Start an extraction that has committed some papers; whatever it leaves behind ends with the block."""
    with (
        (folder / "errors.txt").open("w") as errors,
        subprocess.Popen(
            [COMMAND, "extract", source],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        ) as process,
    ):
        try:
            while process.poll() is None and not papers_read(folder):
                time.sleep(0.2)
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def stopped_midway(folder: Path, number: signal.Signals) -> tuple[Path, int, int]:
    """Stop an extraction by a signal when some of its papers are read and some are not.

    Return its folder, how many papers there are, and its exit code. There are ever more papers, until the machine is
    not so fast that it has read them all before the signal arrives.
    """
    for count in (600, 3_000, 20_000):
        inner = folder / str(count)
        inner.mkdir()
        with started(inner, write_papers(inner, count)) as process:
            process.send_signal(number)
            # Every process of the run holds its standard output: its end is the end of them all.
            process.communicate(timeout=60)
        if papers_read(inner) < count:
            return inner, count, process.returncode
    raise AssertionError(f"no run was stopped by {number.name}")


def whole(folder: Path, papers: int) -> None:
    """Check that every paper was read, once, with the claims that each has."""
    store = Store(folder / "claims.duckdb")
    [row] = store.query(
        """
        SELECT (SELECT count(*) FROM store.papers) AS papers, (SELECT count(*) FROM store.outcomes) AS outcomes,
            (SELECT sum(claim_count) FROM store.outcomes)::BIGINT AS counted,
            (SELECT count(*) FROM store.claims) AS claims,
            (SELECT count(*) FROM (SELECT DISTINCT paper_id, claim_id FROM store.claims)) AS distinct_claims,
            (SELECT count(*) FROM store.worklist) AS left_over
        """
    ).to_pylist()
    assert row["papers"] == row["outcomes"] == papers
    assert row["counted"] == row["claims"] == row["distinct_claims"] > 0
    assert row["left_over"] == 0


def goes_on(folder: Path, papers: int) -> None:
    """Give the command of a stopped run again and check that it reads what is left, and that nothing is missing."""
    result = json.loads(claimboard(folder, "extract", "papers.jsonl", "--json").stdout)
    assert 0 < result["already_done"] < papers
    assert result["already_done"] + result["extracted"] == papers
    whole(folder, papers)


def test_the_second_run_reads_nothing_anew(tmp_path: Path) -> None:
    source = write_papers(tmp_path, 50)
    run_command(tmp_path, "extract", source)
    again = json.loads(run_command(tmp_path, "extract", source, "--json").stdout)
    assert (again["new"], again["extracted"], again["already_done"]) == (0, 0, 50)
    forced = json.loads(run_command(tmp_path, "extract", source, "--force", "--json").stdout)
    assert forced["extracted"] == 50
    whole(tmp_path, 50)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_go_on_and_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    folder, count, code = stopped_midway(tmp_path, number)
    assert code == 130
    errors = (folder / "errors.txt").read_text()
    assert "The same command goes on from here" in errors
    assert "Traceback" not in errors
    before = Store(folder / "claims.duckdb").status()
    assert before.last_run is not None
    assert before.last_run.status == "interrupted"
    goes_on(folder, count)


def test_a_killed_run_leaves_no_process_behind_goes_on_and_reads_nothing_twice(tmp_path: Path) -> None:
    folder, count, code = stopped_midway(tmp_path, signal.SIGKILL)
    assert code == -signal.SIGKILL
    goes_on(folder, count)


def test_two_runs_on_one_database_at_once_both_finish(tmp_path: Path) -> None:
    papers = (tmp_path / write_papers(tmp_path, 400)).read_bytes().splitlines(keepends=True)
    # Papers of one only, of the other only, and in the middle those of both.
    sources = [b"".join(papers[:275]), b"".join(papers[125:])]
    command = [COMMAND, "extract", "-"]
    with (
        subprocess.Popen(command, cwd=tmp_path, env=environment(), stdin=subprocess.PIPE) as one,
        subprocess.Popen(command, cwd=tmp_path, env=environment(), stdin=subprocess.PIPE) as two,
    ):
        # Neither can end before both have begun: each waits for the end of its input.
        for run, source in zip((one, two), sources, strict=True):
            assert run.stdin is not None
            run.stdin.write(source)
            run.stdin.flush()
        for run in (one, two):
            assert run.stdin is not None
            run.stdin.close()
    assert (one.returncode, two.returncode) == (0, 0)
    whole(tmp_path, 400)
