"""What a reply may say, and which of its names stand in the paper."""

from typing import Any

import pytest
from pydantic import ValidationError

from extract.llm.grounding import Grounding
from extract.llm.reply import Reply, UngroundedNames, check_names, readings, reply_model
from models.claim import Reading
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


def score(**changes: Any) -> dict[str, Any]:
    return {"is": "score", "of": None, "by": None, "on": None, "when": None} | changes


def delta(**changes: Any) -> dict[str, Any]:
    return score(**{"is": "delta", "goes": "up", "vs": None, "basis": None} | changes)


def reply(*entries: dict[str, Any], misread: tuple[int, ...] = ()) -> Reply:
    answer = {str(number): entry for number, entry in enumerate(entries, start=1)}
    return reply_model(len(entries)).model_validate(answer | {"misread": list(misread)})


def reading(entry: dict[str, Any], proposal: str | None = "FooNet-XL") -> Reading:
    (found,) = readings(reply(entry), Grounding(PAPER), lambda: proposal)
    assert found is not None
    return found


@pytest.mark.parametrize("marks", [1, 2, 24])
def test_the_schema_has_one_entry_for_each_mark_and_bounds_what_is_free(marks: int) -> None:
    schema = reply_model(marks).model_json_schema()
    assert set(schema["properties"]) == {*map(str, range(1, marks + 1)), "misread"} == set(schema["required"])
    assert schema["additionalProperties"] is False
    assert schema["properties"]["misread"]["maxItems"] == marks
    for definition in schema["$defs"].values():
        assert definition["additionalProperties"] is False
        for name, field in definition["properties"].items():
            for branch in field.get("anyOf", [field]):
                assert branch.get("type") == "null" or {"maxLength", "const", "enum"} & set(branch), name


@pytest.mark.parametrize(
    "answer",
    [
        {"1": {"is": "no"}, "misread": []},
        {"1": {"is": "no"}, "2": {"is": "no"}, "3": {"is": "no"}, "misread": []},
        {"1": {"is": "no"}, "2": {"is": "no"}},
        {"1": {"is": "no"}, "2": {"is": "no"}, "misread": [3]},
        {"1": {"is": "no"}, "2": {"is": "no"}, "misread": [0]},
        {"1": {"is": "no"}, "2": {"is": "claim"}, "misread": []},
        {"1": {"is": "no"}, "2": score(value=99), "misread": []},
        {"1": {"is": "no"}, "2": score(goes="up"), "misread": []},
        {"1": {"is": "no"}, "2": score(by="x" * 121), "misread": []},
        {"1": {"is": "no"}, "2": score(by=7), "misread": []},
        {"1": {"is": "no"}, "2": delta(goes="sideways"), "misread": []},
    ],
)
def test_a_reply_of_another_form_is_none(answer: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        reply_model(2).model_validate(answer)


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
    assert reading(score(on="MMLU, GSM8K and Big-Bench Hard")).benchmark == "MMLU, GSM8K and Big-Bench Hard"
    assert reading(score(on="MMLU, HumanEval")).flags == ("ungrounded_benchmark",)


def test_a_metric_may_be_inflected_and_a_model_may_not() -> None:
    assert reading(score(of="decode")).metric == "decode"
    assert reading(score(of="latencys")).flags == ("ungrounded_metric",)
    assert reading(score(by="Stora")).flags == ("ungrounded_model",)


@pytest.mark.parametrize("nothing", ["none", "null", "N/A", "None", "n/a", "", " ", "unknown", "not specified", "-"])
def test_words_for_nothing_are_nothing_and_no_flag(nothing: str) -> None:
    found = reading(delta(of=nothing, by=nothing, on=nothing, vs=nothing, when=nothing))
    assert (found.metric, found.model, found.benchmark, found.baseline, found.setting) == (None,) * 5
    assert found.flags == ()


@pytest.mark.parametrize("own", ["our method", "Our approach", "we", "the proposed method", "ours"])
def test_our_method_is_what_the_paper_proposes(own: str) -> None:
    assert reading(score(by=own)).model == "FooNet-XL"
    assert reading(score(by=own), proposal=None).model is None
    assert reading(score(by=own)).flags == ()


def test_a_name_that_is_dropped_leaves_a_flag() -> None:
    found = reading(delta(of="Zorblax", by="Zorblax", on="Zorblax", vs="Zorblax", when="Zorblax"))
    assert (found.metric, found.model, found.benchmark, found.baseline, found.setting) == (None,) * 5
    assert found.flags == ("ungrounded_metric", "ungrounded_model", "ungrounded_benchmark", "ungrounded_baseline")


def test_a_setting_stands_where_all_its_words_do() -> None:
    assert reading(score(when="8 shots, on average")).setting == "8 shots, on average"
    assert reading(score(when="on the moon")).setting is None


def test_a_misread_number_is_flagged_and_one_that_is_no_claim_is_none() -> None:
    first, second, third = readings(
        reply(score(), {"is": "no"}, score(), misread=(1, 2)), Grounding(PAPER), lambda: None
    )
    assert first is not None
    assert first.flags == ("misread",)
    assert second is None
    assert third is not None
    assert third.flags == ()


def test_directions_and_bases_are_those_of_the_kind() -> None:
    assert (reading(delta(goes="down", basis="relative")).direction, reading(score()).direction) == ("decrease", None)
    assert reading(delta(basis="absolute")).basis == "absolute"


def test_names_that_are_invented_are_told_to_the_model_by_mark_and_key() -> None:
    with pytest.raises(UngroundedNames, match=r'"by" of mark 2: "Zorblax".*"on" of mark 2: "Quux"'):
        check_names(reply(score(by="FooNet-XL"), score(by="Zorblax", on="Quux")), Grounding(PAPER))
    check_names(reply(score(by="FooNet-XL"), score(by="our method", on="MMLU")), Grounding(PAPER))
