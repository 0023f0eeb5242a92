"""The commands `claimboard review`, as a reviewer types them."""

import csv
import io
import json
import re
from pathlib import Path

import pytest
from command_line import run_command

from models.reviews.sheet import COLUMNS

PAPERS = [
    {
        "id": "2401.01230",
        "title": "Quokka",
        "abstract": "Quokka reaches 84% accuracy on FooBench, 2.2x faster than Baz.",
    },
    {"id": "2401.01240", "title": "Numbat", "abstract": "Numbat reaches 91% accuracy on FooBench."},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "papers.jsonl").write_text("".join(f"{json.dumps(paper)}\n" for paper in PAPERS))
    assert run_command(tmp_path, "extract", "papers.jsonl").returncode == 0
    return tmp_path


def sheet(folder: Path, *options: str) -> list[dict[str, str]]:
    done = run_command(folder, "review", "export", "-o", "review.csv", *options)
    assert done.returncode == 0, done.stderr
    assert re.match(r"\d+ claims? in review\.csv\b", done.stderr)
    return list(csv.DictReader(io.StringIO((folder / "review.csv").read_text("utf-8"), newline="")))


def put_back(folder: Path, rows: list[dict[str, str]]) -> None:
    with (folder / "review.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_verdicts_go_out_and_in_and_are_counted(folder: Path) -> None:
    rows = sheet(folder)
    assert len(rows) == 3
    rows[0] |= {"verdict": "Accept"}
    rows[1] |= {"verdict": "correct", "corrected_model": "Wombat"}
    put_back(folder, rows)
    done = run_command(folder, "review", "import", "review.csv", "--reviewer", "Ada")
    assert (done.returncode, done.stdout.split()) == (0, ["accepted", "1", "corrected", "1", "no", "verdict", "1"])
    status = json.loads(run_command(folder, "review", "status", "--json").stdout)
    assert (status["claims"], status["accepted"], status["corrected"], status["unreviewed"]) == (3, 1, 1, 1)
    assert [(who["reviewer"], who["accepted"]) for who in status["reviewers"]] == [("Ada", 1)]
    printed = run_command(folder, "review", "status").stdout
    assert "2 (66.7%)" in printed
    assert "1 accepted, 1 corrected, 0 rejected" in printed
    again = json.loads(run_command(folder, "review", "import", "review.csv", "--json").stdout)
    assert (again["unchanged"], again["accepted"], again["no_verdict"]) == (2, 0, 1)
    assert [row["verdict"] for row in sheet(folder, "--all", "--sort", "paper")].count("") == 1
    assert len(sheet(folder)) == 1


def test_bad_rows_and_conflicts_are_listed_and_end_with_one(folder: Path) -> None:
    old = sheet(folder)
    put_back(folder, [row | {"verdict": "accept"} for row in old[:1]])
    run_command(folder, "review", "import", "review.csv", "--reviewer", "Ada")
    put_back(
        folder,
        [old[0] | {"verdict": "reject"}, old[1] | {"verdict": "\x1b[31mmaybe"}, old[2] | {"verdict": "accept"}],
    )
    done = run_command(folder, "review", "import", "review.csv")
    assert done.returncode == 1
    assert done.stdout.split() == ["accepted", "1", "conflicts", "1", "errors", "1"]
    bad, conflict = done.stderr.splitlines()
    assert bad.startswith("review.csv, row 3, verdict: ")
    assert conflict.startswith("review.csv, row 2: Ada decided accepted")
    assert "\x1b" not in done.stderr
    told = json.loads(run_command(folder, "review", "import", "review.csv", "--json").stdout)
    assert [(problem["row"], problem["column"]) for problem in told["errors"]] == [(3, "verdict")]
    assert [problem["row"] for problem in told["conflicts"]] == [2]
    assert run_command(folder, "review", "import", "review.csv", "--force").stdout.split()[:2] == ["rejected", "1"]


def test_many_bad_rows_are_not_all_printed(folder: Path) -> None:
    row = sheet(folder)[0]
    put_back(folder, [row | {"verdict": "maybe"}] * 150)
    done = run_command(folder, "review", "import", "review.csv")
    assert len(done.stderr.splitlines()) == 101
    assert done.stderr.endswith("and 50 more; --json lists all\n")


def test_what_is_no_sheet_ends_with_two_and_one_line(folder: Path) -> None:
    done = run_command(folder, "review", "import", "papers.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"error: papers\.jsonl has no column 'verdict' .*\n", done.stderr)


def test_a_sheet_is_narrowed_as_an_export_is(folder: Path) -> None:
    assert len(sheet(folder, "--benchmark", "foo bench")) == 2
    assert len(sheet(folder, "--where", "value > 90")) == 1
    assert len(sheet(folder, "--limit", "1")) == 1
    assert len(sheet(folder, "--kind", "ratio")) + len(sheet(folder, "--kind", "delta")) == 1
    assert len(sheet(folder, "--metric", "accuracy")) == 2
    done = run_command(folder, "review", "export", "--where", "nonsense(")
    assert (done.returncode, done.stdout) == (2, "")


def test_a_rejected_claim_is_in_a_sheet_of_all(folder: Path) -> None:
    rows = sheet(folder, "--benchmark", "FooBench")
    put_back(folder, [row | {"verdict": "reject"} for row in rows])
    run_command(folder, "review", "import", "review.csv")
    assert [row["verdict"] for row in sheet(folder, "--all", "--benchmark", "FooBench")] == ["reject", "reject"]


def test_where_reviewers_differ_it_is_said(folder: Path) -> None:
    row = sheet(folder)[0]
    for name, verdict in (("Ada", "accept"), ("Bob", "reject")):
        put_back(folder, [row | {"verdict": verdict}])
        run_command(folder, "review", "import", "review.csv", "--reviewer", name, "--force")
    printed = run_command(folder, "review", "status").stdout
    assert "1 claim on which reviewers differ" in printed
    assert "Ada: accept, Bob: reject" in printed
    [found] = json.loads(run_command(folder, "review", "status", "--json").stdout)["disagreements"]
    assert found["claim_id"] == row["claim_id"]


def test_verdicts_outlive_a_forced_reading(folder: Path) -> None:
    rows = sheet(folder, "--sort", "paper")
    put_back(
        folder, [row | {"verdict": "correct", "corrected_model": f"Wombat {place}"} for place, row in enumerate(rows)]
    )
    run_command(folder, "review", "import", "review.csv", "--reviewer", "Ada")
    before = sheet(folder, "--all", "--sort", "paper")
    assert run_command(folder, "extract", "papers.jsonl", "--force").returncode == 0
    assert sheet(folder, "--all", "--sort", "paper") == before
    models = json.loads(run_command(folder, "sql", "--json", "SELECT model FROM claims ORDER BY model").stdout)
    assert [row["model"] for row in models] == ["Wombat 0", "Wombat 1", "Wombat 2"]


def test_a_file_with_no_claims_is_none_reviewed(folder: Path) -> None:
    (folder / "none.jsonl").write_text(json.dumps({"title": "Dingo", "abstract": "No number at all."}) + "\n")
    run_command(folder, "extract", "none.jsonl", "--db", "none.duckdb")
    assert "0 (0.0%)" in run_command(folder, "review", "status", "--db", "none.duckdb").stdout


def test_a_sheet_that_is_filled_in_is_kept_beside_a_new_one(folder: Path) -> None:
    put_back(folder, [row | {"verdict": "accept"} for row in sheet(folder)])
    filled = (folder / "review.csv").read_bytes()
    done = run_command(folder, "review", "export", "-o", "review.csv")
    assert "the sheet with verdicts that was there is review.csv~ now" in done.stderr
    assert "~" not in run_command(folder, "review", "export", "-o", "review.csv").stderr
    assert (folder / "review.csv~").read_bytes() == filled
