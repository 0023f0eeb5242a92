"""The scripted model server does to a real client what a test asked for."""

import asyncio
import functools
import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from model_server import ServerHandle, running_server
from pydantic import BaseModel

SCHEMA = {
    "type": "object",
    "properties": {
        "entries": {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/entry"}},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["entries", "note"],
    "additionalProperties": False,
    "$defs": {
        "entry": {
            "type": "object",
            "properties": {"kind": {"enum": ["score", "delta"]}, "name": {"type": "string", "maxLength": 40}},
            "required": ["kind", "name"],
            "additionalProperties": False,
        }
    },
}
RIGHT = {"entries": [{"kind": "score", "name": "x"}] * 2, "note": None}
RESPONSE_FORMAT = {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA, "strict": True}}
TOOL = {"type": "function", "function": {"name": "report", "parameters": SCHEMA}}


@pytest.fixture(scope="module")
def server() -> Iterator[ServerHandle]:
    with running_server() as running:
        yield running


@functools.cache
def client_of(base_url: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=base_url, api_key="any")


def ask(server: ServerHandle, text: str = "How fast is it?", **options: Any) -> Any:
    """Send one chat completion with the real client, which does not retry unless told."""
    settings = {"max_retries": options.pop("max_retries", 0), "timeout": options.pop("timeout", 10)}
    messages: Any = [{"role": "user", "content": text}]
    completions = client_of(server.base_url).with_options(**settings).chat.completions
    return completions.create(model="scripted", messages=messages, **options)


def entries(server: ServerHandle) -> Any:
    return json.loads(ask(server, response_format=RESPONSE_FORMAT).choices[0].message.content)


def test_each_way_to_ask_for_structure_gets_an_instance_of_the_schema(server: ServerHandle) -> None:
    server.configure(reset=True)
    assert entries(server) == RIGHT
    call = ask(server, tools=[TOOL], tool_choice={"type": "function", "function": {"name": "report"}})
    assert json.loads(call.choices[0].message.tool_calls[0].function.arguments) == RIGHT
    written = ask(server, f"Follow this schema: {json.dumps(SCHEMA)}", response_format={"type": "json_object"})
    assert json.loads(written.choices[0].message.content) == RIGHT
    plain = ask(server)
    assert plain.choices[0].message.content == "ok"
    assert plain.usage.prompt_tokens == 4


def test_a_pydantic_model_is_answered_through_the_parse_helper(server: ServerHandle) -> None:
    class Answer(BaseModel):
        speedups: list[float]
        model: str | None

    server.configure(reset=True)
    messages: Any = [{"role": "user", "content": "Which?"}]
    completions = client_of(server.base_url).chat.completions
    completion = completions.parse(model="scripted", messages=messages, response_format=Answer)
    assert completion.choices[0].message.parsed == Answer(speedups=[], model=None)


@pytest.mark.parametrize(
    ("fate", "error"),
    [
        ("429", openai.RateLimitError),
        ("quota", openai.RateLimitError),
        ("503", openai.InternalServerError),
        ("401", openai.AuthenticationError),
        ("403", openai.PermissionDeniedError),
        ("reset", openai.APIConnectionError),
        ("disconnect", openai.APIConnectionError),
        ("reset_mid_body", openai.APIConnectionError),
        ("not_http", openai.APIConnectionError),
        ("hang", openai.APITimeoutError),
        ("truncated_body", json.JSONDecodeError),
        ("garbage_body", UnicodeDecodeError),
    ],
)
def test_a_failing_request_fails_as_the_client_would_report_it(
    server: ServerHandle, fate: str, error: type[Exception]
) -> None:
    server.configure(reset=True, script=fate)
    with pytest.raises(error):
        ask(server, timeout=0.5 if fate == "hang" else 10)
    assert ask(server).choices[0].message.content == "ok"
    assert server.stats()["fates"] == {fate: 1, "ok": 1}


@pytest.mark.parametrize(
    ("fate", "finish_reason", "content"),
    [
        ("length", "length", json.dumps(RIGHT)[: len(json.dumps(RIGHT)) // 2]),
        ("content_filter", "content_filter", None),
        ("refusal", "stop", None),
        ("empty", "stop", ""),
    ],
)
def test_a_useless_reply_says_why(server: ServerHandle, fate: str, finish_reason: str, content: str | None) -> None:
    server.configure(reset=True, script=fate)
    choice = ask(server, response_format=RESPONSE_FORMAT).choices[0]
    assert (choice.finish_reason, choice.message.content) == (finish_reason, content)
    assert (choice.message.refusal is not None) == (fate == "refusal")


def test_a_wrong_reply_is_wrong_in_the_way_asked_for(server: ServerHandle) -> None:
    server.configure(reset=True, script="fewer_entries,more_entries,invented_names,wrong_schema")
    assert len(entries(server)["entries"]) == 1
    assert len(entries(server)["entries"]) == 3
    invented = entries(server)
    assert [entry["kind"] for entry in invented["entries"]] == ["score", "score"]
    assert {entry["name"] for entry in invented["entries"]} == {"Zorblax-9000"}
    assert "entries" not in entries(server)
    assert entries(server) == RIGHT


def test_a_paper_carries_its_own_fate_even_where_its_numbers_are_marked(server: ServerHandle) -> None:
    server.configure(reset=True)
    marked = "Fast [[fault:⟦1⟧500:0.01⟦/⟧x2]] attention"
    assert ask(server, "Another paper").choices[0].message.content == "ok"
    assert ask(server, marked, max_retries=2).choices[0].message.content == "ok"
    log = server.log()
    assert [call["fate"] for call in log] == ["ok", "500", "500", "ok"]
    assert [call["attempt"] for call in log] == [1, 1, 2, 3]
    assert all(call["answered"] for call in log)


def test_the_retry_after_header_has_the_form_asked_for(server: ServerHandle) -> None:
    server.configure(reset=True, script="429:0.25,429:date+2,429")
    waits = []
    for _ in range(3):
        with pytest.raises(openai.RateLimitError) as caught:
            ask(server)
        waits.append(caught.value.response.headers.get("retry-after", "none"))
    assert [waits[0], waits[1][-3:], waits[2]] == ["0.25", "GMT", "none"]


def test_a_mix_gives_each_request_the_same_fate_in_any_order(server: ServerHandle) -> None:
    def fates(names: list[str]) -> dict[str, str]:
        server.configure(reset=True, seed=7, mix={"empty": 0.3, "refusal": 0.3})
        for name in names:
            ask(server, name)
        return {call["key"]: call["fate"] for call in server.log()}

    names = [f"paper {number}" for number in range(12)]
    first = fates(names)
    assert set(first.values()) == {"ok", "empty", "refusal"}
    assert fates(names[::-1]) == first


def test_the_rate_limit_refuses_what_comes_too_fast_and_says_how_long_to_wait(server: ServerHandle) -> None:
    server.configure(reset=True, rate_limit={"per_second": 0.01, "burst": 2})
    assert [ask(server).choices[0].message.content for _ in range(2)] == ["ok", "ok"]
    with pytest.raises(openai.RateLimitError) as caught:
        ask(server)
    assert 90 <= int(caught.value.response.headers["retry-after"]) <= 100


def test_a_model_refuses_modes_models_parameters_and_keys_it_does_not_know(server: ServerHandle) -> None:
    server.configure(reset=True, modes=["text"], rejected_parameters=["temperature"])
    with pytest.raises(openai.BadRequestError, match="response_format"):
        ask(server, response_format=RESPONSE_FORMAT)
    with pytest.raises(openai.BadRequestError, match="temperature"):
        ask(server, temperature=0)
    server.configure(models=["other"])
    with pytest.raises(openai.NotFoundError, match="scripted"):
        ask(server)
    server.configure(api_key="secret")
    with pytest.raises(openai.AuthenticationError):
        ask(server)


def test_requests_at_once_are_counted_and_a_shared_prefix_is_cached() -> None:
    async def several(base_url: str) -> list[Any]:
        messages: Any = [{"role": "system", "content": "Rule. " * 1000}, {"role": "user", "content": "Which?"}]
        async with openai.AsyncOpenAI(base_url=base_url, api_key="any") as client:
            one = client.chat.completions.create
            return await asyncio.gather(*(one(model="scripted", messages=messages) for _ in range(8)))

    with running_server(delay=0.3) as server:
        replies = asyncio.run(several(server.base_url))
        assert sorted(reply.usage.prompt_tokens_details.cached_tokens for reply in replies) == [0] + [1408] * 7
        assert server.stats()["max_in_flight"] == 8


def shout(request: dict[str, Any]) -> str:
    return str(request["messages"][-1]["content"]).upper()


def test_a_test_brings_its_own_responder() -> None:
    with running_server(responder=shout, api_key="any") as server:
        assert ask(server, "which?").choices[0].message.content == "WHICH?"


def submit(client: openai.OpenAI, names: list[str]) -> str:
    body = {
        "model": "scripted",
        "messages": [{"role": "user", "content": "Which?"}],
        "response_format": RESPONSE_FORMAT,
    }
    line = {"method": "POST", "url": "/v1/chat/completions", "body": body}
    content = "\n".join(json.dumps({**line, "custom_id": name}) for name in names)
    uploaded = client.files.create(file=("batch.jsonl", content.encode()), purpose="batch")
    batch = client.batches.create(
        input_file_id=uploaded.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"part": "1"}
    )
    return batch.id


def results(client: openai.OpenAI, file_id: str | None) -> dict[str, Any]:
    if file_id is None:
        return {}
    lines = map(json.loads, client.files.content(file_id).text.splitlines())
    return {line["custom_id"]: line for line in lines}


def test_a_batch_goes_from_upload_to_answers_and_errors() -> None:
    with (
        running_server(batch={"polls": 1, "failing_lines": ["b"]}) as server,
        openai.OpenAI(base_url=server.base_url, api_key="any") as client,
    ):
        batch_id = submit(client, ["a", "b", "c"])
        assert client.batches.retrieve(batch_id).status == "in_progress"
        batch = client.batches.retrieve(batch_id)
        assert batch.status == "completed"
        assert batch.request_counts is not None
        assert (batch.request_counts.completed, batch.request_counts.failed) == (2, 1)
        answers, errors = results(client, batch.output_file_id), results(client, batch.error_file_id)
        assert set(answers) == {"a", "c"}
        assert json.loads(answers["a"]["response"]["body"]["choices"][0]["message"]["content"]) == RIGHT
        assert errors["b"]["response"]["status_code"] == 400


def test_a_batch_expires_fails_or_is_cancelled() -> None:
    with (
        running_server(batch={"polls": 0, "outcomes": ["expired", "failed"]}) as server,
        openai.OpenAI(base_url=server.base_url, api_key="any") as client,
    ):
        expired = client.batches.retrieve(submit(client, ["a", "b", "c", "d"]))
        assert expired.status == "expired"
        assert len(results(client, expired.output_file_id)) == 2
        left = results(client, expired.error_file_id)
        assert {line["error"]["code"] for line in left.values()} == {"batch_expired"}

        failed = client.batches.retrieve(submit(client, ["a"]))
        assert failed.status == "failed"
        assert failed.errors is not None
        assert [error.code for error in failed.errors.data or []] == ["token_limit_exceeded"]

        twice = client.batches.retrieve(submit(client, ["a", "a"]))
        assert [(error.code, error.line) for error in twice.errors.data or []] == [("duplicate_custom_id", 2)]  # type: ignore[union-attr]

        batch_id = submit(client, ["a"])
        assert client.batches.cancel(batch_id).status == "cancelling"
        assert client.batches.retrieve(batch_id).status == "cancelled"
        with pytest.raises(openai.NotFoundError):
            client.batches.retrieve("batch_99")
        server.configure(api_script="503:0.01x2")
        assert client.batches.retrieve(batch_id).status == "cancelled"


def test_a_setting_that_does_not_exist_is_refused(server: ServerHandle) -> None:
    with pytest.raises(ValueError, match="unknown fate 'explode'"):
        server.configure(script="explode")
    with pytest.raises(ValueError, match="colour"):
        server.configure(colour="red")
