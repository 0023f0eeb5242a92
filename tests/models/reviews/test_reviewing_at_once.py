"""Reviewers who work at the same time, and processes that end in the middle."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from made import MakeClaim, MakeEntry, MakeOutcome, MakeRun
from reviewing import decide, log_of, rows_of

from models.reviews import Recorded
from models.reviews.sheet import write_sheet
from models.store import Store

ROOT = Path(__file__).parents[3]

TAKE_IN = """
import sys
from models.reviews.intake import take_in
from models.store import Store
intake = take_in(Store(sys.argv[1]), sys.argv[2], reviewer=sys.argv[3])
print(intake.results["accepted"] + intake.results["rejected"], intake.results["conflict"], len(intake.errors))
"""

DECIDE_OVER_AND_OVER = """
import sys
from models.reviews import Verdict, record
from models.store import Store
store = Store(sys.argv[1])
keys = store.query("SELECT paper_id, claim_id FROM store.claims").to_pylist()
for turn in range(1000):
    verdict = ("accept", "reject")[turn % 2]
    record(store, [Verdict(**key, verdict=verdict, note=str(turn)) for key in keys], force=True)
    print(turn, flush=True)
"""


@pytest.fixture
def many(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, make_run: MakeRun, make_outcome: MakeOutcome
) -> Store:
    """Twenty papers with a claim each."""
    papers = store.add_entries(make_entry(f"Paper {number}") for number in range(20))
    store.commit(make_run(), [make_outcome(paper, make_claim(paper, 84)) for paper in papers])
    return store


def start(script: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_two_sheets_at_once_decide_each_claim_once(many: Store, tmp_path: Path) -> None:
    processes = []
    for reviewer, verdict in (("Ada", "accept"), ("Bob", "reject")):
        file = tmp_path / f"{reviewer}.csv"
        write_sheet(many, file)
        heading, *lines = file.read_text().splitlines()
        place = heading.split(",").index("verdict")
        cells = [line.split(",") for line in lines]
        filled = [",".join([*row[:place], verdict, *row[place + 1 :]]) for row in cells]
        file.write_text("\n".join([heading, *filled]))
        processes.append(start(TAKE_IN, many.path, file, reviewer))
    printed = [process.communicate() for process in processes]
    assert [errors for _, errors in printed if "Traceback" in errors] == []
    assert sorted(output.split() for output, _ in printed) == [["0", "20", "0"], ["20", "0", "0"]]
    log = log_of(many)
    assert (len(log), len({row["reviewer"] for row in log})) == (20, 1)
    assert [row["reviewer"] for row in rows_of(many)] == [log[0]["reviewer"]] * 20


def test_threads_that_decide_the_same_claim_at_once_leave_one_verdict_and_conflicts(claimed: Store) -> None:
    row = rows_of(claimed)[0]
    together = threading.Barrier(4)
    results: list[Recorded] = []

    def work(number: int) -> None:
        together.wait()
        results.append(decide(Store(claimed.path), row, "accept", note=str(number)))

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(recorded.result for recorded in results) == ["accepted", "conflict", "conflict", "conflict"]
    assert len(log_of(claimed)) == 1


def test_a_process_that_is_killed_while_it_records_leaves_all_of_a_turn_or_nothing(many: Store) -> None:
    process = start(DECIDE_OVER_AND_OVER, many.path)
    assert process.stdout is not None
    for _ in range(2):
        turn = int(process.stdout.readline())
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    log = log_of(many)
    assert len(log) >= 20 * (turn + 1)
    assert len(log) % 20 == 0
    assert {(row["verdict"], row["note"]) for row in rows_of(many)} == {(log[-1]["verdict"], log[-1]["note"])}
