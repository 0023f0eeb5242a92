"""The leaderboard of one benchmark and metric: every model's best score, with the words that report it."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards.database import Database, Row
from dashboards.markup import element, heading, show
from dashboards.pager import Pager, go_to
from dashboards.sentence import source
from models.notation import amount, bounded, counted, measured, ranking
from models.selection import IN_ORDER, LARGEST_FIRST
from models.vocabulary import vocabulary

_BENCHMARKS = 5000
"""What the picker offers at most, those with the longest leaderboards first; an address can name any other."""


def leaderboards(database: Database) -> None:
    """Put the pickers and the leaderboard that they, or the address, choose on the page."""
    heading("Leaderboards")
    benchmarks = _benchmarks(database, _asked_benchmark())
    if not benchmarks:
        show(element("p", "No abstract so far gives a score with a model and a benchmark.", style_class="quiet"))
        return
    choice, metric_choice = st.columns(2)
    with choice:
        benchmark = _benchmark_picker(benchmarks)
    boards = _boards(database, benchmark["benchmark_key"])
    with metric_choice:
        board = _metric_picker(boards)
    pager = Pager("rank_page", board["model_count"], "model", size=10)
    rows = _ranking(database, board, pager)
    show(_table(benchmark["benchmark"], board, rows))
    pager.show()


def _benchmarks(database: Database, asked: str) -> list[Row]:
    """Return the benchmarks that have leaderboards, and among them the one that is asked for, if it has one."""
    return database.rows(
        """
        SELECT benchmark_key, any_value(benchmark) AS benchmark, count(DISTINCT model_key) AS models,
            row_number() OVER (
                ORDER BY max(model_count) DESC, models DESC, count(DISTINCT paper_id) DESC, benchmark_key
            ) AS place
        FROM leaderboard
        GROUP BY benchmark_key
        QUALIFY place <= ? OR benchmark_key = ?
        ORDER BY place
        """,
        [_BENCHMARKS, asked],
    )


def _boards(database: Database, benchmark_key: str) -> list[Row]:
    return database.rows(f"FROM boards WHERE benchmark_key = ? ORDER BY {LARGEST_FIRST}", [benchmark_key])


def _ranking(database: Database, board: Row, pager: Pager) -> list[Row]:
    return database.rows(
        f"""
        FROM leaderboard
        WHERE benchmark_key = ? AND metric_key = ? AND unit IS NOT DISTINCT FROM ?
        ORDER BY rank, {IN_ORDER}
        LIMIT ? OFFSET ?
        """,
        [board["benchmark_key"], board["metric_key"], board["unit"], pager.size, pager.offset],
    )


def _asked_benchmark() -> str:
    """Return the key of the benchmark that the address names, in whatever spelling."""
    return vocabulary().key("benchmark", st.query_params.get("benchmark", ""))


def _benchmark_picker(benchmarks: Sequence[Row]) -> Row:
    by_key = {row["benchmark_key"]: row for row in benchmarks}
    asked = _asked_benchmark()
    # The address decides, also after the browser's "back"; a picker only writes to it.
    st.session_state["benchmark_picker"] = asked if asked in by_key else benchmarks[0]["benchmark_key"]

    def choose() -> None:
        st.query_params["benchmark"] = st.session_state["benchmark_picker"]
        for parameter in ("metric", "unit", "rank_page"):
            st.query_params.pop(parameter, None)

    key = st.selectbox(
        "Benchmark",
        list(by_key),
        format_func=lambda key: f"{by_key[key]['benchmark']} · {counted(by_key[key]['models'], 'model')}",
        key="benchmark_picker",
        on_change=choose,
    )
    if asked and asked not in by_key:
        named = st.query_params["benchmark"]
        show(element("p", f"No leaderboard here is of {named}: this is another.", style_class="notice"))
    return by_key[key]


def _metric_picker(boards: Sequence[Row]) -> Row:
    named = st.query_params.get("metric")
    asked = (named and vocabulary().key("metric", named), st.query_params.get("unit", ""))
    identities = [(board["metric_key"], board["unit"] or "") for board in boards]
    st.session_state["metric_picker"] = identities.index(asked) if asked in identities else 0

    def choose() -> None:
        board = boards[st.session_state["metric_picker"]]
        st.query_params["benchmark"] = board["benchmark_key"]
        st.query_params["metric"] = board["metric_key"]
        st.query_params["unit"] = board["unit"] or ""
        go_to("rank_page")

    index = st.selectbox(
        "Metric",
        range(len(boards)),
        format_func=lambda index: f"{_metric(boards[index])} · {counted(boards[index]['model_count'], 'model')}",
        key="metric_picker",
        on_change=choose,
    )
    return boards[index]


def _metric(board: Row) -> str:
    metric = measured(board["metric"])
    return f"{metric}, {board['unit']}" if board["unit"] else metric


def _table(benchmark: str, board: Row, rows: Sequence[Row]) -> Element:
    caption = element(
        "caption",
        element("strong", benchmark),
        f" {_metric(board)} · {counted(board['model_count'], 'model')}, "
        f"{ranking(board['better'], known=board['direction_known'])}",
    )
    headings = (element("th", name, scope="col") for name in ("Rank", "Model", "Score", "What the paper says"))
    body = element("tbody", *(_line(row, board["largest"]) for row in rows))
    head = element("thead", element("tr", *headings))
    return element("table", caption, head, body, style_class="board")


def _line(row: Row, largest: float) -> Element:
    return element(
        "tr",
        element("td", str(row["rank"]), style_class="rank"),
        element(
            "th",
            element("span", row["model"], style_class="name"),
            element("span", row["setting"], style_class="setting") if row["setting"] else None,
            scope="row",
        ),
        element("td", *_score(row, largest), style_class="score"),
        element(
            "td",
            *source(row),
            style_class="source",
        ),
    )


def _score(row: Row, largest: float) -> list[Element]:
    """Return the number as printed, the one it is ranked by where that differs, and a bar of its length."""
    printed = bounded(row["printed_value"], row["printed_value_high"], row["printed_unit"], row["bound"])
    parts = [element("span", printed, style_class="number")]
    if row["score"] != row["printed_value"]:
        ranked = amount(row["score"], None, row["unit"])
        parts.append(element("span", f"ranked as {ranked}", style_class="setting"))
    share = min(abs(row["score"]) / (100 if row["unit"] == "%" else largest or 1), 1)
    parts.append(element("span", element("span", style=f"width: {share:.1%}"), style_class="bar"))
    return parts
