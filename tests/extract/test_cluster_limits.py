"""What one process keeps for all others comes back to it, however they end, and is never given twice."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from extract.cluster.limits import SharedLimits
from extract.cluster.messages import Lost, Stop, Used
from models.parts import PartName

SOON = 0.01
"""Seconds between two looks at who is there."""

CHUNK = (0, 0)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 30))


async def entered(limits: SharedLimits, name: str) -> Stop | Lost | None:
    """Let a process enter that says all the time that it is there."""
    answer = asyncio.create_task(limits.enter(name, 0))
    while not answer.done():
        await limits.renew(name, [], 0)
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
        await limits.leave("other", 0, Used(), is_answered=False)
        assert await limits.enter("slow", 1) is None
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
        await limits.lend("sk-secret", {})
        opened = await limits.open("process", CHUNK)
        assert opened.key == "sk-secret"
        assert "secret" not in repr(opened)
        assert await limits.enter("process", 0) is None
        waiting = asyncio.create_task(limits.enter("process", 1))
        await limits.stop(Stop("no more"))
        await limits.leave("process", 0, Used(), is_answered=True)
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
        await limits.leave("busy", 0, Used(), is_answered=True)
        assert await waiting == Lost()
        assert await limits.enter("busy", 1) is None

    run(work())


def test_a_place_that_a_process_no_longer_knows_of_is_given_back_and_one_that_it_waits_for_is_not() -> None:
    async def work() -> None:
        limits = SharedLimits(1)
        await limits.open("process", CHUNK)
        assert await limits.enter("process", 0) is None
        waiting = asyncio.create_task(limits.enter("process", 1))
        await limits.renew("process", {0, 1}, 2)
        assert not waiting.done()
        await limits.renew("process", {1}, 2)
        assert await waiting is None
        # What was entered after the process had looked is not in what it says.
        await limits.renew("process", set(), 1)
        last = asyncio.create_task(limits.enter("process", 2))
        await asyncio.sleep(SOON)
        assert not last.done()
        await limits.renew("process", {2}, 3)
        assert await last is None

    run(work())


def test_a_call_that_waits_for_room_in_the_budget_is_not_made_once_the_run_is_stopped() -> None:
    async def work() -> None:
        limits = SharedLimits(2, budget_tokens=100)
        await limits.open("process", CHUNK)
        for lease in range(2):
            assert await limits.enter("process", lease) is None
        assert await limits.reserve("process", 0, 80, 10) is None
        waiting = asyncio.create_task(limits.reserve("process", 1, 40, 10))
        await asyncio.sleep(0)
        assert await limits.stop(Stop("no more")) == Stop("no more")
        assert await limits.stop(Stop("another")) == Stop("no more")
        await limits.leave("process", 0, Used(10, 1), is_answered=True)
        assert await waiting == Stop("no more")

    run(work())


def test_who_had_no_reply_waits_until_others_had_one_or_none_either() -> None:
    async def work() -> None:
        limits = SharedLimits(2, renewal=SOON)
        for number, name in enumerate(("one", "two")):
            await limits.open(name, (0, number))
        alone = asyncio.create_task(limits.server_answers("one"))
        await asyncio.sleep(SOON)
        assert not alone.done()
        assert not await limits.server_answers("two")
        assert not await alone

        await limits.open("three", (0, 2))
        waiting = asyncio.create_task(limits.server_answers("one"))
        await asyncio.sleep(0)
        assert await limits.enter("three", 0) is None
        await limits.leave("three", 0, Used(), is_answered=True)
        assert await waiting
        # It may be gone since.
        assert [await limits.server_answers("one") for _ in range(3)] == [True, True, False]

    run(work())


def test_whoever_reads_a_chunk_again_is_told_so_and_which_parts_were_there() -> None:
    async def work() -> None:
        limits = SharedLimits(1)
        names = (PartName(*CHUNK, "0" * 16, "0" * 64),)
        await limits.lend(None, {CHUNK: names})
        first = await limits.open("first", CHUNK)
        assert (first.names, first.is_repeated) == (names, False)
        again = await limits.open("again", CHUNK)
        assert (again.names, again.is_repeated) == (names, True)
        await limits.close("again", CHUNK)
        assert await limits.finished() == 0

    run(work())
