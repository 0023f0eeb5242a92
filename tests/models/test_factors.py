"""How many times better something is, in whichever form an abstract prints it."""

from collections.abc import Callable
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, Read

from models.claim import Reading, ground
from models.mention import Mention
from models.store import Store
from models.vocabulary.words import sense_of

Claimed = Callable[..., dict[str, Any]]


@pytest.fixture
def claimed(store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read) -> Claimed:
    """Store one claim, and return it as the view claims shows it."""

    def put(value: float, abstract: str = "Quokka digs.", **fields: Any) -> dict[str, Any]:
        [paper] = store.add_entries([make_entry(abstract=abstract)])
        read(paper, make_claim(paper, value, **fields))
        [row] = store.query("FROM claims").to_pylist()
        return row  # type: ignore[no-any-return]

    return put


def ratio(metric: str, direction: str | None = None, unit: str = "x") -> dict[str, Any]:
    return {"kind": "ratio", "metric": metric, "direction": direction, "unit": unit}


def delta(metric: str, direction: str | None) -> dict[str, Any]:
    return {"kind": "delta", "metric": metric, "direction": direction}


@pytest.mark.parametrize(
    ("value", "fields", "factor", "formula"),
    [
        (2.2, ratio("speedup", "increase"), 2.2, "v"),
        (2.2, ratio("speedup"), 2.2, "v"),
        (3, ratio("model size compression", "decrease"), 3, "v"),
        (2, ratio("memory", "decrease"), 2, "v"),
        (2, ratio("energy", "increase"), 0.5, "1/(v)"),
        (0.3, ratio("memory"), 1 / 0.3, "1/(v)"),
        (0.9, ratio("throughput"), 0.9, "v"),
        (16, ratio("energy savings", "decrease"), 16, "v"),
        (2, ratio("latency", "decrease", "orders of magnitude"), 100, "10^v"),
        (1, ratio("slower", "increase", "orders of magnitude"), 0.1, "1/(10^v)"),
        (25, ratio("memory", unit="%"), 4, "1/(v/100)"),
        (97, ratio("throughput", unit="%"), 0.97, "v/100"),
        (2, ratio("additional parameters", unit="%"), 1 / 1.02, "1/(1+v/100)"),
        (120, delta("speed", "increase"), 2.2, "1+v/100"),
        (35, delta("inference time", "decrease"), 1 / 0.65, "1/(1-v/100)"),
        (35, delta("speedup", None), 1.35, "1+v/100"),
        (20, delta("throughput", "decrease"), 0.8, "1-v/100"),
        (25, delta("cost", "increase"), 0.8, "1/(1+v/100)"),
        (78, delta("energy savings", "decrease"), 1 / 0.22, "1/(1-v/100)"),
        (5, {"metric": "overhead"}, 1 / 1.05, "1/(1+v/100)"),
        (40, {"metric": "memory savings"}, 1 / 0.6, "1/(1-v/100)"),
    ],
)
def test_every_form_of_a_gain_becomes_one_factor(
    claimed: Claimed, value: float, fields: dict[str, Any], factor: float, formula: str
) -> None:
    row = claimed(value, **fields)
    assert row["factor"] == pytest.approx(factor)
    assert (row["formula"], row["improves"]) == (formula, factor > 1)


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (150, delta("latency", "decrease")),
        (100, delta("memory", "decrease")),
        (3, delta("latency", None)),
        (3, ratio("accuracy", "increase")),
        (3, ratio("digs", "increase")),
        (3, ratio("memory")),
        (12, {"metric": "latency", "unit": "ms"}),
        (40, {"metric": "GPU utilization"}),
        (10, {**delta("latency", "decrease"), "basis": "absolute"}),
        (0.1, ratio("trainable parameters", unit="%")),
    ],
)
def test_what_says_no_multiple_has_no_factor(claimed: Claimed, value: float, fields: dict[str, Any]) -> None:
    row = claimed(value, **fields)
    assert (row["factor"], row["factor_high"], row["formula"], row["factor_family"]) == (None, None, None, None)


@pytest.mark.parametrize(
    ("fields", "ends"),
    [
        (ratio("speedup"), (30, 50)),
        (delta("memory", "decrease"), (1 / 0.7, 2)),
        (ratio("memory", unit="%"), (2, 1 / 0.3)),
    ],
)
def test_the_ends_of_a_range_are_two_factors_the_smaller_first(
    claimed: Claimed, fields: dict[str, Any], ends: tuple[float, float]
) -> None:
    row = claimed(30, value_high=50, **fields)
    assert (row["factor"], row["factor_high"]) == pytest.approx(ends)


@pytest.mark.parametrize(
    ("abstract", "fields", "factor", "family"),
    [
        ("5 faster at inference.", ratio("inference", "increase"), 5, "speed"),
        ("5 speedup in inference time.", ratio("inference time", "increase"), 5, "speed"),
        ("5$\\times$ faster than before.", ratio("latency", "decrease"), 5, "speed"),
        ("5 slower, at an accuracy of 3.", ratio("accuracy", "increase"), 0.2, "speed"),
        ("5 cheaper to run.", ratio("GPU", "decrease"), 5, "cost"),
    ],
)
def test_the_word_after_the_number_decides_what_it_is(
    claimed: Claimed, abstract: str, fields: dict[str, Any], factor: float, family: str
) -> None:
    row = claimed(5, abstract, **fields)
    assert (row["factor"], row["factor_family"]) == (pytest.approx(factor), family)


@pytest.mark.parametrize(
    ("abstract", "number", "metric", "factor"),
    [
        ("Quokka digs as well at 9x the latency of Wombat.", "9x", "latency", 1 / 9),
        ("On-device execution takes 9x the latency of Wombat.", "9x", "latency", 1 / 9),
        ("Quokka cuts memory by 40% at 9x the latency of Wombat.", "9x", "latency", 1 / 9),
        ("Quokka improves inference latency by 9x, the largest gain so far.", "9x", "inference latency", 9),
        ("Quokka needs about nine times its memory.", "nine times", "memory", 1 / 9),
        ("Quokka reduces by 9x the memory of Wombat.", "9x", "memory", 9),
        ("Quokka digs at 9x the throughput of Wombat.", "9x", "throughput", 9),
    ],
)
def test_so_many_times_the_cost_is_worse_whatever_the_reader_took_it_for(
    store: Store, make_entry: MakeEntry, read: Read, abstract: str, number: str, metric: str, factor: float
) -> None:
    [paper] = store.add_entries([make_entry(abstract=abstract)])
    start = abstract.index(number)
    mention = Mention(start=start, end=start + len(number), text=number, value=9, unit="x")
    reading = Reading(kind="ratio", metric=metric, direction="decrease" if metric != "throughput" else "increase")
    read(paper, ground(paper, mention, reading, (0, len(abstract))))
    [row] = store.query("SELECT factor FROM claims").to_pylist()
    assert row["factor"] == pytest.approx(factor)


def test_a_share_of_the_size_of_something_else_is_a_factor(claimed: Claimed) -> None:
    assert claimed(0.1, **ratio("parameters", unit="%"), baseline="Wombat")["factor"] == pytest.approx(1000)


def test_speedups_say_what_became_better_and_on_which_hardware(
    store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read
) -> None:
    [paper] = store.add_entries([make_entry()])
    read(
        paper,
        make_claim(paper, 3, **ratio("decoding speed"), setting="batch size 8, NVIDIA A100"),
        make_claim(paper, 2, ordinal=1, **ratio("peak memory", "decrease"), setting="on average"),
        make_claim(paper, 84, ordinal=2, metric="accuracy"),
    )
    rows = store.query("SELECT family, factor, hardware FROM speedups ORDER BY claim_position").to_pylist()
    assert [tuple(row.values()) for row in rows] == [("speed", 3, "NVIDIA A100"), ("memory", 2, None)]


@pytest.mark.parametrize(
    ("fields", "counted_in", "improves"),
    [
        ({**delta("accuracy", "increase"), "unit": "points"}, "points", True),
        ({**delta("WER", "decrease"), "basis": "relative"}, "relative", True),
        ({**delta("F1", "decrease")}, "percent", False),
        (ratio("accuracy", unit="%"), "multiple", False),
        ({**delta("BLEU", "increase"), "unit": None}, "difference", True),
        ({**delta("digital dexterity", "increase")}, None, None),
    ],
)
def test_gains_say_what_they_are_counted_in_and_whether_they_are_any(
    store: Store, claimed: Claimed, fields: dict[str, Any], counted_in: str | None, improves: bool | None
) -> None:
    assert claimed(84, **fields)["improves"] is improves
    rows = store.query("SELECT counted_in FROM gains").to_pylist()
    assert rows == ([{"counted_in": counted_in}] if counted_in else [])


@pytest.mark.parametrize(
    ("metric", "sense"),
    [
        ("decoding speed on A100", ("speed", "higher", "level")),
        ("inference FLOPs of attention", ("compute", "lower", "level")),
        ("number of parameters", ("size", "lower", "level")),
        ("time-to-solution", ("speed", "lower", "level")),
        ("per-token latency", ("speed", "lower", "level")),
        ("reduction in average end-to-end latency", ("speed", "higher", "saving")),
        ("annotation cost reduction", ("cost", "higher", "saving")),
        ("cuts cost", ("cost", "lower", "level")),
        ("additional latency", ("speed", "lower", "overhead")),
        ("orchestration overhead", ("cost", "lower", "overhead")),
        ("end-to-end TPOT speedup", ("speed", "higher", "ratio")),
        ("faster inference", ("speed", "higher", "ratio")),
        ("zero-shot accuracy", ("quality", "higher", "level")),
        ("energy mismatch", None),
        ("kernel parameter configurations", None),
        ("watch time", None),
        ("accuracy cost", None),
        ("per parameter", None),
        ("", None),
    ],
)
def test_the_words_of_a_metric_say_what_it_is_about(metric: str, sense: tuple[str, ...] | None) -> None:
    found = sense_of(metric)
    assert (found and (found.family, found.direction, found.measures)) == sense
