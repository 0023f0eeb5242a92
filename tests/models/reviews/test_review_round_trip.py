"""Five hundred verdicts, out to a file and in again, over readings that come and go."""

import csv
import io
from pathlib import Path

import pytest
from made import MakeEntry, MakeOutcome, MakeRun
from reviewing import log_of

from models.claim import Claim, Reading, ground
from models.mention import Mention
from models.paper import Paper
from models.reviews.intake import take_in
from models.reviews.sheet import COLUMNS, write_sheet
from models.store import Store

PAPERS = 250
NAMES = [
    "Wombat",
    "=Wombat",
    "'Wombat",
    "'=Wombat",
    "007",
    "(none)",
    "a; b",
    'a, "b"',
    "a\nb",
    "MARCH1",
    "größer",
    "🦘",
    "-1",
]
VERDICTS = ["accept", "reject", "correct", "correct"]


def claims_of(paper: Paper, model: str, metric: str) -> list[Claim]:
    found = []
    for place, start in enumerate(paper.abstract.index(text) for text in ("84%", "2x")):
        mention = Mention(
            start=start,
            end=paper.abstract.index(" ", start),
            text=paper.abstract[start : paper.abstract.index(" ", start)],
            value=(84, 2)[place],
            unit="%x"[place],
        )
        reading = Reading(kind=("score", "ratio")[place], model=model, metric=metric, benchmark="Foo")
        found.append(ground(paper, mention, reading, (0, len(paper.abstract))))
    return found


@pytest.fixture
def papers(store: Store, make_entry: MakeEntry, make_run: MakeRun, make_outcome: MakeOutcome) -> list[Paper]:
    papers = store.add_entries(
        make_entry(f"Paper {number}", f"Quokka {number} has 84% on Foo and is 2x faster than before.")
        for number in range(PAPERS)
    )
    store.commit(make_run(), [make_outcome(paper, *claims_of(paper, "Quokka", "accuracy")) for paper in papers])
    return papers


def exported(store: Store, file: Path) -> list[dict[str, str]]:
    write_sheet(store, file, unreviewed=False, order="paper")
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))


def reviewer_s(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Everything in a sheet but what compares extractors."""
    return [{name: cell for name, cell in row.items() if name not in ("confidence", "flags")} for row in rows]


def filled_in(rows: list[dict[str, str]]) -> str:
    for number, row in enumerate(rows):
        row |= {"verdict": VERDICTS[number % 4], "reviewer": "Ada", "note": NAMES[number % len(NAMES)].lstrip("=")}
        if row["verdict"] == "correct":
            name = NAMES[number % len(NAMES)]
            guarded = name in ("=Wombat", "'=Wombat", "007", "(none)", "MARCH1", "-1")
            row |= {"corrected_model": f"'{name}" if guarded else name, "corrected_value": str(number / 8)}
        if row["note"] in ("(none)", "007", "MARCH1", "-1"):
            row["note"] = f"'{row['note']}"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def test_five_hundred_verdicts_go_round(
    store: Store, papers: list[Paper], tmp_path: Path, make_run: MakeRun, make_outcome: MakeOutcome
) -> None:
    file = tmp_path / "sheet.csv"
    file.write_text(filled_in(exported(store, file)), encoding="utf-8", newline="")
    intake = take_in(store, file)
    assert (intake.errors, intake.conflicts) == ((), ())
    assert {name: intake.results[name] for name in ("accepted", "rejected", "corrected")} == {
        "accepted": 125,
        "rejected": 125,
        "corrected": 250,
    }
    decided = exported(store, file)
    assert [row["verdict"] for row in decided] == VERDICTS * 125
    models = store.query("SELECT DISTINCT model FROM claims WHERE verdict = 'correct'").column("model").to_pylist()
    assert set(models) == set(NAMES)

    def read_again(extractor: str, version: int, **run: object) -> None:
        outcomes = [
            make_outcome(paper, *(claims_of(paper, "Dingo", "F1") if place % 2 else ()))
            for place, paper in enumerate(papers)
        ]
        store.commit(make_run(extractor, version, **run), outcomes)

    read_again("llm", 1)
    assert reviewer_s(exported(store, file)) == reviewer_s(decided)
    read_again("rules", 2)
    assert reviewer_s(exported(store, file)) == reviewer_s(decided)
    read_again("rules", 1, forced=True, run_id="forced")
    assert reviewer_s(exported(store, file)) == reviewer_s(decided)

    log = log_of(store)
    assert take_in(store, file).results["unchanged"] == 2 * PAPERS
    assert log_of(store) == log
