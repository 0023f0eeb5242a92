"""Sources through an extractor into a store: each paper once, nothing lost, whatever happens on the way."""

import json
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from shutil import copy

import pytest

from extract.pipeline import Pipeline, RunResult
from models.errors import ClaimboardError
from models.paper import Paper
from models.run import Outcome
from models.store import Store


class Reader:
    """Reads a paper by noting it; crashes on the titles it is told to."""

    name = "rules"

    def __init__(self, fingerprint: str = "rules-1", crash_on: Iterable[str] = (), look_ahead: int = 1) -> None:
        self.fingerprint = fingerprint
        self.crash_on = set(crash_on)
        self.look_ahead = look_ahead
        self.papers: list[Paper] = []

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        source = iter(papers)
        while group := list(islice(source, self.look_ahead)):
            for paper in reversed(group):
                if paper.title in self.crash_on:
                    raise RuntimeError(f"cannot\nread {paper.title}")
                self.papers.append(paper)
                yield Outcome(paper_id=paper.paper_id, text_hash=paper.text_hash, status="done")

    @property
    def titles(self) -> list[str]:
        return sorted(paper.title for paper in self.papers)


def write_source(path: Path, titles: Iterable[str], abstract: str = "It reaches 91% on the test.") -> str:
    lines = (json.dumps({"title": title, "abstract": f"{abstract} ({title})"}) for title in titles)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def store(tmp_path: Path, empty: Path) -> Store:
    return Store(copy(empty, tmp_path))


def numbered(count: int) -> list[str]:
    return [f"Paper number {index}" for index in range(count)]


def statuses(store: Store) -> dict[str, str]:
    return {row["title"]: row["status"] for row in store.query("SELECT title, status FROM papers").to_pylist()}


def test_every_paper_is_read_once_and_the_second_run_reads_none(tmp_path: Path, store: Store) -> None:
    source = write_source(tmp_path / "papers.jsonl", numbered(2_345))
    first, second = Reader(), Reader()
    result = Pipeline(store, first).run([source])
    assert (result.entries, result.papers, result.new, result.extracted) == (2_345, 2_345, 2_345, 2_345)
    assert first.titles == sorted(numbered(2_345))
    again = Pipeline(store, second).run([source])
    assert second.papers == []
    assert (again.papers, again.new, again.already_done, again.extracted) == (2_345, 0, 2_345, 0)


def test_a_paper_of_two_sources_is_read_once_with_its_longest_abstract(tmp_path: Path, store: Store) -> None:
    cut = write_source(tmp_path / "cut.jsonl", ["One", "Two"], "It reaches")
    full = write_source(tmp_path / "full.jsonl", ["Two", "Three"], "It reaches 91% on the test, more than any other.")
    reader = Reader()
    result = Pipeline(store, reader).run([cut, full])
    assert reader.titles == ["One", "Three", "Two"]
    assert [paper.abstract for paper in reader.papers if paper.title == "Two"] == [
        "It reaches 91% on the test, more than any other. (Two)"
    ]
    assert (result.entries, result.papers, result.merged) == (4, 3, 1)


def test_a_longer_abstract_in_a_later_run_is_read_anew(tmp_path: Path, store: Store) -> None:
    Pipeline(store, Reader()).run([write_source(tmp_path / "cut.jsonl", ["One", "Two"], "It")])
    reader = Reader()
    Pipeline(store, reader).run([write_source(tmp_path / "full.jsonl", ["One"], "It reaches 91%")])
    assert reader.titles == ["One"]


def test_another_extractor_reads_the_same_papers_anew(tmp_path: Path, store: Store) -> None:
    source = write_source(tmp_path / "papers.jsonl", numbered(3))
    Pipeline(store, Reader()).run([source])
    other = Reader("rules-2")
    Pipeline(store, other).run([source])
    assert len(other.papers) == 3


def test_a_limit_counts_distinct_papers_and_the_next_run_takes_up_the_others(tmp_path: Path, store: Store) -> None:
    source = write_source(tmp_path / "papers.jsonl", ["One", "One", "Two", "One", "Three", "Four"])
    first, second = Reader(), Reader()
    assert Pipeline(store, first, limit=3).run([source]).papers == 3
    assert first.titles == ["One", "Three", "Two"]
    Pipeline(store, second).run([source])
    assert second.titles == ["Four"]


@pytest.mark.parametrize("look_ahead", [1, 7])
def test_a_crash_on_one_paper_is_one_failed_outcome(tmp_path: Path, store: Store, look_ahead: int) -> None:
    titles = numbered(20)
    source = write_source(tmp_path / "papers.jsonl", titles)
    reader = Reader(crash_on=[titles[4], titles[5], titles[19]], look_ahead=look_ahead)
    result = Pipeline(store, reader).run([source])
    assert (result.extracted, result.failed) == (17, 3)
    assert [title for title, status in statuses(store).items() if status == "failed"] == [
        titles[4],
        titles[5],
        titles[19],
    ]
    reasons = store.query("SELECT reason FROM papers WHERE status = 'failed' ORDER BY paper_position").to_pylist()
    assert reasons[0]["reason"] == "RuntimeError: cannot read Paper number 4"


def test_failed_papers_are_read_again_only_when_asked_for(tmp_path: Path, store: Store) -> None:
    source = write_source(tmp_path / "papers.jsonl", numbered(3))
    Pipeline(store, Reader(crash_on=["Paper number 1"])).run([source])
    idle, healed = Reader(), Reader()
    Pipeline(store, idle).run([source])
    Pipeline(store, healed, retry_failed=True).run([source])
    assert idle.papers == []
    assert healed.titles == ["Paper number 1"]
    assert set(statuses(store).values()) == {"done"}


def test_a_paper_that_an_extractor_says_nothing_of_has_failed(tmp_path: Path, store: Store) -> None:
    class Mute(Reader):
        def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
            return (outcome for outcome in super().extract(papers) if "number 1" not in self.papers[-1].title)

    result = Pipeline(store, Mute()).run([write_source(tmp_path / "papers.jsonl", numbered(3))])
    assert (result.extracted, result.failed) == (2, 1)


def test_an_extractor_that_cannot_begin_ends_the_run_with_one_line(tmp_path: Path, store: Store) -> None:
    class Broken(Reader):
        def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
            raise FileNotFoundError("weights.json.gz")

    source = write_source(tmp_path / "papers.jsonl", numbered(3))
    with pytest.raises(ClaimboardError, match="the extractor rules does not work: FileNotFoundError: weights"):
        Pipeline(store, Broken()).run([source])
    last_run = store.status().last_run
    assert last_run is not None
    assert last_run.status == "failed"


def test_what_is_finished_before_the_extractor_gives_up_is_kept(tmp_path: Path, store: Store) -> None:
    class Expired(Reader):
        def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
            for outcome in super().extract(papers):
                yield outcome
                if len(self.papers) == 5:
                    raise ClaimboardError("the key has expired: renew it")

    source = write_source(tmp_path / "papers.jsonl", numbered(9))
    with pytest.raises(ClaimboardError, match="the key has expired"):
        Pipeline(store, Expired()).run([source])
    rest = Reader()
    Pipeline(store, rest).run([source])
    assert len(rest.papers) == 4


class Signalled(Reader):
    """Sends this process a signal after some papers."""

    def __init__(self, after: int, number: signal.Signals) -> None:
        super().__init__()
        self.after = after
        self.number = number

    def extract(self, papers: Iterable[Paper]) -> Iterator[Outcome]:
        for outcome in super().extract(papers):
            if len(self.papers) == self.after:
                os.kill(os.getpid(), self.number)
            yield outcome


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_keeps_what_is_finished_and_the_same_run_goes_on(
    tmp_path: Path, store: Store, number: signal.Signals
) -> None:
    source = write_source(tmp_path / "papers.jsonl", numbered(1_200))
    before = signal.getsignal(number)
    result = Pipeline(store, Signalled(700, number)).run([source])
    assert result.interrupted
    assert signal.getsignal(number) is before
    last_run = store.status().last_run
    assert last_run is not None
    assert last_run.status == "interrupted"
    rest = Reader()
    went_on = Pipeline(store, rest).run([source])
    assert (result.extracted, len(rest.papers)) == (699, 501)
    assert not went_on.interrupted


def test_a_forced_run_reads_everything_again_and_goes_on_where_it_was_interrupted(tmp_path: Path, store: Store) -> None:
    source = write_source(tmp_path / "papers.jsonl", numbered(30))
    Pipeline(store, Reader()).run([source])
    interrupted = Pipeline(store, Signalled(11, signal.SIGINT), force=True).run([source])
    rest, again = Reader(), Reader()
    Pipeline(store, rest, force=True).run([source])
    Pipeline(store, again, force=True).run([source])
    assert interrupted.extracted == 10
    assert len(rest.papers) == 20
    assert len(again.papers) == 30


def test_nothing_readable_makes_no_store(tmp_path: Path, store: Store) -> None:
    store.path.unlink()
    result = Pipeline(store, Reader()).run([str(tmp_path / "missing.txt")])
    assert (result.entries, result.refusals) == (0, 1)
    assert not store.path.exists()


def test_the_worklist_is_empty_when_a_run_is_finished(tmp_path: Path, store: Store) -> None:
    source = write_source(tmp_path / "papers.jsonl", numbered(30))
    Pipeline(store, Signalled(11, signal.SIGINT)).run([source])
    assert store.query("SELECT count(*) FILTER (pending) AS n FROM store.worklist").to_pylist() == [{"n": 20}]
    Pipeline(store, Reader()).run([source])
    assert store.query("SELECT count(*) AS n FROM store.worklist").to_pylist() == [{"n": 0}]
    assert store.query("SELECT DISTINCT status FROM store.runs").to_pylist() == [{"status": "finished"}]


def test_two_pipelines_in_one_process_share_the_work(tmp_path: Path, store: Store) -> None:
    source = write_source(tmp_path / "papers.jsonl", numbered(3_000))
    results: list[RunResult] = []
    threads = [
        threading.Thread(target=lambda: results.append(Pipeline(store, Reader()).run([source]))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.papers for result in results] == [3_000, 3_000]
    assert store.query("SELECT count(*) AS n FROM store.outcomes").to_pylist() == [{"n": 3_000}]
