"""A run that is killed at any moment goes on where it was, and pays again for no more than was under way."""

import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import llm_run
import pytest
from made_abstracts import write_papers
from model_server import model_server

from models.store import Store

CONCURRENCY = 16
KILLS = 6
PAPERS = 250


def test_after_many_kills_every_paper_is_read_once_and_few_calls_are_made_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, database = write_papers(tmp_path / "papers.jsonl", PAPERS), str(tmp_path / "claims.duckdb")
    # Processes are forked from one that has imported everything: a start takes no time.
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["llm_run"])
    moments = random.Random(5)  # noqa: S311 — the same moments in every run
    with model_server(responder="claim_responder:respond", delay=(0.05, 0.15)) as server:

        def calls() -> int:
            return int(server.stats()["calls"])

        def start() -> multiprocessing.process.BaseProcess:
            run = context.Process(
                target=llm_run.run, args=(database, source, server.base_url), kwargs={"concurrency": CONCURRENCY}
            )
            run.start()
            return run

        for _ in range(KILLS):
            before, run = calls(), start()
            while calls() == before and run.is_alive():
                time.sleep(0.03)
            time.sleep(moments.uniform(0.0, 0.35))
            run.kill()
            run.join()
        last = start()
        last.join()
        log = server.log()
    assert last.exitcode == 0
    asked = Counter(entry["key"] for entry in log)
    assert len(asked) == PAPERS
    assert len(log) - PAPERS <= CONCURRENCY * KILLS
    (row,) = (
        Store(database)
        .query(
            """
        SELECT count(*) AS outcomes, count(DISTINCT paper_id) AS papers, sum(claim_count) AS counted,
            (SELECT count(*) FROM store.claims) AS claims,
            (SELECT count(DISTINCT (paper_id, claim_id)) FROM store.claims) AS distinct_claims,
            (SELECT count(*) FROM store.runs WHERE status <> 'finished') AS unfinished_runs
        FROM store.outcomes WHERE status = 'done'
        """
        )
        .to_pylist()
    )
    assert row["outcomes"] == row["papers"] == PAPERS
    assert row["claims"] == row["distinct_claims"] == row["counted"] > PAPERS
    assert row["unfinished_runs"] == 0
    assert not list(tmp_path.glob("*.replies*"))
