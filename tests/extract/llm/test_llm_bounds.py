"""How fast and how dear a run may be: the throttle, the budgets and the prices."""

import asyncio
import time
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from made_abstracts import made_papers
from model_server import model_server

from extract.extractor import Stopped
from extract.llm import calls
from extract.llm.calls import retry_after
from extract.llm.extractor import LlmExtractor
from extract.llm.meter import Meter
from extract.llm.prices import Price, price_of
from extract.llm.throttle import Throttle
from models.errors import ClaimboardError
from models.run import Outcome


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


def extractor(base_url: str, **options: Any) -> LlmExtractor:
    return LlmExtractor("openai/scripted", base_url=base_url, api_key="any", **options)


def test_a_burst_of_refusals_halves_the_limit_once_and_answers_bring_it_back() -> None:
    throttle = Throttle(64)
    for _ in range(40):
        throttle.refused(0.0)
    assert throttle.limit == 32
    for _ in range(10_000):
        throttle.answered()
    assert throttle.limit == 64


def test_the_limit_never_falls_below_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1_000, 10))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    throttle = Throttle(8)
    for _ in range(20):
        throttle.refused(0.0)
    assert throttle.limit == 1


def test_no_more_calls_are_under_way_than_allowed_and_all_get_through() -> None:
    async def work() -> tuple[int, int]:
        throttle, active, most, done = Throttle(5), 0, 0, 0

        async def call() -> None:
            nonlocal active, most, done
            async with throttle.slot():
                active += 1
                most = max(most, active)
                await asyncio.sleep(0)
                active -= 1
                done += 1

        await asyncio.gather(*(call() for _ in range(200)))
        return most, done

    assert run(work()) == (5, 200)


def test_a_pause_that_the_server_asks_for_holds_back_every_call() -> None:
    async def work() -> float:
        throttle = Throttle(4)
        throttle.refused(0.2)
        began = time.monotonic()

        async def call() -> None:
            async with throttle.slot():
                pass

        await asyncio.gather(*(call() for _ in range(8)))
        return time.monotonic() - began

    assert run(work()) >= 0.2


@pytest.mark.parametrize("form", ["seconds", "fraction", "date", "none"])
def test_a_rate_limit_is_kept_to_whatever_formretry_after_has(form: str) -> None:
    limit = {"per_second": 40, "burst": 5, "retry_after": form}
    with model_server(responder="claim_responder:respond", rate_limit=limit) as server:
        outcomes = list(extractor(server.base_url, concurrency=32).extract(made_papers(60)))
        refused = server.stats()["statuses"]["429"]
    assert {outcome.status for outcome in outcomes} == {"done"}
    assert len(outcomes) == 60
    assert refused < 200


@pytest.mark.parametrize("value", ["nan", "inf", "-5", "soon", "1e9x", "Mon, 99 Foo 2026 99:99:99 GMT", "", "0"])
def test_aretry_after_that_means_nothing_is_no_pause(value: str) -> None:
    class Refusal(Exception):
        response = type("Response", (), {"headers": {"retry-after": value}})

    assert retry_after(Refusal()) == 0.0


@pytest.mark.parametrize("concurrency", [1, 16])
def test_a_token_budget_is_not_exceeded_and_is_used_up_to_the_last_call_that_fits(concurrency: int) -> None:
    budget = 40_000
    with model_server(responder="claim_responder:respond", delay=0.01) as server:
        outcomes: list[Outcome] = []
        with pytest.raises(Stopped, match=r"budget of 40000 tokens is reached; raise --budget-tokens"):
            outcomes.extend(
                extractor(server.base_url, concurrency=concurrency, budget_tokens=budget).extract(made_papers(500))
            )
        stats = server.stats()
    used = stats["prompt_tokens"] + stats["completion_tokens"]
    assert budget - 6_000 < used <= budget
    assert len(outcomes) == stats["calls"]
    assert {outcome.status for outcome in outcomes} == {"done"}


def test_replies_that_are_asked_for_again_count_too() -> None:
    budget = 60_000
    with model_server(responder="claim_responder:respond", mix={"prose": 0.5, "length": 0.3}) as server:
        with pytest.raises(Stopped):
            list(extractor(server.base_url, concurrency=8, budget_tokens=budget).extract(made_papers(500)))
        stats = server.stats()
    assert budget / 2 < stats["prompt_tokens"] + stats["completion_tokens"] <= budget


def test_a_budget_in_dollars_is_not_exceeded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.llm.prices._LOOPBACK", frozenset())
    prices = tmp_path / "prices.toml"
    prices.write_text('[openai]\n"scripted" = [100.0, 100.0, 100.0]\n', encoding="utf-8")
    with model_server(responder="claim_responder:respond") as server:
        reader = extractor(server.base_url, concurrency=16, budget_usd=5.0, prices=prices)
        outcomes: list[Outcome] = []
        with pytest.raises(Stopped, match="budget of 5 US dollars"):
            outcomes.extend(reader.extract(made_papers(500)))
        stats = server.stats()
    assert 3.0 < (stats["prompt_tokens"] + stats["completion_tokens"]) * 100 / 1e6 <= 5.0


def test_a_budget_is_one_for_all_that_an_extractor_reads() -> None:
    with model_server(responder="claim_responder:respond", delay=0.01) as server:
        reader = extractor(server.base_url, concurrency=16, budget_tokens=30_000)
        for _ in range(3):
            with pytest.raises(Stopped, match="budget of 30000 tokens"):
                list(reader.extract(made_papers(100)))
        stats = server.stats()
    assert stats["prompt_tokens"] + stats["completion_tokens"] <= 30_000


def test_replies_that_do_not_come_in_time_use_up_the_budget() -> None:
    with model_server(responder="claim_responder:respond", script="hangx*") as server:
        with pytest.raises(Stopped, match="budget of 12000 tokens"):
            list(extractor(server.base_url, timeout=0.1, budget_tokens=12_000).extract(made_papers(1)))
        assert 1 < server.stats()["calls"] < calls.ATTEMPTS


def test_requests_that_found_no_server_use_up_no_budget() -> None:
    with pytest.raises(Stopped, match="does not answer"):
        list(extractor("http://127.0.0.1:9/v1", budget_tokens=12_000).extract(made_papers(1)))


def test_a_lost_reply_is_counted_for_its_paper() -> None:
    with model_server(responder="claim_responder:respond", script="hang") as server:
        reader = extractor(server.base_url, timeout=0.3, concurrency=1)
        usage = {outcome.paper_id: outcome.usage for outcome in reader.extract(made_papers(2))}
    lost, whole = usage["p0"], usage["p1"]
    assert lost is not None
    assert whole is not None
    assert (lost.calls, whole.calls) == (2, 1)
    assert lost.tokens_in > 2 * whole.tokens_in


def test_what_a_model_thought_is_counted_with_its_reply() -> None:
    meter, usage = Meter(), {"prompt_token_count": 100, "candidates_token_count": 20, "thoughts_token_count": 300}
    meter.add(SimpleNamespace(usage_metadata=SimpleNamespace(**usage, total_token_count=420)))
    meter.add(SimpleNamespace(usage=SimpleNamespace(prompt_tokens=10, completion_tokens=5, total_tokens=15)))
    assert (meter.tokens_in, meter.tokens_out) == (110, 325)


def test_a_run_without_a_bound_reserves_nothing() -> None:
    with model_server(responder="claim_responder:respond") as server:
        assert len(list(extractor(server.base_url).extract(made_papers(20)))) == 20


def test_a_budget_in_dollars_needs_a_price() -> None:
    reader = LlmExtractor("openai/unheard-of", base_url="http://example.org/v1", api_key="any", budget_usd=1.0)
    with pytest.raises(ClaimboardError, match="price of this model is not known; name it in a file with --prices"):
        next(reader.extract(made_papers(1)))


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("openai/gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini"),
        ("openai/gpt-5-chat-latest", "openai/gpt-5-chat"),
        ("anthropic/claude-sonnet-4-20250514", "anthropic/claude-sonnet-4"),
        ("mistral/mistral-small-2506", "mistral/mistral-small"),
    ],
)
def test_a_version_of_a_model_has_its_price(version: str, name: str) -> None:
    assert price_of(version) == price_of(name) is not None


@pytest.mark.parametrize(
    "name", ["gpt-5-pro", "o3-pro", "o3-pro-2025-06-10", "o3-deep-research", "gpt-5.2-pro", "gpt-4o-audio-preview", "o"]
)
def test_another_model_whose_name_begins_alike_has_no_price(name: str) -> None:
    assert price_of(f"openai/{name}") is None


def test_a_version_with_a_line_of_its_own_has_that_price() -> None:
    first, later = price_of("openai/gpt-4o-2024-05-13"), price_of("openai/gpt-4o-2024-08-06")
    assert first is not None
    assert later is not None
    assert first.prompt == 2 * later.prompt


def test_the_users_table_of_prices_comes_first(tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('[openai]\n"gpt-4o" = [1, 2, 3]\n', encoding="utf-8")
    assert price_of("openai/gpt-4o-2024-08-06", None, prices) == Price(1.0, 2.0, 3.0)
    assert price_of("openai/gpt-4o-mini", None, prices) == price_of("openai/gpt-4o-mini")
    assert price_of("anthropic/claude-haiku-4-5", None, prices) == price_of("anthropic/claude-haiku-4-5")


@pytest.mark.parametrize("base_url", ["http://localhost:8000/v1", "http://127.0.0.1:1/v1", "http://[::1]:1/v1"])
def test_a_server_on_this_machine_is_free(base_url: str) -> None:
    assert price_of("openai/gpt-4o", base_url) == Price(0.0, 0.0, 0.0)


def test_cached_tokens_are_charged_as_such() -> None:
    assert Price(2.0, 0.5, 8.0).cost(1_000_000, 100_000, 400_000) == pytest.approx(1.2 + 0.2 + 0.8)


@pytest.mark.parametrize(
    "text", ["not toml", '[openai]\n"x" = [1, 2]\n', '[openai]\n"x" = ["a", 1, 2]\n', "openai = 3\n"]
)
def test_a_price_table_that_is_none_is_one_line_with_its_name(text: str, tmp_path: Path) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimboardError, match=r"prices\.toml: not a price table.*write \[provider\]") as raised:
        price_of("openai/gpt-4o", None, prices)
    assert "\n" not in str(raised.value)
    with pytest.raises(ClaimboardError, match="cannot be read"):
        price_of("openai/gpt-4o", None, tmp_path / "missing.toml")
