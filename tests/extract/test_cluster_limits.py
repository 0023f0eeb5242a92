"""What one process keeps for all others comes back to it, however they end, and is never given twice."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from extract.cluster.limits import SharedLimits
from extract.cluster.messages import Lost, Stop, Used

SOON = 0.01
"""Seconds between two looks at who is there."""

CHUNK = (0, 0)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


async def entered(limits: SharedLimits, name: str) -> Stop | Lost | None:
    """Let a process enter that says all the time that it is there."""
    answer = asyncio.create_task(limits.enter(name, 0))
    while not answer.done():
        await limits.renew(name)
        await asyncio.sleep(SOON / 10)
    return await answer


def test_places_and_tokens_of_a_process_that_is_not_heard_of_are_given_back_and_the_tokens_count_as_used() -> None:
    async def work() -> None:
        limits = SharedLimits(1, budget_tokens=100, renewal=SOON)
        await limits.open("dead", CHUNK)
        assert await limits.enter("dead", 0) is None
        assert await limits.reserve("dead", 0, 50, 10) is None

        await limits.open("living", (0, 1))
        assert await entered(limits, "living") is None
        assert await limits.reserve("living", 0, 30, 10) is None
        await limits.leave("living", 0, Used(30, 10, 0), is_answered=True)
        assert await limits.enter("living", 1) is None
        assert await limits.reserve("living", 1, 1, 0) == Stop(
            "the budget of 100 tokens is reached; raise --budget-tokens and run again to go on", is_budget=True
        )

    run(work())


def test_a_process_that_was_taken_for_dead_asks_anew_and_what_it_says_of_before_is_not_heeded() -> None:
    async def work() -> None:
        limits = SharedLimits(1, budget_tokens=100, renewal=SOON)
        await limits.open("slow", CHUNK)
        assert await limits.enter("slow", 0) is None
        await limits.open("other", (0, 1))
        assert await entered(limits, "other") is None
        assert await limits.reserve("slow", 0, 1, 1) == Lost()
        await limits.leave("other", 0, None, is_answered=False)
        assert await limits.enter("slow", 1) == Lost()
        await limits.renew("slow")
        assert await limits.enter("slow", 2) is None
        assert await limits.may_write("slow", CHUNK)

    run(work())


def test_a_chunk_that_is_given_to_another_process_is_written_by_that_one_alone() -> None:
    async def work() -> None:
        limits = SharedLimits(1)
        await limits.open("first", CHUNK)
        assert await limits.enter("first", 0) is None
        await limits.open("second", CHUNK)
        assert await limits.enter("second", 0) is None
        assert not await limits.may_write("first", CHUNK)
        assert await limits.may_write("second", CHUNK)
        await limits.close("second", CHUNK, "done")
        await limits.close("first", CHUNK, "twice")
        assert (await limits.open("third", CHUNK)).report == "done"

    run(work())


def test_a_run_that_is_stopped_lets_no_call_through_and_ends_when_nothing_is_in_hand() -> None:
    async def work() -> None:
        limits = SharedLimits(1)
        await limits.lend("sk-secret")
        opened = await limits.open("process", CHUNK)
        assert opened.key == "sk-secret"
        assert "secret" not in repr(opened)
        assert await limits.enter("process", 0) is None
        waiting = asyncio.create_task(limits.enter("process", 1))
        await limits.stop(Stop("no more"))
        await limits.leave("process", 0, None, is_answered=True)
        assert await waiting == Stop("no more")
        assert (await limits.open("late", (0, 1))).stop == Stop("no more")
        assert await limits.finished() is None
        await limits.close("process", CHUNK, "done")
        assert await limits.finished() == 1

    run(work())


def test_a_call_of_a_process_that_has_ended_takes_no_place() -> None:
    async def work() -> None:
        limits = SharedLimits(1)
        await limits.open("busy", CHUNK)
        await limits.open("ended", (0, 1))
        assert await limits.enter("busy", 0) is None
        waiting = asyncio.create_task(limits.enter("ended", 0))
        await asyncio.sleep(0)
        await limits.close("ended", (0, 1), "done")
        await limits.leave("busy", 0, None, is_answered=True)
        assert await waiting == Lost()
        assert await limits.enter("busy", 1) is None

    run(work())
