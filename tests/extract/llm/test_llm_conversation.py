"""How the extractor and a server come to an understanding: forms, parameters, replies that go back, keys."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from claim_responder import respond as plain_respond
from fixed_server import fixed_server, refusing_server
from made_abstracts import made_papers, write_papers
from model_script import Json
from model_server import model_server

from extract.extractor import Stopped
from extract.llm.extractor import LlmExtractor
from extract.llm.server import Form
from extract.pipeline import Pipeline
from extract.rules import RulesExtractor
from models.errors import ClaimboardError
from models.paper import Paper
from models.run import Outcome
from models.store import Store

KEY = "sk-proj-a1B2c3D4e5F6g7H8"


def extractor(base_url: str, **options: Any) -> LlmExtractor:
    return LlmExtractor("openai/scripted", base_url=base_url, **({"api_key": "any"} | options))


def read(base_url: str, count: int = 1, **options: Any) -> list[Outcome]:
    return list(extractor(base_url, **options).extract(made_papers(count)))


def form_of(request: Json) -> str:
    if request.get("tools"):
        return "tools"
    return "json_schema" if (request.get("response_format") or {}).get("type") == "json_schema" else "json"


@pytest.mark.parametrize(
    ("modes", "form"),
    [
        (["json_schema", "json_object", "tools", "text"], "json_schema"),
        (["json_object", "tools", "text"], "tools"),
        (["json_object", "text"], "json"),
    ],
)
def test_a_server_is_asked_in_the_most_binding_form_that_it_takes(modes: list[str], form: str) -> None:
    with model_server(responder="claim_responder:respond", modes=modes, keep_requests=True, delay=0.01) as server:
        outcomes = read(server.base_url, 60, concurrency=4)
        log = server.log()
    assert {outcome.status for outcome in outcomes} == {"done"}
    answered = [form_of(entry["request"]) for entry in log if entry["status"] == 200]
    assert answered == [form] * 60
    assert {form_of(entry["request"]) for entry in log[-20:]} == {form}


@pytest.mark.parametrize("form", ["json_schema", "tools", "json"])
def test_a_form_that_was_asked_for_is_never_changed(form: Form) -> None:
    with model_server(responder="claim_responder:respond", modes=["text"], keep_requests=True) as server:
        outcomes = read(server.base_url, 3, form=form)
        assert {form_of(entry["request"]) for entry in server.log()} == {form}
    assert {outcome.status for outcome in outcomes} == {"failed"}


@pytest.mark.parametrize(
    "rejected", [["max_tokens"], ["temperature"], ["max_tokens", "temperature"], ["max_tokens", "temperature", "tools"]]
)
def test_parameters_that_a_server_does_not_know_are_not_sent_again(rejected: list[str]) -> None:
    modes = ["json_object", "tools", "text"]
    with model_server(
        responder="claim_responder:respond", rejected_parameters=rejected, modes=modes, keep_requests=True, delay=0.01
    ) as server:
        outcomes = read(server.base_url, 60, concurrency=4)
        requests = [entry["request"] for entry in server.log()]
    assert {outcome.status for outcome in outcomes} == {"done"}
    for request in requests[-20:]:
        assert not set(rejected) & set(request)
        assert "max_tokens" in request or request["max_completion_tokens"] >= 190


def test_a_text_that_is_too_long_changes_no_form() -> None:
    message = (
        "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4500 in the messages, "
        "500 in the functions). Please reduce the length of the messages or functions."
    )
    server = extractor("http://127.0.0.1:9/v1").server
    assert not server.adapt(ValueError(message), {}, "json_schema")
    assert not server.adapt(ValueError("For more information see the documentation."), {}, "json_schema")
    assert server.chosen == "json_schema"
    assert server.adapt(ValueError("'response_format' of type 'json_schema' is not supported"), {}, "json_schema")
    assert server.chosen == "tools"


def test_a_text_that_is_too_long_changes_no_parameter() -> None:
    message = (
        "max_tokens is too large: 190. This model's maximum context length is 4096 tokens, of them 4000 in messages."
    )
    server = extractor("http://127.0.0.1:9/v1").server
    assert not server.adapt(ValueError(message), {"max_tokens": 190}, "json_schema")
    assert "max_tokens" in server.request("", 1).arguments


@pytest.mark.parametrize("fate", ["prose", "wrong_schema", "empty", "truncated_content"])
@pytest.mark.parametrize("form", ["json_schema", "tools", "json"])
def test_a_reply_of_another_form_goes_back_twice_with_what_is_wrong(fate: str, form: Form) -> None:
    with model_server(responder="claim_responder:respond", script=f"{fate}x*", keep_requests=True) as server:
        (outcome,) = read(server.base_url, form=form)
        requests = [entry["request"] for entry in server.log()]
    assert outcome.status == "failed"
    assert outcome.usage is not None
    assert outcome.usage.calls == len(requests) == 3
    lengths = [len(request["messages"]) for request in requests]
    assert lengths == sorted(set(lengths))
    assert "rror" in json.dumps(requests[-1]["messages"][lengths[0] :])


def test_an_abstract_whose_numbers_are_no_results_takes_no_call() -> None:
    papers = [
        Paper(paper_id="sizes", title="Foonet", abstract="We trained Foonet on 12 datasets with 3,000 images in 2019."),
        Paper(paper_id="none", title="Foonet", abstract="We trained Foonet."),
        *made_papers(1),
    ]
    with model_server(responder="claim_responder:respond") as server:
        outcomes = {outcome.paper_id: outcome for outcome in extractor(server.base_url).extract(papers)}
        assert server.stats()["calls"] == 1
    assert [outcomes[name].status for name in ("sizes", "none", "p0")] == ["skipped", "skipped", "done"]
    assert outcomes["sizes"].mention_count == 2
    assert not outcomes["sizes"].claims


def says_nothing(request: Json) -> Json:
    """Correct nothing."""
    return {"changes": []}


def test_where_a_model_corrects_nothing_the_draft_stands() -> None:
    with model_server(responder=says_nothing) as server:
        (outcome,) = read(server.base_url)
    (paper,) = made_papers(1)
    (drafted,) = RulesExtractor(workers=1).extract([paper])
    assert drafted.claims
    assert outcome.claims == drafted.claims


def invents_at_first(request: Json) -> Json:
    """Name what the paper does not, until told so."""
    answer = plain_respond(request)
    if "stand in neither" not in json.dumps(request["messages"]):
        answer["changes"].append("1 vs Zorblax")
    return answer


def test_invented_names_come_back_to_the_model_once_and_may_be_mended() -> None:
    with model_server(responder=invents_at_first, keep_requests=True) as server:
        (outcome,) = read(server.base_url)
        requests = [entry["request"] for entry in server.log()]
    assert len(requests) == 2
    assert "Zorblax" in json.dumps(requests[1]["messages"][2:])
    assert outcome.status == "done"
    assert [claim.flags for claim in outcome.claims] == [(), ()]


def test_names_that_stay_invented_change_nothing_and_leave_a_flag() -> None:
    with model_server(responder="claim_responder:respond", script="invented_namesx*") as server:
        (outcome,) = read(server.base_url)
        assert server.stats()["calls"] == 2
    assert outcome.status == "done"
    assert outcome.claims
    assert all("ungrounded_baseline" in claim.flags for claim in outcome.claims)
    assert "Zorblax" not in outcome.model_dump_json()


def test_a_reply_that_was_cut_is_asked_for_again_with_more_room() -> None:
    with model_server(responder="claim_responder:respond", script="length", keep_requests=True) as server:
        (outcome,) = read(server.base_url)
        first, second = [entry["request"]["max_tokens"] for entry in server.log()]
    assert (outcome.status, second) == ("done", 4 * first)


@pytest.mark.parametrize("fate", ["refusal", "content_filter"])
def test_what_a_model_will_not_answer_is_not_asked_again(fate: str) -> None:
    with model_server(responder="claim_responder:respond", script=fate) as server:
        (outcome,) = read(server.base_url)
        assert server.stats()["calls"] == 1
    assert outcome.status == "failed"


def test_replies_are_kept_where_asked_for() -> None:
    with model_server(responder="claim_responder:respond", script="prose") as server:
        (kept,), (plain,) = read(server.base_url, keep_replies=True), read(server.base_url)
    assert ["The abstract reports" in reply for reply in kept.replies] == [True, False]
    assert plain.replies == ()


@pytest.mark.parametrize(
    ("model", "words"),
    [("nobody/x", "Unsupported provider"), ("x", "provider/model-name"), ("mistral/x", "mistralai")],
)
def test_a_model_that_cannot_be_asked_is_one_line(model: str, words: str) -> None:
    with pytest.raises(ClaimboardError, match=words) as raised:
        next(LlmExtractor(model).extract(made_papers(1)))
    assert "\n" not in str(raised.value)


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with model_server(responder="claim_responder:respond") as server:
        assert [outcome.status for outcome in read(server.base_url, api_key=None)] == ["done"]
    with pytest.raises(ClaimboardError, match="OPENAI_API_KEY"):
        next(LlmExtractor("openai/gpt-4o").extract(made_papers(1)))


@pytest.mark.parametrize(
    "words",
    [
        f"Incorrect API key provided: {KEY}.",
        f"Authorization: Bearer {KEY}",
        "Incorrect API key provided: sk-proj-****************g7H8.",
        json.dumps({"key": KEY}),
    ],
)
@pytest.mark.parametrize("status", [401, 400])
def test_a_key_that_a_server_repeats_is_nowhere(
    words: str,
    status: int,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.INFO)
    store, said = Store(tmp_path / "claims.duckdb"), ""
    source = write_papers(tmp_path / "papers.jsonl", 2)
    with refusing_server(status, words) as base_url:
        reader = extractor(base_url, api_key=KEY, journal=tmp_path / "replies")
        try:
            Pipeline(store, reader).run([source])
        except Stopped as stop:
            said = str(stop)
    tables = ("runs", "outcomes", "claims", "papers", "worklist")
    rows = [store.query(f"SELECT * FROM store.{table}").to_pylist() for table in tables]
    captured = capfd.readouterr()
    everything = "\n".join([said, repr(rows), caplog.text, captured.out, captured.err, repr(reader), reader.parameters])
    assert "[key]" in said + repr(rows)
    for secret in (KEY, KEY[-4:], "sk-proj-"):
        assert secret not in everything
        for file in tmp_path.iterdir():
            assert secret.encode() not in file.read_bytes(), file


def test_a_server_is_shown_without_its_key() -> None:
    assert KEY not in repr(extractor("http://127.0.0.1:9/v1", api_key=KEY).server)


@pytest.mark.parametrize("key", ["none", "any", "local"])
def test_a_key_that_is_a_word_leaves_other_words_alone(key: str) -> None:
    server = extractor("http://127.0.0.1:9/v1", api_key=key).server
    words = "nonexistent: too many of localhost, and none at all"
    assert server.without_key(words) == words


def completion(**changes: Any) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}
    body: Json = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]}
    return json.dumps(body | changes).encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"null", "application/json"),
        (b"[]", "application/json"),
        (b'"text"', "application/json"),
        (b"", "application/json"),
        (b"<html>Sign in</html>", "text/html"),
        (b'{"error": {"message": "overloaded"}}', "application/json"),
        (completion(choices=None), "application/json"),
        (completion(choices=[]), "application/json"),
        (completion(choices=[{}]), "application/json"),
        (completion(choices=[{"index": 0, "message": None, "finish_reason": "stop"}]), "application/json"),
        (completion(choices=[{"message": {"content": None}}]), "application/json"),
        (completion(choices=[{"message": {"content": [1, 2]}, "finish_reason": 7}]), "application/json"),
        (completion(choices="many"), "application/json"),
        (completion(usage={"prompt_tokens": -5, "completion_tokens": "many"}), "application/json"),
        (completion(usage="free"), "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_a_body_that_is_no_completion_is_a_failed_paper_with_a_reason(
    body: bytes, content_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.llm.calls.ATTEMPTS", 1)
    with fixed_server(200, body, content_type) as base_url:
        outcomes = read(base_url, 2)
    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    assert all(outcome.reason and len(outcome.reason) < 400 for outcome in outcomes)
