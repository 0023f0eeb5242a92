"""How the abstracts were read: what is under way, what failed and why, and what it all took."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, downloads
from dashboards.database import Database, Row
from dashboards.markup import Node, element, heading, link, show
from dashboards.pager import Pager
from models.notation import counted, duration

_LOOK_AGAIN = "2s"

_SILENT = 120
"""Seconds without a stored paper after which a run may have been killed."""


def runs(database: Database) -> None:
    """Put the runs under way, those before, and the papers that failed on the page."""
    heading("Runs", "Who read the abstracts, how far that is, what failed and why, and what it took.")
    _under_way()
    _ledger(database)
    _failures(database)


@st.fragment(run_every=_LOOK_AGAIN)
def _under_way() -> None:
    """Show runs in other processes as they go on; the rest of the page waits until somebody asks for it."""
    rows = Database.of_environment().rows("FROM run_progress ORDER BY started_at DESC")
    now = datetime.now(UTC).replace(tzinfo=None)
    show(
        element(
            "section",
            element("h2", "Under way" if rows else "Nothing under way"),
            *(_progress(row, now) for row in rows[:10]),
            element("p", f"and {len(rows) - 10:,} more that did not finish", style_class="quiet")
            if len(rows) > 10
            else None,
            style_class="underway",
        )
    )


def _progress(row: Row, now: datetime) -> Element:
    listed, read = row["listed"], row["read_count"]
    facts = [f"{read:,} of {counted(listed, 'paper')} read", f"{row['pending']:,} left"]
    if row["papers_per_second"] and row["status"] == "running":
        facts.append(f"{row['papers_per_second']:,.1f} papers/s")
    if row["seconds_left"] and row["status"] == "running":
        facts.append(f"about {duration(row['seconds_left'])} to go")
    if row["failed_count"]:
        facts.append(f"{row['failed_count']:,} failed")
    return element(
        "article",
        element(
            "p",
            element("strong", row["model"] or row["extractor"]),
            " ",
            element("span", ", ".join(row["sources"]), style_class="quiet clipped"),
        ),
        element(
            "progress",
            value=str(read),
            max=str(max(listed, 1)),
            **{"aria-label": f"{read} of {listed} papers read"},
        ),
        element("p", " · ".join(facts), style_class="quiet"),
        _state(row, now),
    )


def _state(row: Row, now: datetime) -> Element | None:
    """Return what is to be said of a run that does not simply go on."""
    if row["status"] != "running":
        said = f"{row['status']}: the same command goes on from here"
        return element("p", said, style_class="notice")
    silent = (now - (row["stored_at"] or row["started_at"])).total_seconds()
    if silent > _SILENT:
        said = f"nothing stored for {duration(silent)}: it may have been killed; the same command goes on from here"
        return element("p", said, style_class="notice")
    return None


def _ledger(database: Database) -> None:
    count = database.row("SELECT count(*) AS count FROM ledger")["count"]
    pager = Pager("page", count, "run", size=10)
    rows = database.rows("FROM ledger ORDER BY started_at DESC, run_id LIMIT ? OFFSET ?", [pager.size, pager.offset])
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        show(element("h2", "All runs"))
        downloads.csv(database, "runs", "FROM ledger ORDER BY started_at DESC, run_id")
    names = ("Run", "Papers", "Failed", "Speed", "Tokens", "Cost")
    show(
        element(
            "table",
            element("caption", _total(database)),
            element("thead", element("tr", *(element("th", name, scope="col") for name in names))),
            element("tbody", *map(_run, rows)),
            style_class="ledger",
        )
    )
    pager.show()


def _total(database: Database) -> str:
    row = database.row(
        """
        SELECT count(*) AS runs, coalesce(sum(paper_count), 0)::BIGINT AS papers,
            coalesce(sum(tokens_in), 0)::BIGINT + coalesce(sum(tokens_out), 0)::BIGINT AS tokens,
            sum(cost_usd) AS cost
        FROM ledger
        """
    )
    parts = [counted(row["runs"], "run"), counted(row["papers"], "paper") + " read"]
    if row["tokens"]:
        parts.append(counted(row["tokens"], "token"))
    if row["cost"] is not None:
        parts.append(f"${row['cost']:,.2f}")
    return " · ".join(parts)


def _run(row: Row) -> Element:
    return element(
        "tr",
        _cell(
            "run",
            element("span", row["model"] or row["extractor"], style_class="name"),
            element("span", f"{row['started_at']:%Y-%m-%d %H:%M} UTC", style_class="setting"),
            element("span", _outcome(row), style_class="setting" if row["status"] == "finished" else "flag"),
        ),
        _cell("Papers", *_lines(f"{row['paper_count']:,}", _skipped(row))),
        _cell("Failed", f"{row['failed_count']:,}"),
        _cell("Speed", *_lines(_speed(row), _each(row))),
        _cell("Tokens", *_lines(*_tokens(row))),
        _cell("Cost", "–" if row["cost_usd"] is None else f"${row['cost_usd']:,.4f}".rstrip("0").rstrip(".")),
    )


def _cell(name: str, *content: Node) -> Element:
    return element("td", *content, **{"data-name": name})


def _lines(*texts: str | int | None) -> Iterable[Element]:
    return (element("span", str(text), style_class="setting" if at else "") for at, text in enumerate(texts) if text)


def _outcome(row: Row) -> str:
    if row["status"] == "finished" and row["finished_at"] is not None:
        return f"finished after {duration((row['finished_at'] - row['started_at']).total_seconds())}"
    return f"{row['status']}: {row['reason']}" if row["reason"] else str(row["status"])


def _skipped(row: Row) -> str | None:
    return f"{row['skipped_count']:,} without a number" if row["skipped_count"] else None


def _speed(row: Row) -> str:
    if row["finished_at"] is None or not row["paper_count"]:
        return "–"
    seconds = (row["finished_at"] - row["started_at"]).total_seconds()
    return f"{row['paper_count'] / seconds:,.1f} papers/s" if seconds > 0 else "–"


def _each(row: Row) -> str | None:
    return f"{row['seconds_per_paper']:,.1f} s each" if row["seconds_per_paper"] else None


def _tokens(row: Row) -> Sequence[str]:
    if row["tokens_in"] is None:
        return ("–",)
    cached = f", {row['tokens_cached']:,} cached" if row["tokens_cached"] else ""
    return (f"{row['tokens_in'] + row['tokens_out']:,}", f"{row['tokens_in']:,} in{cached}, {row['tokens_out']:,} out")


def _failures(database: Database) -> None:
    show(element("h2", "Papers that failed"))
    reasons = database.rows(
        """
        SELECT reason, count(*) AS papers FROM outcomes WHERE status = 'failed'
        GROUP BY reason ORDER BY papers DESC, reason
        """
    )
    if not reasons:
        show(element("p", "None: every paper that was read could be read.", style_class="quiet"))
        return
    total = sum(row["papers"] for row in reasons)
    show(element("p", "claimboard extract --retry-failed reads them again.", style_class="quiet"))
    by_reason = {row["reason"] or "": row["papers"] for row in reasons}
    options = ["", *(reason for reason in list(by_reason)[:200] if reason)]
    reason = address.picked(
        "Reason",
        "reason",
        options,
        shown=lambda reason: f"{reason} · {by_reason[reason]:,}" if reason else f"Any reason · {total:,}",
        resets=("failed",),
    )
    pager = Pager("failed", by_reason[reason] if reason else total, "paper", size=10)
    rows = database.rows(
        """
        SELECT outcomes.*, papers.url FROM outcomes JOIN papers USING (paper_id)
        WHERE outcomes.status = 'failed' AND (? = '' OR outcomes.reason = ?)
        ORDER BY outcomes.finished_at DESC, paper_id LIMIT ? OFFSET ?
        """,
        [reason, reason, pager.size, pager.offset],
    )
    names = ("Paper", "Why", "Who read")
    show(
        element(
            "table",
            element("caption", f"{counted(pager.total, 'paper')}, the latest first"),
            element("thead", element("tr", *(element("th", name, scope="col") for name in names))),
            element("tbody", *map(_failure, rows)),
            style_class="failures",
        )
    )
    pager.show()


def _failure(row: Row) -> Element:
    return element(
        "tr",
        element("td", link(row["title"], row["url"]), style_class="name"),
        element("td", row["reason"] or ""),
        element(
            "td",
            element("span", row["model"] or row["extractor"]),
            element("span", f"{row['finished_at']:%Y-%m-%d %H:%M} UTC", style_class="setting"),
        ),
    )
