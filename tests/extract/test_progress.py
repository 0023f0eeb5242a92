"""What a log says of a run while it goes on."""

import io

import pytest
from rich.console import Console

from extract import progress
from extract.progress import Lines
from models.errors import ClaimboardError
from models.run import Outcome, Usage


def test_tokens_a_second_and_money_stand_beside_the_claims_of_a_run_that_asks_a_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    output = io.StringIO()
    usage = Usage(calls=1, tokens_in=1_000, tokens_out=50, cost_usd=0.002)
    with Lines(Console(file=output, width=200)) as lines:
        lines.begin(3)
        lines.advance([Outcome(paper_id=name, text_hash="", status="done", usage=usage) for name in ("a", "b")])
        lines.advance([Outcome(paper_id="c", text_hash="", status="skipped")])
    first, last = output.getvalue().splitlines()
    assert "2 of 3 papers read, 0 claims" in first
    assert "tokens/s, $0.004" in first
    assert "3 of 3 papers read" in last


def test_a_run_that_asks_nobody_says_nothing_of_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    output = io.StringIO()
    with Lines(Console(file=output, width=200)) as lines:
        lines.begin(1)
        lines.advance([Outcome(paper_id="a", text_hash="", status="done")])
    assert "token" not in output.getvalue()
    assert "$" not in output.getvalue()


@pytest.mark.parametrize(("sure", "says"), [(60.0, False), (0.0, True)])
def test_the_time_left_is_said_only_when_enough_was_read(
    monkeypatch: pytest.MonkeyPatch, sure: float, *, says: bool
) -> None:
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    monkeypatch.setattr(progress, "_SURE", sure)
    output = io.StringIO()
    with Lines(Console(file=output, width=200)) as lines:
        lines.begin(2)
        lines.advance([Outcome(paper_id="a", text_hash="", status="done")])
    assert (" left" in output.getvalue()) is says
    assert "papers/s" in output.getvalue()


def test_of_many_refusals_the_first_are_shown_and_the_others_counted() -> None:
    output = io.StringIO()
    with Lines(Console(file=output, width=200)) as lines:
        for number in range(1_012):
            lines.refused(ClaimboardError(f"list.txt:{number}: no title"))
    *first, last = output.getvalue().splitlines()
    assert first == [f"refused: list.txt:{number}: no title" for number in range(10)]
    assert last.startswith("1,002 more refused")
