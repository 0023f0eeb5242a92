"""How sure the store says to be of a claim, and where it has that from."""

from pathlib import Path

import duckdb
import pytest
from made import MakeClaim, MakeEntry, Read
from pydantic import ValidationError

from models.calibration import read_calibrations
from models.claim import Reading
from models.store import Store

TABLE = """
[rules.alone]
measured_on = ["gold.jsonl"]
share = 0.5
right = 50
claims = 100
steps = [
  {certainty = 0.0, share = 0.1, right = 4, claims = 49},
  {certainty = 0.5, share = 0.8, right = 46, claims = 51},
]
"""


def with_table(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def test_the_shipped_calibration_knows_both_extractors_alone_and_together() -> None:
    shares = {name: set(of_extractor) for name, of_extractor in read_calibrations().items()}
    assert shares == {name: {"agree", "differ", "alone"} for name in ("llm", "rules")}


def test_a_certainty_counts_in_the_last_step_that_it_reaches(tmp_path: Path) -> None:
    calibration = read_calibrations(with_table(tmp_path / "c.toml", TABLE))["rules"]["alone"]
    certainties = (None, 0, 0.49, 0.5, 1)
    assert [calibration.confidence(certainty) for certainty in certainties] == [0.5, 0.1, 0.1, 0.8, 0.8]


@pytest.mark.parametrize("step", ["certainty = 0.5, share = 0.05", "certainty = 0.0, share = 0.8"])
def test_steps_that_fall_or_stand_still_are_refused(tmp_path: Path, step: str) -> None:
    file = with_table(tmp_path / "c.toml", TABLE.replace("certainty = 0.5, share = 0.8", step))
    with pytest.raises(ValidationError, match="steps ascend"):
        read_calibrations(file)


def test_claims_have_the_confidence_of_their_extractor_certainty_and_agreement(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    certainties = (None, 0, 0.1, 0.25, 0.5, 0.77, 1)
    for number, certainty in enumerate(certainties):
        for agreement in ("alone", "agree", "differ"):
            [paper] = store.add_entries([make_entry(f"Paper {number} {agreement}")])
            if agreement != "alone":
                read(paper, make_claim(paper, 84, kind="score" if agreement == "agree" else "ratio"))
            reader = "rules" if agreement == "alone" else "llm"
            read(paper, make_claim(paper, 84, certainty=certainty), extractor=reader)
    rows = store.query("SELECT title, extractor, certainty, confidence FROM claims").to_pylist()
    known = read_calibrations()
    assert len(rows) == 3 * len(certainties)
    for row in rows:
        assert row["confidence"] == known[row["extractor"]][row["title"].split()[-1]].confidence(row["certainty"])


def test_an_extractor_that_was_never_measured_has_claims_without_confidence(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 84), extractor="oracle")
    assert store.query("SELECT confidence FROM claims").to_pylist() == [{"confidence": None}]


def test_another_calibration_acts_from_the_next_write_on_claims_that_are_stored(
    store: Store, path: Path, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(paper, make_claim(paper, 84))
    with duckdb.connect(path) as connection:
        connection.execute("UPDATE store.meta SET value = 'other' WHERE name = 'calibration_digest'")
        for statement in ("store.calibration SET share", "store.current_claims SET confidence"):
            connection.execute(f"UPDATE {statement} = 0.01")
    sql = "SELECT confidence FROM claims"
    assert store.query(sql).to_pylist() == [{"confidence": 0.01}]
    with store.write():
        pass
    assert store.query(sql).to_pylist() == [{"confidence": read_calibrations()["rules"]["alone"].share}]


@pytest.mark.parametrize("certainty", [-0.1, 1.1, float("nan")])
def test_a_certainty_is_a_number_from_0_to_1(certainty: float) -> None:
    with pytest.raises(ValidationError):
        Reading(kind="score", certainty=certainty)
