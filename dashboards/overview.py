"""The page that the dashboard opens on: what the database holds, what leads, what is new, and what needs a person."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address
from dashboards.board import identity
from dashboards.database import Database, Row
from dashboards.leaders import largest, leaders
from dashboards.markup import element, heading, show, way
from models.notation import bounded, counted

_BOARDS = 8

_FAMILIES = {
    "quality": "quality",
    "speed": "speed",
    "memory": "memory",
    "energy": "energy",
    "compute": "compute",
    "size": "size",
    "cost": "cost",
    "": "something else",
}

_KINDS = {"score": "scores", "delta": "changes", "ratio": "ratios"}


def overview(database: Database) -> None:
    """Draw the page. Raises ClaimboardError where the database cannot be read."""
    heading("Overview", "What the abstracts here claim, in numbers. Each leads to the sentence that says it.")
    counts = _counts(database)
    show(_facts(counts))
    with st.container(key="overview"):
        with st.container(key="overview_main"):
            show(_boards(database))
        with st.container(key="overview_aside"):
            attention = st.container(key="attention")
            _show_newest_run(database)
    show(_kinds(database))
    # Last: of all that the page asks, comparing all scores with each other takes longest.
    with attention:
        show(_attention(database, counts))


def _counts(database: Database) -> Row:
    return database.row(
        """
        SELECT count(*) AS claims, count(DISTINCT benchmark_key) AS benchmarks, count(DISTINCT model_key) AS models,
            count(verdict) AS reviewed, count(*) FILTER (len(flags) > 0) AS flagged
        FROM claims
        """
    ) | database.row(
        "SELECT count(*) AS papers, count(*) FILTER (unread) AS unread, count(*) FILTER (failed) AS failed "
        "FROM coverage"
    )


def _facts(counts: Row) -> Element:
    share = counts["reviewed"] / counts["claims"] if counts["claims"] else 0.0
    facts = (
        (f"{counts['papers']:,}", "papers", None),
        (f"{counts['claims']:,}", "claims", address.to("claims")),
        (f"{counts['benchmarks']:,}", "benchmarks", address.to("leaderboards")),
        (f"{counts['models']:,}", "models", address.to("compare")),
        (_percent(share), "reviewed", address.to("claims", order="queue")),
    )
    return element(
        "dl",
        *(
            element("div", element("dd", way(number, to) if to else number), element("dt", name))
            for number, name, to in facts
        ),
        style_class="facts",
    )


def _percent(share: float) -> str:
    """Return a share in whole per cent; only nothing is 0%, and only all is 100%."""
    if 0 < share < 0.01:
        return "<1%"
    return f"{int(share * 100)}%"


def _boards(database: Database) -> Element:
    boards = largest(database, _BOARDS)
    title = element("h2", way("Leaderboards", address.to("leaderboards")))
    if not boards:
        nothing = element("p", "No abstract so far gives a score with a model and a benchmark.", style_class="quiet")
        return element("section", title, nothing)
    names = (element("th", name, scope="col") for name in ("Benchmark", "Best model", "Score"))
    return element(
        "section",
        title,
        element(
            "table",
            element("thead", element("tr", *names)),
            element("tbody", *(_leader(rows[0]) for rows in leaders(database, boards))),
            style_class="leaders",
        ),
    )


def _leader(row: Row) -> Element:
    board = address.to("leaderboards", benchmark=row["benchmark_key"], **identity(row))
    details = (row["metric"], row["setting_key"], counted(row["model_count"], "model"))
    score = bounded(row["printed_value"], row["printed_value_high"], row["printed_unit"], row["bound"])
    to_claim = address.to("claims", paper=row["paper_id"], claim=row["claim_id"])
    return element(
        "tr",
        element(
            "th",
            way(row["benchmark"], board, style_class="name"),
            element("span", " · ".join(filter(None, details)), style_class="setting"),
            scope="row",
        ),
        element("td", row["model"]),
        element("td", way(score, to_claim, style_class="number")),
    )


def _attention(database: Database, counts: Row) -> Element:
    waiting = counts["claims"] - counts["reviewed"]
    failed, unread = counts["failed"], counts["unread"]
    items = [
        _conflicts(database),
        _item(counts["flagged"], "claim", "flagged for a second look", address.to("claims", flag="any")),
        _item(waiting, "claim", "that nobody has reviewed", address.to("claims", order="queue")),
        _item(failed, "paper", "that could not be read", address.to("runs")),
        _item(unread, "paper", "not read yet", address.to("runs")),
    ]
    there = [item for item in items if item is not None]
    body = element("ul", *there) if there else element("p", "Nothing: all is read and reviewed.", style_class="quiet")
    return element("section", element("h2", "Needs attention"), body, style_class="card")


def _conflicts(database: Database) -> Element | None:
    to = address.to("conflicts")
    rows = database.rows_if_soon("SELECT count(*) AS count FROM conflicts")
    if rows is None:
        return element("li", way("Conflicts", to), " were not counted: it takes too long")
    return _item(rows[0]["count"], "conflict", "of scores that papers print differently", to)


def _item(count: int, noun: str, what: str, to: str) -> Element | None:
    return element("li", way(counted(count, noun), to), f" {what}") if count else None


def _show_newest_run(database: Database) -> None:
    runs = database.rows("FROM ledger ORDER BY started_at DESC, run_id LIMIT 1")
    if not runs:
        return
    run = runs[0]
    reader = run["model"] or run["extractor"]
    papers = counted(run["paper_count"], "paper")
    failed = f", {run['failed_count']:,} failed" if run["failed_count"] else ""
    begun = f"{run['status']}, begun {run['started_at']:%Y-%m-%d %H:%M} UTC"
    show(
        element(
            "section",
            element("h2", way("Newest run", address.to("runs"))),
            element("p", f"{papers} read by {reader}{failed}"),
            element("p", begun, style_class="quiet"),
            style_class="card",
        )
    )


def _kinds(database: Database) -> Element:
    """Return the number of claims by what they are about and what kind they are, as bars."""
    rows = database.rows(
        "SELECT coalesce(metric_family, '') AS family, kind, count(*) AS count FROM claims GROUP BY ALL ORDER BY family"
    )
    by_family = {family: list(group) for family, group in groupby(rows, key=lambda row: str(row["family"]))}
    totals = {family: sum(row["count"] for row in group) for family, group in by_family.items()}
    most = max(totals.values(), default=1)
    families = sorted(totals, key=lambda family: (family == "", -totals[family]))
    names = [element("th", name, scope="col") for name in ("About", "Claims")]
    names += [
        element("th", element("span", style_class=f"key {kind}"), name, scope="col") for kind, name in _KINDS.items()
    ]
    return element(
        "section",
        element("h2", way("What is claimed", address.to("claims"))),
        element(
            "table",
            element("thead", element("tr", *names)),
            element("tbody", *(_family(family, by_family[family], most) for family in families)),
            style_class="families",
        ),
    )


def _family(family: str, rows: Sequence[Row], most: int) -> Element:
    counts = {row["kind"]: row["count"] for row in rows}
    total = sum(counts.values())
    to_family = address.to("claims", family=family or "none")
    return element(
        "tr",
        element("th", way(_FAMILIES.get(family, family), to_family), scope="row"),
        element("td", element("div", element("span", f"{total:,}", style_class="figure"), _bar(counts, most))),
        *(_figure(counts.get(kind, 0), address.to("claims", family=family or "none", kind=kind)) for kind in _KINDS),
    )


def _figure(count: int, to: str) -> Element:
    return element("td", way(f"{count:,}", to) if count else "–", style_class="figure")


def _bar(counts: dict[str, int], most: int) -> Element:
    parts: Iterable[Element] = (
        element("span", style_class=f"part {kind}", style=f"width: {counts.get(kind, 0) / most:.2%}") for kind in _KINDS
    )
    return element("span", *parts, style_class="stack", **{"aria-hidden": "true"})
