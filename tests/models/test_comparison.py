"""Papers and models side by side: what a name is taken for, and what stands in each cell."""

from collections.abc import Callable
from typing import Any

import pytest
from made import MakeClaim, MakeEntry, Read

from models.aliases import Alias, Aliases
from models.comparison import Line, compare
from models.errors import ClaimboardError
from models.naming import side
from models.store import Store

Put = Callable[..., str]


@pytest.fixture
def put(store: Store, make_entry: MakeEntry, make_claim: MakeClaim, read: Read) -> Put:
    """Store a paper with claims, and return its id."""

    def make(title: str, *claims: dict[str, Any], **entry: Any) -> str:
        [paper] = store.add_entries([make_entry(title, f"{title} has 84% in all.", **entry)])
        defaults = {"value": 84, "unit": "%", "metric": "accuracy", "model": "Quokka", "benchmark": "GSM8K"}
        read(paper, *(make_claim(paper, ordinal=place, **(defaults | given)) for place, given in enumerate(claims)))
        return paper.paper_id

    return make


def shown(line: Line) -> list[float | None]:
    return [None if cell is None else cell.claim["value"] for cell in line.cells]


@pytest.mark.parametrize(
    "asked",
    [
        "2401.01234",
        "https://arxiv.org/abs/2401.01234v2",
        "arXiv:2401.01234",
        "10.1000/XYZ",
        "https://doi.org/10.1000/xyz",
        "Burrows: how deep?",
        "burrows - HOW DEEP",
        "Burrows",
        "how deep",
    ],
)
def test_a_paper_is_found_by_its_ids_and_title(store: Store, put: Put, asked: str) -> None:
    put("Burrows: how deep?", {}, given_arxiv_id="2401.01234", given_doi="10.1000/xyz")
    put("On Burrows", {})
    found = side(store, asked)
    assert (found.kind, found.name, found.claims) == ("paper", "Burrows: how deep?", 1)


@pytest.mark.parametrize("asked", ["GPT-4", "gpt 4", "GPT4", "my four"])
def test_a_model_is_found_in_any_spelling_and_by_an_alias(store: Store, put: Put, asked: str) -> None:
    put("One", {"model": "GPT-4"}, {"model": "GPT-4o"})
    Aliases(store).add([Alias(kind="model", printed="My Four", name="GPT-4")])
    assert (side(store, asked).kind, side(store, asked).name, side(store, asked).claims) == ("model", "GPT-4", 1)


def test_a_part_that_fits_several_is_refused_with_them(store: Store, put: Put) -> None:
    put("Deep burrows", {})
    put("Deeper burrows", {})
    with pytest.raises(ClaimboardError, match=r"may be .*Deep burrows.*Deeper burrows.*give an id"):
        side(store, "burrows")


def test_a_name_within_its_paper_only_is_asked_for_with_the_paper(store: Store, put: Put) -> None:
    one, two = (put(title, {"model": "baseline", "value": value}) for title, value in (("One", 70), ("Two", 80)))
    with pytest.raises(ClaimboardError, match=f"may be 'baseline of ({one}|{two})', 'baseline of ({one}|{two})'"):
        side(store, "baseline")
    [line] = compare(store, [f"baseline of {one}", f"Baselines of {two}"]).lines
    assert shown(line) == [70, 80]
    put("Three", {"model": "large model"})
    put("Four", {"model": "large model"})
    with pytest.raises(ClaimboardError) as several:
        side(store, "large model")
    asked = str(several.value).split("'")[3]
    assert (asked[:15], side(store, asked).name) == ("large model of ", "large model")


def test_an_unknown_name_is_refused_with_those_near_to_it(store: Store, put: Put) -> None:
    put("One", {"model": "Quokka-2"})
    with pytest.raises(ClaimboardError, match="no paper or model 'Quoka-3'; near to it are Quokka-2"):
        side(store, "Quoka-3")


def test_lines_that_more_share_come_first_and_what_is_missing_is_missing(store: Store, put: Put) -> None:
    put("One", {"model": "Quokka", "value": 70}, {"model": "Quokka", "benchmark": "AAA"})
    put("Two", {"model": "Wombat", "value": 80, "metric": "acc."}, {"model": "Wombat", "metric": "F1"})
    found = compare(store, ["Quokka", "Wombat"])
    assert [one.name for one in found.sides] == ["Quokka", "Wombat"]
    lines = [(line.benchmark, line.metric, shown(line)) for line in found.lines]
    assert lines == [
        ("GSM8K", "Accuracy", [70, 80]),
        ("AAA", "Accuracy", [84, None]),
        ("GSM8K", "F1", [None, 84]),
    ]


def test_a_cell_shows_the_best_number_and_counts_the_others(store: Store, put: Put) -> None:
    paper = put("Paper one", {"model": "Quokka", "value": 70}, {"model": "Quokka", "value": 90, "bound": "up_to"})
    put("Paper two", {"model": "Quokka", "value": 75}, {"model": "Quokka", "value": 3, "metric": "error rate"})
    put("Paper three", {"model": "Quokka", "value": 2, "metric": "error rate"})
    found = compare(store, ["Quokka", paper])
    assert [(line.metric, shown(line), [cell and cell.others for cell in line.cells]) for line in found.lines] == [
        ("Accuracy", [75, 70], [2, 1]),
        ("Error rate", [2, None], [1, None]),
    ]


def test_numbers_that_others_contradict_are_marked(store: Store, put: Put) -> None:
    put("One", {"model": "Quokka", "value": 70}, {"model": "Wombat", "value": 60})
    put("Two", {"model": "Quokka", "value": 75}, {"model": "Wombat", "value": 60})
    [line] = compare(store, ["Quokka", "Wombat"]).lines
    assert [cell and cell.disputed for cell in line.cells] == [True, False]


def test_factors_are_compared_whatever_form_they_are_printed_in(store: Store, put: Put) -> None:
    ratio = {"kind": "ratio", "unit": "x", "value": 2, "direction": "decrease", "metric": "latency"}
    put("One", ratio | {"model": "Quokka"})
    put("Two", {"model": "Wombat", "kind": "delta", "value": 75, "direction": "decrease", "metric": "latency"})
    [line] = compare(store, ["Quokka", "Wombat"]).lines
    assert (line.measure, [cell and cell.claim["factor"] for cell in line.cells]) == ("factor", [2, 4])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["Quokka"], "1 named: 2 to 6"),
        (["Quokka"] * 7, "7 named: 2 to 6"),
        (["Quokka", "quokka"], "'Quokka' and 'quokka' are one model, Quokka"),
        (["Quokka", " "], "a name is empty"),
    ],
)
def test_what_cannot_be_compared_is_refused(store: Store, put: Put, names: list[str], message: str) -> None:
    put("One", {"model": "Quokka"})
    with pytest.raises(ClaimboardError, match=message):
        compare(store, names)
