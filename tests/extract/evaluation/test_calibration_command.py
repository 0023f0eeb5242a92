"""Measuring how often claims are right: from labelled abstracts and a store to the shares behind confidences."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.evaluation.calibration import Judged, calibrated, judged_claims, toml
from extract.gold import GoldAbstract
from models.calibration import read_calibrations
from models.claim import Reading, ground
from models.mention import Mention
from models.paper import Entry
from models.run import Outcome, Run
from models.store import Store

ROOT = Path(__file__).parents[3]
LABEL = {"value": 84, "unit": "%", "kind": "score", "metric": ["accuracy"], "model": ["Foo"], "evidence": "84% in all."}


def judged(*outcomes: tuple[float | None, bool]) -> list[Judged]:
    return [Judged("rules", "alone", certainty, right) for certainty, right in outcomes]


def put(store: Store, title: str, **models: str) -> None:
    """Store what extractors, by name, take for the model of the one claim of a paper."""
    [paper] = store.add_entries([Entry(location="l", line=1, given_id=title, title=title, abstract="84% in all.")])
    mention = Mention(start=0, end=3, text="84%", value=84, unit="%")
    for extractor, model in models.items():
        claim = ground(paper, mention, Reading(kind="score", metric="accuracy", model=model), (0, 11))
        started_at = datetime(2026, 1, 2, tzinfo=UTC)
        run = Run(run_id=extractor, extractor=extractor, fingerprint=extractor, sources=("l",), started_at=started_at)
        store.commit(run, [Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done", claims=(claim,))])


def calibrate(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "extract.evaluation.calibration", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four labelled papers: on two both extractors agree, rightly; on one they differ; one only the rules have read."""
    store = Store(tmp_path / "claims.duckdb")
    put(store, "a", rules="Foo", llm="Foo")
    put(store, "b", rules="Foo", llm="Foo")
    put(store, "c", rules="Bar", llm="Foo")
    put(store, "d", rules="Bar")
    lines = [json.dumps({"paper": paper, "title": paper, "claims": [LABEL]}) for paper in "abcd"]
    (tmp_path / "gold.jsonl").write_text("\n".join(lines))
    return tmp_path


def test_claims_are_counted_by_extractor_and_by_whether_the_other_agrees(folder: Path) -> None:
    arguments = (str(folder / "gold.jsonl"), "--db", str(folder / "claims.duckdb"), "--output", str(folder / "c.toml"))
    done = calibrate(*arguments)
    assert done.returncode == 0, done.stderr
    counts = {
        (extractor, agreement): (calibration.right, calibration.claims, calibration.share)
        for extractor, of_extractor in read_calibrations(folder / "c.toml").items()
        for agreement, calibration in of_extractor.items()
    }
    assert counts == {
        ("llm", "agree"): (2, 2, 0.75),
        ("llm", "differ"): (1, 1, 0.67),
        ("llm", "alone"): (3, 3, 0.8),
        ("rules", "agree"): (2, 2, 0.75),
        ("rules", "differ"): (0, 1, 0.33),
        ("rules", "alone"): (2, 4, 0.5),
    }
    assert read_calibrations(folder / "c.toml")["llm"]["agree"].measured_on == ("gold.jsonl",)
    assert done.stdout.count("expected calibration error") == 2
    written = (folder / "c.toml").read_bytes()
    assert calibrate(*arguments).stdout == done.stdout
    assert (folder / "c.toml").read_bytes() == written


def test_a_store_without_claims_of_the_papers_is_told_in_one_line(folder: Path) -> None:
    put(Store(folder / "other.duckdb"), "z", rules="Foo")
    done = calibrate(str(folder / "gold.jsonl"), "--db", str(folder / "other.duckdb"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "has none of the labelled papers" in done.stderr


def test_optional_labels_count_neither_way(folder: Path) -> None:
    gold = [GoldAbstract.model_validate({"paper": "d", "title": "d", "claims": [LABEL | {"optional": True}]})]
    assert judged_claims(Store(folder / "claims.duckdb"), gold) == []


def test_what_was_not_measured_stays_as_it_was() -> None:
    before = read_calibrations()
    after = calibrated(judged((None, True)), ["gold.jsonl"], before)
    assert after["llm"] == before["llm"]
    assert after["rules"]["alone"].claims == 1


def test_certainties_that_tell_right_from_wrong_make_steps() -> None:
    outcomes = [(0.2, False)] * 40 + [(0.9, True)] * 40
    steps = calibrated(judged(*outcomes), ["g"], {})["rules"]["alone"].steps
    assert [(step.right, step.claims, step.share) for step in steps] == [(0, 40, 0.02), (40, 40, 0.98)]
    assert steps[0].certainty == 0


@pytest.mark.parametrize(
    "outcomes",
    [
        [(0.2, True)] * 40 + [(0.9, False)] * 40,  # the wrong way round
        [(0.7, True), (0.7, False)] * 60,  # always as certain
        [(0.1, False)] * 10 + [(0.9, True)] * 10,  # too few
    ],
)
def test_certainties_that_tell_nothing_make_none(outcomes: list[tuple[float, bool]]) -> None:
    assert calibrated(judged(*outcomes), ["g"], {})["rules"]["alone"].steps == ()


@given(st.lists(st.tuples(st.one_of(st.none(), st.floats(0, 1)), st.booleans()), min_size=1, max_size=400))
def test_whatever_is_measured_can_be_read_again(outcomes: list[tuple[float | None, bool]]) -> None:
    measured = calibrated(judged(*outcomes), ["a.jsonl", "b.jsonl"], read_calibrations())
    with TemporaryDirectory() as name:
        file = Path(name) / "calibration.toml"
        file.write_text(toml(measured), encoding="utf-8")
        assert read_calibrations(file) == measured
    steps = measured["rules"]["alone"].steps
    known = sum(certainty is not None for certainty, _ in outcomes)
    assert not steps or sum(step.claims for step in steps) == known
