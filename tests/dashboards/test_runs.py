"""Runs: how far one in another process is, what failed and why, what it took."""

import re
from datetime import UTC, datetime
from typing import Any

from dashboard_server import Served
from playwright.sync_api import expect

from models.paper import Entry
from models.run import Outcome, Run, Usage
from models.store import Store
from models.worklist import Worklist


def _entries(count: int) -> list[Entry]:
    return [
        Entry(location="l.txt", line=line, title=f"Paper {line}", abstract=f"Ours reaches {line}%.")
        for line in range(1, count + 1)
    ]


def test_a_run_in_another_process_is_followed_while_it_goes_on(viewer: Any, own_dashboard: Served) -> None:
    store = Store(own_dashboard.path)
    run = Run(
        run_id="first",
        extractor="llm",
        fingerprint="llm-1",
        sources=("l.txt",),
        started_at=datetime.now(UTC),
        parameters='{"model": "wombat/small"}',
    )
    worklist = Worklist(store, run)
    worklist.add(_entries(10))
    papers = next(worklist.batches(10))
    viewer.page.goto(f"{own_dashboard.address}/runs")
    article = viewer.drawn.locator(".underway article")
    expect(article).to_contain_text("wombat/small")
    expect(article).to_contain_text("0 of 10 papers read · 10 left")

    usage = Usage(calls=1, tokens_in=100, tokens_out=20, seconds=2.0, cost_usd=0.01)
    done = [Outcome(paper_id=p.paper_id, text_hash=p.text_hash, status="done", usage=usage) for p in papers[:3]]
    failed = Outcome(
        paper_id=papers[3].paper_id, text_hash=papers[3].text_hash, status="failed", reason="the server <b>hung up</b>"
    )
    store.commit(run, [*done, failed])
    expect(article).to_contain_text("4 of 10 papers read · 6 left", timeout=20_000)
    expect(article).to_contain_text("papers/s")
    expect(article).to_contain_text("1 failed")

    store.finish_run("first", "interrupted", "Ctrl-C")
    expect(article).to_contain_text("interrupted: the same command goes on from here", timeout=20_000)
    viewer.page.goto(viewer.page.url)
    expect(viewer.drawn.locator("table.failures tbody tr")).to_have_count(1)
    (row,) = viewer.table("ledger")
    assert row[0].startswith("wombat/small")
    assert row[1:3] == ["4", "1"]
    assert row[4] == "360 300 in, 60 out"
    assert row[5] == "$0.03"
    ((paper, why, who),) = viewer.table("failures")
    assert (paper, why) == ("Paper 4", "the server <b>hung up</b>")
    assert who.startswith("wombat/small")


def test_where_all_is_well_it_says_so(viewer: Any, address: str) -> None:
    viewer.page.goto(f"{address}/runs")
    expect(viewer.drawn.get_by_text("Nothing under way")).to_be_visible()
    expect(viewer.drawn.get_by_text("None: every paper that was read could be read.")).to_be_visible()
    expect(viewer.drawn.locator("table.ledger tbody tr")).to_contain_text(re.compile("rules"))
