"""Everything that servers do wrong, mixed: no abstract is lost, none is read twice, and a failed one says why."""

import sys
import time
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from shutil import copy
from subprocess import PIPE, Popen

import pytest
import query_loop
from made_abstracts import made_papers, write_papers
from model_server import model_server

from extract.extractor import Stopped
from extract.llm import calls
from extract.llm.extractor import LlmExtractor
from extract.llm.throttle import Throttle
from extract.pipeline import Pipeline
from models.paper import Paper
from models.run import Outcome
from models.store import Store

PAPERS = 500
QUERY_LOOP = query_loop.__file__
RECOVERED_FROM = (
    *("500", "502", "503", "503:0.05", "504", "408", "429:0.05", "429:date+0", "delay:0.1", "drip:0.1"),
    *("reset", "disconnect", "reset_mid_body", "not_http", "hang", "truncated_body", "garbage_body"),
    *("truncated_content", "garbage_content", "prose", "fenced", "empty", "length", "wrong_schema"),
    *("fewer_entries", "more_entries", "invented_names"),
)
NOT_ANSWERED = ("content_filter", "refusal", "400")
CHECKS = """
    SELECT
        (SELECT count(*) FROM store.papers) AS papers,
        (SELECT count(*) FROM store.outcomes) AS outcomes,
        (SELECT count(DISTINCT paper_id) FROM store.outcomes) AS read_papers,
        (SELECT count(*) FROM store.outcomes WHERE (status = 'failed') <> (reason IS NOT NULL)) AS unexplained,
        (SELECT count(*) FROM store.claims) AS claims,
        (SELECT count(DISTINCT (paper_id, claim_id)) FROM store.claims) AS distinct_claims,
        (SELECT sum(claim_count) FROM store.outcomes) AS counted_claims,
        (SELECT count(*) FROM store.worklist) AS left_over,
        (SELECT count(*) FROM store.claims JOIN store.outcomes USING (paper_id, fingerprint)
            JOIN store.texts USING (paper_id, text_hash)
            WHERE abstract[evidence_start + 1:evidence_end] <> evidence) AS misquoted
"""


def extractor(base_url: str, **options: object) -> LlmExtractor:
    return LlmExtractor("openai/scripted", base_url=base_url, api_key="any", **options)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path, empty: Path) -> Store:
    return Store(copy(empty, tmp_path))


def test_every_abstract_is_done_or_failed_with_a_reason_under_every_fault_while_others_read(
    tmp_path: Path, store: Store
) -> None:
    source = write_papers(tmp_path / "papers.jsonl", PAPERS)
    every = (*RECOVERED_FROM, *NOT_ANSWERED)
    with model_server(
        responder="claim_responder:respond", delay=(0.0, 0.02), mix={fate: 0.3 / len(every) for fate in every}
    ) as server:
        with Popen([sys.executable, QUERY_LOOP, str(store.path)], stdin=PIPE, stdout=PIPE, text=True) as looking:
            result = Pipeline(
                store, extractor(server.base_url, concurrency=64, timeout=1.0, journal=tmp_path / "replies")
            ).run([source])
            looks, _ = looking.communicate()
        fates = server.stats()["fates"]
    assert set(fates) >= {fate.split(":")[0] for fate in every}
    assert (result.papers, result.extracted + result.failed) == (PAPERS, PAPERS)
    assert 0 < result.failed < 100
    (row,) = store.query(CHECKS).to_pylist()
    assert row["papers"] == row["outcomes"] == row["read_papers"] == PAPERS
    assert row["claims"] == row["distinct_claims"] == row["counted_claims"] == result.claims > PAPERS
    assert row["unexplained"] == row["left_over"] == row["misquoted"] == 0
    assert looking.returncode == 0
    assert int(looks) > 10
    assert not (tmp_path / "replies").exists()


def reasons(base_url: str, count: int = 1, **options: object) -> list[str | None]:
    outcomes = {outcome.paper_id: outcome for outcome in extractor(base_url, **options).extract(made_papers(count))}
    assert len(outcomes) == count
    return [outcomes[f"p{index}"].reason for index in range(count)]


@pytest.mark.parametrize("fate", RECOVERED_FROM)
def test_a_fault_that_passes_costs_a_call_and_no_paper(fate: str) -> None:
    with model_server(responder="claim_responder:respond", script=fate) as server:
        assert reasons(server.base_url, timeout=0.5) == [None]


@pytest.mark.parametrize(
    ("fate", "reason"),
    [
        ("refusal", "the model refused"),
        ("content_filter", "content filter"),
        ("400", "refused the request"),
        ("lengthx*", "longer than the server allows"),
        ("prosex*", "no valid reply in 3 attempts"),
        ("wrong_schemax*", "no valid reply in 3 attempts"),
        ("garbage_bodyx*", "no reply after 6 attempts"),
        ("500x*", "no reply after 6 attempts"),
    ],
)
def test_a_fault_that_stays_is_the_reason_of_one_paper(fate: str, reason: str) -> None:
    with model_server(responder="claim_responder:respond", by_text={"Foonet1:": fate}) as server:
        first, second, third = reasons(server.base_url, count=3, concurrency=1)
    assert first is third is None
    assert reason in (second or "")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ({"script": "quotax*"}, "quota"),
        ({"script": "402x*"}, "quota"),
        ({"api_key": "another"}, "refuses the key"),
        ({"models": ["other"]}, "has no model scripted"),
        ({"script": "403x*"}, "refuses the key"),
    ],
)
def test_what_no_paper_would_survive_stops_the_run_at_once(
    script: dict[str, object], words: str, tmp_path: Path, store: Store
) -> None:
    source = write_papers(tmp_path / "papers.jsonl", 200)
    with model_server(responder="claim_responder:respond", **script) as server:
        with pytest.raises(Stopped, match=words):
            Pipeline(store, extractor(server.base_url, concurrency=8)).run([source])
        assert server.stats()["answered"] <= 16
    assert store.query("SELECT count(*) AS n FROM store.outcomes").to_pylist() == [{"n": 0}]


def test_a_server_that_does_not_run_stops_the_run_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", 2)
    with pytest.raises(Stopped, match=r"http://127.0.0.1:9/v1/ does not answer"):
        list(extractor("http://127.0.0.1:9/v1", concurrency=4).extract(made_papers(40)))


def test_a_server_that_takes_too_long_for_every_paper_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", 2)
    words = r"no reply within 0\.1 s; raise --timeout, then run again"
    with model_server(script="hangx*") as server, pytest.raises(Stopped, match=words):
        list(extractor(server.base_url, timeout=0.1, concurrency=4).extract(made_papers(40)))


def test_a_text_that_is_forbidden_is_the_reason_of_its_paper_also_where_it_comes_first() -> None:
    with model_server(responder="claim_responder:respond", by_text={"Foonet0:": "403x*", "Foonet2:": "403"}) as server:
        first, second, third = reasons(server.base_url, count=3, concurrency=1)
    assert second is None
    for reason in (first, third):
        assert "refused the request" in (reason or "")


def test_a_key_that_is_refused_for_the_only_paper_stops_the_run() -> None:
    with model_server(script="403x*") as server, pytest.raises(Stopped, match="refuses the key"):
        reasons(server.base_url)


def test_a_text_that_is_forbidden_is_the_reason_of_its_paper_where_another_process_had_a_reply() -> None:
    class Shared(Throttle):
        bounded = False

        def server_answers(self) -> bool:
            return True

    with model_server(script="403x*") as server:
        (reason,) = reasons(server.base_url, limits=Shared(1))
    assert "refused the request" in (reason or "")


@pytest.mark.parametrize("fate", ["400", "403", "500x*", "refusal", "content_filter", "lengthx*", "prosex*"])
def test_a_reply_that_is_right_but_for_names_stands_where_asking_again_fails(
    fate: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", 2)
    with model_server(responder="claim_responder:respond", script=f"invented_names,{fate}") as server:
        (outcome,) = extractor(server.base_url).extract(made_papers(1))
    assert (outcome.status, outcome.reason) == ("done", None)
    assert outcome.claims
    assert all("ungrounded_baseline" in claim.flags for claim in outcome.claims)


@pytest.mark.parametrize("attempts", [1, 2, 3])
def test_a_request_is_sent_as_often_as_is_said_and_no_more(attempts: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "ATTEMPTS", attempts)
    with model_server(responder="claim_responder:respond", script="500x*") as server:
        (reason,) = reasons(server.base_url)
        assert server.stats()["calls"] == attempts
    assert f"no reply after {attempts} attempts" in (reason or "")


def test_patience_with_too_many_requests_does_not_count_the_wait_for_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "PATIENCE", 0.2)
    fates = {"Foonet2:": "429:0.01"}
    with model_server(responder="claim_responder:respond", by_text=fates, delay=0.3) as server:
        assert reasons(server.base_url, count=3, concurrency=1) == [None] * 3


def test_an_extractor_reads_again_after_it_has_read(store: Store) -> None:
    with model_server(responder="claim_responder:respond") as server:
        reader = extractor(server.base_url)
        for _ in range(3):
            assert [outcome.status for outcome in reader.extract(made_papers(2))] == ["done", "done"]


def test_a_run_that_is_left_early_ends_its_calls(store: Store) -> None:
    with model_server(responder="claim_responder:respond", delay=0.05) as server:
        outcomes = extractor(server.base_url, concurrency=4).extract(made_papers(400))
        next(outcomes)
        outcomes.close()  # type: ignore[attr-defined]
        calls_made = server.stats()["calls"]
        time.sleep(0.3)
        assert server.stats()["calls"] == calls_made < 40


def test_an_abstract_without_a_number_is_no_call() -> None:
    papers = [Paper(paper_id="w", title="On words", abstract="We prove that words are hard."), *made_papers(1)]
    with model_server(responder="claim_responder:respond") as server:
        outcomes = {outcome.paper_id: outcome.status for outcome in extractor(server.base_url).extract(papers)}
        assert server.stats()["calls"] == 1
    assert outcomes == {"w": "skipped", "p0": "done"}


def test_many_papers_are_drafted_by_processes_which_take_them_no_faster_than_they_are_read() -> None:
    taken = 0

    def stream() -> Iterator[Paper]:
        nonlocal taken
        for paper in made_papers(1_400):
            taken += 1
            yield paper

    outcomes: dict[str, Outcome] = {}
    ahead = children = 0
    with model_server(responder="claim_responder:respond") as server:
        reader = extractor(server.base_url, concurrency=4, workers=2)
        for outcome in reader.extract(stream()):
            outcomes[outcome.paper_id] = outcome
            ahead = max(ahead, taken - len(outcomes))
            children = max(children, len(active_children()))
        alone = list(reader.extract(made_papers(1_400)[-4:]))
        assert server.stats()["calls"] == 1_404
    assert len(outcomes) == taken == 1_400
    assert children == 2
    assert ahead <= 1_100
    assert [outcomes[outcome.paper_id].claims for outcome in alone] == [outcome.claims for outcome in alone]


def test_a_drafting_process_that_is_killed_ends_the_run_after_what_is_under_way() -> None:
    read = 0
    with model_server(responder="claim_responder:respond") as server:
        with pytest.raises(Stopped, match="a process that drafts was killed: make sure of its memory"):
            for _ in extractor(server.base_url, concurrency=4, workers=2).extract(made_papers(700)):
                read += 1
                for child in active_children():
                    child.kill()
        assert server.stats()["calls"] == read
