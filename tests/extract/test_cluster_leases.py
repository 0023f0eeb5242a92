"""A process of a cluster and the driver of the run do what the limits say, also where these are out of reach."""

import asyncio
from collections.abc import Generator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import ray
from ray.exceptions import ActorUnavailableError

from extract.cluster.chunks import Chunk
from extract.cluster.leases import Leases
from extract.cluster.messages import Lost, Opened, Stop
from extract.cluster.run import _Run
from extract.cluster.task import Job, Report, read_chunk
from extract.extractors import make_extractor
from extract.llm import calls
from extract.llm.calls import Ask, Caller
from extract.llm.extractor import LlmExtractor
from extract.llm.limits import OutOfReach
from extract.llm.meter import Meter
from extract.llm.reply import Reply
from extract.llm.server import Request
from models.errors import ClaimboardError
from models.paper import Entry
from models.parts import Folder

CHUNK = (0, 0)


class Answer:
    """What Ray gives for a call, to be waited for in either way."""

    def __init__(self, said: object) -> None:
        self._said = said

    def get(self) -> object:
        if isinstance(self._said, Exception):
            raise self._said
        return self._said

    def __await__(self) -> Generator[None, None, object]:
        yield from ()
        return self.get()


class Actor:
    """Says the same to each call of a kind, and keeps which there were."""

    def __init__(self, **said: object) -> None:
        self._said = said
        self.called: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def remote(*_: object, **__: object) -> Answer:
            self.called.append(name)
            return Answer(self._said.get(name))

        return SimpleNamespace(remote=remote)


@pytest.fixture(autouse=True)
def answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ray, "get", Answer.get)


def chunk(*abstracts: str) -> Chunk:
    entries = [
        Entry(location="papers.jsonl", line=line, title=f"Paper {line}", abstract=abstract)
        for line, abstract in enumerate(abstracts, 1)
    ]
    return Chunk(source=0, number=0, entries=tuple(entries), refusals=())


def job(folder: Path) -> Job:
    asker = LlmExtractor("openai/any", base_url="http://127.0.0.1:9/v1", workers=1)
    return Job(str(folder), asker.fingerprint, asker, asker.server.address)


@pytest.mark.parametrize("said", [ActorUnavailableError("no network", None), Lost()])
def test_trouble_with_the_limits_is_tried_again_and_says_nothing_about_the_server(
    said: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", 2)
    actor = Actor(open=Opened(), enter=said)
    leases = Leases(actor, 1, bounded=False)
    caller = Caller(cast("Any", None), leases, leases)
    request = Request({}, Reply, "json")
    with pytest.raises(OutOfReach, match="the same command goes on"), leases.reading(CHUNK):
        asyncio.run(caller.call(request, Ask(Meter())))
    assert actor.called == ["open", *["enter", "leave"] * 2, "close"]
    assert caller.is_answered


def test_a_process_that_was_taken_for_dead_ends_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", 1)
    three = chunk(*(f"We get {number}.5% accuracy on MNIST." for number in range(3)))
    dead = Actor(open=Opened(), may_write=False)
    assert read_chunk(three, job(tmp_path), frozenset(), dead) == Report()
    assert "stop" not in dead.called

    living = Actor(open=Opened(), may_write=True, stop=Stop("another was first"))
    assert read_chunk(three, job(tmp_path), frozenset(), living).stop == Stop("another was first")
    assert Folder(str(tmp_path)).names() == []


def test_what_a_process_wrote_before_it_died_is_not_read_again(tmp_path: Path) -> None:
    words = chunk("We prove that words are hard.", "And that silence is not.")
    first = read_chunk(words, job(tmp_path), frozenset(), Actor(open=Opened(), may_write=True))
    again = read_chunk(words, job(tmp_path), frozenset(), Actor(open=Opened(is_repeated=True), may_write=True))
    assert (first.entries, first.read, again.entries, again.read) == (2, 2, 2, 0)
    assert len(Folder(str(tmp_path)).names()) == 1


def test_what_others_have_read_counts_before_the_error_of_one_node_ends_the_run(tmp_path: Path) -> None:
    run = _Run([], 1, Folder(str(tmp_path)), make_extractor("rules"), lambda: None)
    late = Report(entries=1, is_closed=True)
    rows = [
        {"error": "on node a: no bucket"},
        {"error": "", "report": late.model_dump_json()},
        {"error": "not looked at"},
    ]
    limits = Actor(finished=1)
    reports = run._taken(SimpleNamespace(iter_rows=lambda: iter(rows)), limits)
    assert next(reports) == late
    with pytest.raises(ClaimboardError, match="on node a: no bucket"):
        next(reports)
    assert limits.called == ["stop", "finished", "finished"]
