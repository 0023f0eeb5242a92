"""What the command exports: which rows, of which view, in which form, and what it refuses."""

import csv
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pyarrow.parquet
import pytest
from bibtexparser.entrypoint import parse_string
from command_line import run_command
from reviewing import decide, rows_of

from models.claim import Claim, Reading, ground
from models.export import Format
from models.mention import Mention
from models.paper import Entry, Paper
from models.run import Outcome, Run
from models.store import Store

RUN = Run(run_id="r", extractor="rules", fingerprint="f", sources=("l",), started_at=datetime(2026, 1, 2, tzinfo=UTC))
TABLES = ("csv", "jsonl", "parquet", "markdown", "latex")

PAPERS: list[dict[str, Any]] = [
    {
        "title": "The Quokka: a Small Parser",
        "authors": ("Ada Müller", "Bo Li"),
        "published": date(2024, 3, 1),
        "given_doi": "10.1234/quo_kka{1}",
        "url": "https://quokka.example/a b?x=1&y=<2>",
    },
    {"title": "Quokka Revisited", "authors": ("Müller, Ada",), "given_arxiv_id": "2403.01234"},
    {"title": "On Quokka", "authors": ("A. Müller Jr.",), "given_arxiv_id": "2401.00001"},
    {"title": "Wombats and Others", "authors": ()},
    {"title": "No Numbers Here", "authors": ("Ada Müller",), "published": date(2024, 5, 1)},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("views")
    store = Store(folder / "claims.duckdb")
    papers = store.add_entries(
        Entry(
            **{"location": f"{number}.txt", "line": 1, "abstract": f"It has 84% in all, says paper {number}."} | fields
        )
        for number, fields in enumerate(PAPERS)
    )
    claims = [
        [claim(papers[0], 84, model="Quokka"), claim(papers[0], 0.9, benchmark="MMLU-Pro", unit=None, model="Quokka")],
        [claim(papers[1], 86, model="Quokka 2"), claim(papers[1], 2, kind="ratio", unit="x", metric="speed")],
        [
            claim(papers[2], 80, model="Quokka", metric="F1"),
            claim(papers[2], 3, metric="latency", unit="ms", model="Q"),
        ],
        [claim(papers[3], 70, benchmark="GSM-8K", model="Wombat")],
        [],
    ]
    store.commit(
        RUN,
        [
            Outcome(
                paper_id=paper.paper_id,
                text_hash=paper.text_hash,
                status="done" if made else "skipped",
                claims=tuple(made),
            )
            for paper, made in zip(papers, claims, strict=True)
        ],
    )
    return folder


def claim(paper: Paper, value: float, unit: str | None = "%", **fields: Any) -> Claim:
    mention = Mention(start=7, end=10, text="84%", value=value, unit=unit)
    reading = Reading(**{"kind": "score", "metric": "accuracy", "benchmark": "GSM8K"} | fields)
    return ground(paper, mention, reading, (0, len(paper.abstract)), int(value * 10))


def exported(folder: Path, format: str, *options: str) -> Path:
    target = folder / f"out.{format}"
    done = run_command(folder, "export", "--format", format, "-o", str(target), *options)
    assert done.returncode == 0, done.stderr
    return target


def lines(folder: Path, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exported(folder, "jsonl", *options).read_text("utf-8").splitlines()]


def values(folder: Path, *options: str) -> list[float]:
    return [row["value"] for row in lines(folder, *options)]


def refused(folder: Path, *options: str) -> str:
    """Return the one line of a refusal, and see that it leaves what stood where it would have written."""
    target = folder / "mine"
    target.write_text("mine")
    done = run_command(folder, "export", *options, "-o", str(target), COLUMNS="1000")
    assert (done.returncode, target.read_text()) == (2, "mine")
    [line] = done.stderr.splitlines()
    return line


# Views and rows


@pytest.mark.parametrize("format", TABLES)
def test_every_view_has_every_table_and_the_same_bytes_each_time(folder: Path, format: str) -> None:
    store = Store(folder / "claims.duckdb")
    views = store.query("SELECT view_name FROM duckdb_views() WHERE NOT internal").column("view_name").to_pylist()
    assert {"papers", "claims", "leaderboard", "boards", "outcomes", "ledger"} <= set(views)
    for view in views:
        before = exported(folder, format, "--view", view).read_bytes()
        assert exported(folder, format, "--view", view).read_bytes() == before
        # JSON Lines of a view without rows is a file without lines.
        assert before or (format == "jsonl" and not store.query(f"FROM {view}").num_rows)
        if format == "parquet":
            table = pyarrow.parquet.read_table(folder / "out.parquet")
            assert table.num_rows == store.query(f"FROM {view}").num_rows


def test_leaderboards_come_largest_first_and_papers_as_they_were_read(folder: Path) -> None:
    board = [(row["benchmark"], row["metric"], row["rank"]) for row in lines(folder, "--view", "leaderboard")]
    assert board[:3] == [("GSM8K", "Accuracy", 1), ("GSM8K", "Accuracy", 2), ("GSM8K", "Accuracy", 3)]
    assert [row["title"] for row in lines(folder, "--view", "papers")] == [paper["title"] for paper in PAPERS]


def test_rows_are_those_for_which_the_condition_is_true(folder: Path) -> None:
    assert values(folder, "--where", "value > 80 OR unit = 'x'") == [84, 86, 2]
    assert values(folder, "--where", "value > 85 -- high ones", "--kind", "score") == [86]
    assert values(folder, "--where", "title LIKE '%?%'") == []


def test_reviewed_are_the_rows_that_a_person_accepted_or_corrected(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "claims.duckdb", tmp_path)
    store = Store(tmp_path / "claims.duckdb")
    first, second, third = rows_of(store)[:3]
    assert values(tmp_path, "--reviewed") == []
    decide(store, first, "accept")
    decide(store, second, "reject")
    decide(store, third, "correct", corrections={"model": "Wombat"})
    assert values(tmp_path, "--reviewed") == [84, 86]
    assert values(tmp_path, "--reviewed", "--where", "verdict = 'correct'") == [86]
    assert {row["model"] for row in lines(tmp_path, "--view", "leaderboard", "--reviewed")} == {"Quokka", "Wombat"}
    assert [row["title"] for row in lines(tmp_path, "--view", "papers", "--reviewed")] == [
        "The Quokka: a Small Parser",
        "Quokka Revisited",
    ]
    assert "narrow it with --where" in refused(tmp_path, "--view", "boards", "--reviewed")


def test_claims_are_narrowed_by_names_in_any_spelling_and_by_kind(folder: Path) -> None:
    assert values(folder, "--benchmark", "gsm 8k", "--metric", "acc", "--kind", "score") == [84, 86, 70]
    assert values(folder, "--benchmark", "MMLU") == [0.9]
    assert values(folder, "--kind", "ratio") == [2]


def test_leaderboards_are_narrowed_as_the_command_leaderboard_does(folder: Path) -> None:
    rows = lines(folder, "--view", "leaderboard", "--benchmark", "GSM8K", "--metric", "accuracy")
    assert [(row["model"], row["rank"]) for row in rows] == [("Quokka 2", 1), ("Quokka", 2), ("Wombat", 3)]
    assert [
        row["model_count"] for row in lines(folder, "--view", "boards", "--metric", "accuracy", "--benchmark", "8K")
    ]
    assert "near to it are GSM8K" in refused(folder, "--view", "boards", "--benchmark", "GSM9K")


def test_papers_are_narrowed_to_those_with_a_claim_that_fits(folder: Path) -> None:
    titles = [row["title"] for row in lines(folder, "--view", "papers", "--metric", "speed", "--kind", "ratio")]
    assert titles == ["Quokka Revisited"]
    rows = lines(folder, "--view", "leaderboard", "--kind", "score", "--where", "rank > 2")
    assert [row["model"] for row in rows] == ["Wombat"]


def test_columns_are_those_named_in_their_order(folder: Path) -> None:
    with exported(folder, "csv", "--columns", "unit, value").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[:2] == [["unit", "value"], ["%", "84"]]


def test_excel_is_told_that_csv_is_utf_8_and_others_are_not(folder: Path) -> None:
    plain = exported(folder, "csv", "--view", "papers").read_bytes()
    assert exported(folder, "csv", "--view", "papers", "--excel").read_bytes() == b"\xef\xbb\xbf" + plain


@pytest.mark.parametrize(
    ("options", "explanation"),
    [
        (("--view", "nothing"), "there are aliases, benchmark_summary, boards, claims, "),
        (("--columns", "value,nope"), "has no column 'nope': near to it are note, "),
        (("--where", "true; DROP VIEW claims"), "is not a condition in SQL"),
        (("--where", "true) UNION SELECT (1"), "is not a condition in SQL"),
        (("--where", "value >"), "is not a condition in SQL"),
        (("--where", "nope = 1"), '"nope"'),
        (("--where", "value > (SELECT count(*) FROM read_csv('/etc/passwd'))"), "disabled"),
        (("--view", "ledger", "--benchmark", "GSM8K"), "narrow it with --where"),
        (("--view", "boards", "--kind", "score"), "narrow it with --where"),
        (("--format", "jsonl", "--excel"), "is for csv"),
        (("--format", "html", "--columns", "value"), "leave out --columns"),
        (("--format", "html", "--view", "papers"), "made from the view claims"),
        (("--format", "gold", "--view", "papers"), "made from the view claims"),
        (("--format", "bibtex", "--view", "claims"), "made from the view papers"),
        (("--format", "pwc", "--view", "claims"), "made from the view leaderboard"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_keeps_what_stood_there(
    folder: Path, options: tuple[str, ...], explanation: str
) -> None:
    assert explanation in refused(folder, *options)


@pytest.mark.parametrize("format", get_args(Format))
def test_nothing_that_fits_is_a_file_that_can_be_read(folder: Path, format: str) -> None:
    content = exported(folder, format, "--where", "false").read_bytes()
    if format == "parquet":
        assert pyarrow.parquet.read_table(folder / "out.parquet").num_rows == 0
    elif format == "pwc":
        assert json.loads(content) == []
    else:
        assert b"84" not in content


# Forms


def test_citations_have_keys_that_neither_a_selection_nor_a_later_paper_changes(folder: Path) -> None:
    library = parse_string(exported(folder, "bibtex").read_text("utf-8"))
    keys = [entry.key for entry in library.entries]
    assert keys == ["muller-2024-quokka", "muller-2024-quokka-2", "muller-2024-quokka-3", "anonymous-undated-wombats"]
    chosen = parse_string(exported(folder, "bibtex", "--where", "title LIKE 'On %'").read_text("utf-8"))
    assert [entry.key for entry in chosen.entries] == ["muller-2024-quokka-3"]


def test_citations_name_where_the_paper_is_found(folder: Path) -> None:
    first, second, *_ = parse_string(exported(folder, "bibtex").read_text("utf-8")).entries
    assert first["author"] == "Ada Müller and Bo Li"
    assert (first["doi"], first["year"]) == ("10.1234/quo_kka%7B1%7D", "2024")
    assert first["url"] == "https://quokka.example/a%20b?x=1&y=%3C2%3E"
    assert (second["eprint"], second["archiveprefix"]) == ("2403.01234", "arXiv")
    assert second["url"] == "https://arxiv.org/abs/2403.01234"


def test_evaluation_tables_have_a_row_for_each_model_and_paper_under_the_task_of_the_benchmark(folder: Path) -> None:
    tasks = json.loads(exported(folder, "pwc").read_text("utf-8"))
    datasets = {dataset["dataset"]: (task, dataset) for task in tasks for dataset in task["datasets"]}
    task, gsm = datasets["GSM8K"]
    assert (task["task"], task["categories"]) == ("Math word problems", ["Reasoning"])
    assert gsm["sota"]["metrics"] == ["Accuracy (%)", "F1 (%)", "Latency (s)"]
    first = gsm["sota"]["rows"][0]
    assert (first["model_name"], first["metrics"]) == ("Quokka 2", {"Accuracy (%)": "86"})
    assert (first["paper_title"], first["paper_url"]) == ("Quokka Revisited", "https://arxiv.org/abs/2403.01234")
    dates = {row["paper_title"]: row["paper_date"] for row in gsm["sota"]["rows"]}
    assert dates["The Quokka: a Small Parser"] == "2024-03-01"


def test_a_report_marks_each_number_in_its_quote_and_leads_to_the_paper(folder: Path) -> None:
    text = exported(folder, "html").read_text("utf-8")
    assert text.count("It has <mark>84%</mark> in all, says paper 1.") == 2
    assert 'href="https://arxiv.org/abs/2403.01234"' in text
    assert (
        text.index("<h2>Leaderboards</h2>") < text.index("3 models, higher is better") < text.index("<h2>Claims</h2>")
    )
    assert "2026" not in text


def test_a_report_of_a_part_says_so_and_has_only_that(folder: Path) -> None:
    text = exported(folder, "html", "--benchmark", "GSM8K", "--where", "value < 85").read_text("utf-8")
    assert "benchmark GSM8K; value &lt; 85" in text
    assert "MMLU-Pro" not in text
    assert "86%" not in text


def test_gold_of_some_claims_has_the_papers_of_those(folder: Path) -> None:
    def papers(*options: str) -> list[int]:
        text = exported(folder, "gold", *options).read_text("utf-8")
        return [len(json.loads(line)["claims"]) for line in text.splitlines()]

    assert papers() == [2, 2, 2, 1, 0]
    assert papers("--kind", "ratio") == [1]
