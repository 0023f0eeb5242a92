"""What a reply may say, and which of its names stand in the paper."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from extract.llm.draft import Drafted, draft_of, settled
from extract.llm.grounding import Grounding
from extract.llm.prompt import MOST_MARKS
from extract.llm.reply import Reply, UngroundedNames, check_names, readings
from extract.mentions import find_mentions
from models.claim import Claim, Reading
from models.paper import Paper

PAPER = Paper(
    paper_id="p",
    title="FooNet-XL: tiled decoding for $\\textsc{Bar}$-style caches",
    abstract=(
        "We present FooNet-XL. On average it reaches 84% accuracy on GSM-8K, MMLU and BIG-Bench Hard with 8 shots, "
        "2.2x faster than LLaMA-2 7B, with lower latency than Poincaré\u2019s QLoRA, at $F_1$ of 71 and pass@1 of 60%. "
        "It decodes on MobileNetV2. Storage is cut. 我们的模型在CMMLU上达到了84%的准确率。"
    ),
)


DRAFT = draft_of(PAPER, find_mentions(PAPER.abstract))


def reply(*changes: str) -> Reply:
    return Reply.model_validate({"changes": changes})


def read(*changes: str, draft: Claim | None = None, proposal: str | None = "FooNet-XL") -> Reading | None:
    (found,) = readings(reply(*changes), [Drafted(draft) if draft else None], Grounding(PAPER), lambda: proposal)
    return found


def reading(*changes: str, draft: Claim | None = None, proposal: str | None = "FooNet-XL") -> Reading:
    found = read("1 is delta" if draft is None else "1 when null", *changes, draft=draft, proposal=proposal)
    assert found is not None
    return found


def drafted() -> Claim:
    """Return the draft of the first number: a score of the paper's own proposal."""
    claim = DRAFT[PAPER.abstract.index("84%")].claim
    assert (claim.kind, claim.metric, claim.model) == ("score", "accuracy", "FooNet-XL")
    return claim


def test_the_schema_is_one_for_all_bounded_and_fit_for_servers_that_hold_a_model_to_it() -> None:
    schema = Reply.model_json_schema()
    assert schema["additionalProperties"] is False
    assert list(schema["properties"]) == schema["required"] == ["changes"]
    changes = schema["properties"]["changes"]
    assert changes["maxItems"] >= MOST_MARKS
    pattern = re.compile(changes["items"]["pattern"])
    assert pattern.search("24 by Foo; on Bar")
    assert not pattern.search("24 by " + "x" * 1_000)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"changes": None},
        {"changes": {"1": "is no"}},
        {"changes": [], "value": 99},
        {"changes": [{"mark": 1, "is": "no"}]},
        *({"changes": [change]} for change in ("", "is no", "0 is no", "100 is no", "1 is", "1 value 99", "1 by ", 7)),
        *({"changes": [change]} for change in ("-1 by A", '1 by "A"', "1 by A\n2 by B", "1 by \\A")),
    ],
)
def test_a_reply_of_another_form_is_none(answer: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Reply.model_validate(answer)


@pytest.mark.parametrize(
    "change", ["is claim", "goes sideways", "basis printed", "misread no", f"by {'x' * 121}", "goes up and down"]
)
def test_what_is_no_choice_for_its_key_changes_nothing(change: str) -> None:
    draft = drafted()
    assert read(f"1 {change}", draft=draft) == read(draft=draft)
    assert reading(f"1 on MMLU; {change}", draft=draft).benchmark == "MMLU"


def test_where_nothing_is_corrected_the_draft_stands_with_its_certainty() -> None:
    draft = drafted()
    assert read(draft=draft) == Reading(**{name: getattr(draft, name) for name in Reading.model_fields})
    assert draft.certainty is not None
    assert read() is None


def test_a_correction_changes_its_own_key_and_the_certainty_is_gone() -> None:
    draft = drafted()
    found = reading("1 on MMLU", draft=draft)
    assert found.benchmark == "MMLU"
    assert (found.kind, found.metric, found.model) == (draft.kind, draft.metric, draft.model)
    assert found.certainty is None
    assert reading("1 when 8 shots", draft=draft).certainty == draft.certainty
    assert reading("1 by FooNet-XL", draft=draft).certainty == draft.certainty


def test_what_is_settled_stands_whatever_a_reply_says_of_it() -> None:
    claim = drafted()
    draft = [Drafted(claim, frozenset({"is", "by"}))]
    said = reply("1 is no", "1 by Zorblax; on MMLU")
    check_names(said, draft, Grounding(PAPER))
    (found,) = readings(said, draft, Grounding(PAPER), lambda: None)
    assert found is not None
    assert (found.kind, found.model, found.benchmark, found.flags) == (claim.kind, claim.model, "MMLU", ())


def test_a_draft_settles_what_the_embedded_extractor_is_certain_of() -> None:
    names = ("kind", "metric", "model", "benchmark", "baseline")
    assert settled(dict.fromkeys(names, 1.0)) == {"is", "of", "by", "on", "vs"}
    assert settled({"kind": 0.99, "metric": 0.9, "model": 0.98, "benchmark": 0.5}) == {"is"}


def test_a_draft_may_be_no_claim_and_a_number_without_a_draft_one() -> None:
    assert read("1 is no", "1 by FooNet", draft=drafted()) is None
    assert read("1 by FooNet") is None
    found = read("1 is ratio", "1 of latency", "1 by QLoRA", "1 goes down")
    assert found == Reading(kind="ratio", metric="latency", model="QLoRA", direction="decrease")


def test_a_score_goes_nowhere_and_is_against_nothing() -> None:
    draft = next(found.claim for found in DRAFT.values() if found.claim.kind == "ratio")
    assert (draft.direction, draft.baseline) == ("increase", "LLaMA-2 7B")
    found = reading("1 is score", draft=draft)
    assert (found.direction, found.baseline) == (None, None)


def test_a_correction_may_have_several_keys_like_a_line_of_the_draft() -> None:
    found = read("1 is delta; of latency; by QLoRA; on null; goes down; basis relative")
    assert found == Reading(kind="delta", metric="latency", model="QLoRA", direction="decrease", basis="relative")


@pytest.mark.parametrize(
    "line",
    ["1 | is delta; of latency; by QLoRA", "1 is delta | of latency; by QLoRA", "1 is delta; of latency; | by QLoRA |"],
)
def test_a_correction_may_have_the_bar_of_the_draft(line: str) -> None:
    assert read(line) == Reading(kind="delta", metric="latency", model="QLoRA")


def test_of_two_corrections_of_one_key_the_last_counts_and_one_of_no_mark_does_not() -> None:
    assert reading("1 by QLoRA", "1 by FooNet").model == "FooNet"
    assert reading("1 by QLoRA", "2 by FooNet", "24 is no").model == "QLoRA"


@pytest.mark.parametrize(
    "name",
    [
        *("FooNet-XL", "foonet-xl", "FooNet XL", "FooNetXL", "FOONET\u2011XL", "$FooNet$-XL", "FooNet"),
        *("LLaMA-2 7B", "Llama 2", "LLAMA2-7B", "llama", "7B", "Bar", "Poincaré", "Poincare\u0301", "MobileNet"),
        *("QLoRA", "pass@1", "CMMLU"),
    ],
)
def test_a_name_is_held_in_any_case_spacing_hyphens_and_markup(name: str) -> None:
    assert Grounding(PAPER).holds(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "BazNet",
            "RAG",
            "rage",
            "LoRA",
            "Foo-XL",
            "FooNet-XXL",
            "GSM-8",
            "SM-8K",
            "MML",
            "Llama 3",
            "etV2",
        ),
        *("", "-", "...", "%", "GSM8K and HumanEval", "GSM-8K, HumanEval", "84% accuracy on HumanEval", "年"),
    ],
)
def test_a_name_that_the_text_does_not_have_is_not_held_though_its_letters_may_be(name: str) -> None:
    assert not Grounding(PAPER).holds(name)


def test_each_name_of_a_list_is_looked_for() -> None:
    assert reading("1 on MMLU, GSM8K and Big-Bench Hard").benchmark == "MMLU, GSM8K and Big-Bench Hard"
    assert reading("1 on MMLU, HumanEval").flags == ("ungrounded_benchmark",)


def test_a_metric_may_be_inflected_and_a_model_may_not() -> None:
    assert reading("1 of decode").metric == "decode"
    assert reading("1 of latencys").flags == ("ungrounded_metric",)
    assert reading("1 by Stora").flags == ("ungrounded_model",)


@pytest.mark.parametrize("nothing", ["none", "null", "N/A", "None", "n/a", "unknown", "not specified", "-"])
def test_words_for_nothing_are_nothing_and_no_flag(nothing: str) -> None:
    found = reading(*(f"1 {key} {nothing}" for key in ("of", "by", "on", "when")), draft=drafted())
    assert (found.metric, found.model, found.benchmark, found.baseline, found.setting) == (None,) * 5
    assert found.flags == ()


@pytest.mark.parametrize("own", ["our method", "Our approach", "we", "the proposed method", "ours"])
def test_our_method_is_what_the_paper_proposes(own: str) -> None:
    assert reading(f"1 by {own}").model == "FooNet-XL"
    assert reading(f"1 by {own}", proposal=None).model is None
    assert reading(f"1 by {own}").flags == ()


def test_a_name_that_is_not_in_the_text_changes_nothing_and_leaves_a_flag() -> None:
    found = reading("1 of Zorblax", "1 by Zorblax", "1 on Zorblax", "1 vs Zorblax", "1 when Zorblax")
    assert (found.metric, found.model, found.benchmark, found.baseline, found.setting) == (None,) * 5
    assert found.flags == ("ungrounded_metric", "ungrounded_model", "ungrounded_benchmark", "ungrounded_baseline")
    kept = reading("1 by Zorblax", draft=drafted())
    assert (kept.model, kept.flags) == ("FooNet-XL", ("ungrounded_model",))


def test_a_setting_stands_where_all_its_words_do() -> None:
    assert reading("1 when 8 shots, on average").setting == "8 shots, on average"
    assert reading("1 when on the moon").setting is None


def test_a_misread_number_is_flagged_and_one_that_is_no_claim_is_none() -> None:
    changes = ("1 is score", "1 misread yes", "2 is no", "2 misread yes", "3 is score")
    first, second, third = readings(reply(*changes), [None] * 3, Grounding(PAPER), lambda: None)
    assert first is not None
    assert first.flags == ("misread",)
    assert second is None
    assert third is not None
    assert third.flags == ()


def test_directions_and_bases_are_those_of_the_kind() -> None:
    assert (reading("1 goes down", "1 basis relative").direction, reading("1 goes null").direction) == (
        "decrease",
        None,
    )
    assert reading("1 basis absolute").basis == "absolute"
    assert read("1 is ratio", "1 basis absolute") == Reading(kind="ratio")


def test_names_that_are_invented_are_told_to_the_model_by_mark_and_key() -> None:
    with pytest.raises(UngroundedNames, match=r'"Zorblax" \(by of mark 2\); "Quux" \(on of mark 2\)'):
        check_names(reply("1 by FooNet-XL", "2 by Zorblax", "2 on Quux"), [None, None], Grounding(PAPER))
    said = reply("1 by FooNet-XL", "2 by our method", "2 on MMLU", "2 of null", "3 by Zorblax")
    check_names(said, [None, None], Grounding(PAPER))
