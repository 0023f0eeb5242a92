"""Two to six models or papers side by side: what each scores on which benchmark, and where nothing is known."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address, charts, downloads
from dashboards.board import identity
from dashboards.database import Database, Row
from dashboards.leaders import largest, leaders
from dashboards.markup import element, heading, quotation, show, way
from models.notation import amount, bounded, counted, measured
from models.selection import COMPARED_FIRST, Condition, mentioning

_MOST = 6
_OFFERED = 400
"""What the picker offers at most, those with most scores first; the search field finds any other."""

_SUGGESTED = 4

_CELLS = 3000
_SCALES = 8
"""Scales that the chart shows at most."""

_ITEMS = {"models": ("model_key", "canonical_model"), "papers": ("paper_id", "title")}
"""What can be compared: the columns of its key and of its name."""

_SHOWN_AS = {"models": "mode", "papers": "any_value"}
"""Which of several names of one is shown: a paper has one title."""

_SCORES = "kind = 'score' AND benchmark_key IS NOT NULL AND NOT list_contains(flags, 'misread')"


Claims = frozenset[tuple[str, str]]
"""Claims by paper and id."""


class Scale(NamedTuple):
    """What scores are compared on: the keys of a benchmark and metric, unit and comparable setting."""

    benchmark_key: str
    metric_key: str | None
    unit: str | None
    setting_key: str


def compare(database: Database) -> None:
    """Draw the pickers and the table of what they, or the address, choose."""
    heading("Compare", "Two to six models or papers side by side, on every benchmark that one of them has a score on.")
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        what = address.switched("Compare", "what", list(_ITEMS), default="models", resets=("item", "search"))
        names = _names(database, what, address.text("search"))
        if len(names) == _OFFERED or address.text("search"):
            address.searched("Find", "search", placeholder="A part of the name", resets=())
    items = address.several(
        what.capitalize(),
        "item",
        list(names),
        shown=names.__getitem__,
        most=_MOST,
        placeholder=f"Choose two to six {what}",
    )
    if len(items) < 2:
        _suggest(database, what)
        return
    cells = _cells(database, what, items)
    if not cells:
        show(element("p", "None of them has a score on a named benchmark.", style_class="quiet"))
        return
    rows = _by_scale(cells)
    _draw(rows, items, names)
    table = st.empty()
    with table:
        show(_table(what, rows, items, names, frozenset()))
    # Finding what contradicts a score takes longest.
    disputed = _disputed(database, rows)
    if disputed:
        with table:
            show(_table(what, rows, items, names, disputed))
    condition = _of_items(what, items)
    downloads.csv(
        database,
        f"compare-{what}",
        f"FROM claims WHERE {_SCORES} AND {condition.sql} ORDER BY ALL",
        condition.parameters,
    )


def _of_items(what: str, items: Sequence[str]) -> Condition:
    marks = ", ".join("?" for _ in items)
    return Condition(f"{_ITEMS[what][0]} IN ({marks})", tuple(items))


def _names(database: Database, what: str, search: str) -> dict[str, str]:
    """Return the names of what the picker offers by their keys: what is chosen, then what fits the search."""
    key, name = _ITEMS[what]
    chosen = address.texts("item")[:_MOST]
    of_chosen = _of_items(what, chosen).sql if chosen else "false"
    found = mentioning(search, name)
    rows = database.rows(
        f"""
        SELECT {key} AS key, {_SHOWN_AS[what]}({name}) AS name, count(*) AS scores, bool_or({of_chosen}) AS chosen
        FROM claims
        WHERE {_SCORES} AND {key} IS NOT NULL AND ({of_chosen} OR {found.sql})
        GROUP BY key
        ORDER BY chosen DESC, scores DESC, key
        LIMIT {_OFFERED}
        """,
        [*chosen, *chosen, *found.parameters],
    )
    return {row["key"]: f"{row['name']} · {counted(row['scores'], 'score')}" for row in rows}


def _suggest(database: Database, what: str) -> None:
    """Offer comparisons to begin with: those who lead the longest leaderboards."""
    if what != "models":
        show(element("p", "Choose at least two papers.", style_class="quiet"))
        return
    rows = leaders(database, largest(database, 4, models=2), places=_SUGGESTED)
    if not rows:
        show(element("p", "No two models have a score on one benchmark so far.", style_class="quiet"))
        return
    lines = (
        element(
            "li",
            way(
                ", ".join(row["model"] for row in best),
                address.to("compare", item=[row["model_key"] for row in best]),
            ),
            element("span", f"best on {best[0]['benchmark']}", style_class="count"),
        )
        for best in rows
        if len(best) > 1
    )
    show(
        element(
            "section", element("h2", "Choose at least two, or begin with"), element("ul", *lines), style_class="card"
        )
    )


def _cells(database: Database, what: str, items: Sequence[str]) -> list[Row]:
    """Return for each scale and item the score that stands for it, and how many different ones there are."""
    key, _ = _ITEMS[what]
    condition = _of_items(what, items)
    return database.rows(
        f"""
        WITH scores AS (
            SELECT *, {key} AS item,
                CASE metric_direction WHEN 'lower' THEN normal_value ELSE -normal_value END AS place
            FROM claims
            WHERE {_SCORES} AND {condition.sql}
        )
        SELECT item, place, normal_value, normal_high, normal_unit, value, value_high, unit, bound, setting,
            benchmark_key, metric_key, setting_key, canonical_benchmark, canonical_metric, canonical_model,
            metric_scale, metric_direction, evidence, quote_start, quote_end, title, url, paper_id, claim_id, flags,
            count(*) OVER cell AS scores, min(normal_value) OVER cell AS lowest, max(normal_value) OVER cell AS highest
        FROM scores
        WINDOW cell AS (PARTITION BY benchmark_key, metric_key, normal_unit, setting_key, item)
        QUALIFY row_number() OVER (
            PARTITION BY benchmark_key, metric_key, normal_unit, setting_key, item
            ORDER BY {COMPARED_FIRST}
        ) = 1
        ORDER BY count(DISTINCT item) OVER (PARTITION BY benchmark_key, metric_key, normal_unit, setting_key) DESC,
            benchmark_key, metric_key, normal_unit, setting_key, item
        LIMIT {_CELLS}
        """,
        condition.parameters,
    )


def _by_scale(cells: Iterable[Row]) -> dict[Scale, dict[str, Row]]:
    rows: dict[Scale, dict[str, Row]] = {}
    for cell in cells:
        scale = Scale(cell["benchmark_key"], cell["metric_key"], cell["normal_unit"], cell["setting_key"])
        rows.setdefault(scale, {})[cell["item"]] = cell
    return rows


def _disputed(database: Database, rows: Mapping[Scale, object]) -> Claims:
    """Return the paper and claim of each score that another one contradicts."""
    benchmarks = sorted({scale.benchmark_key for scale in rows})
    found = database.rows_if_soon(
        "SELECT unnest(paper_ids) AS paper_id, unnest(claim_ids) AS claim_id FROM conflicts "
        "WHERE list_contains(?, benchmark_key)",
        [tuple(benchmarks)],
    )
    return frozenset((row["paper_id"], row["claim_id"]) for row in found or ())


def _draw(rows: Mapping[Scale, Mapping[str, Row]], items: Sequence[str], names: Mapping[str, str]) -> None:
    """Draw the scores that stand on one scale, which is per cent, where two items meet on two benchmarks."""
    shared = [scale for scale, cells in rows.items() if scale.unit == "%" and len(cells) > 1][:_SCALES]
    if len(shared) < 2:
        return
    points = [
        {
            "scale": _scale_name(cell),
            "item": names[item].rpartition(" · ")[0],
            "value": cell["normal_value"],
            "printed": _printed(cell),
            "address": address.to("claims", paper=cell["paper_id"], claim=cell["claim_id"]),
        }
        for scale in shared
        for item in items
        if (cell := rows[scale].get(item))
    ]
    charts.show(
        charts.slopes(points, "Score (%)"), "slopes", "Scores in per cent. The table below has the same numbers."
    )


def _scale_name(cell: Mapping[str, Any]) -> str:
    details = ", ".join(filter(None, (cell["canonical_metric"], cell["setting_key"])))
    return "\n".join(filter(None, (cell["canonical_benchmark"], details)))


def _printed(cell: Mapping[str, Any]) -> str:
    return bounded(cell["value"], cell["value_high"], cell["unit"], cell["bound"])


def _table(
    what: str,
    rows: Mapping[Scale, Mapping[str, Row]],
    items: Sequence[str],
    names: Mapping[str, str],
    disputed: Claims,
) -> Element:
    titles = [names[item].rpartition(" · ")[0] for item in items]
    shared = sum(len(cells) > 1 for cells in rows.values())
    shared_words = f"{counted(len(rows), 'scale')}, {shared:,} of them shared; the best score of a row is bold"
    heads = [element("th", title, scope="col") for title in ("Benchmark", *titles)]
    caption = element("caption", shared_words)
    head = element("tr", *heads)
    body = (_line(what, cells, items, titles, disputed) for cells in rows.values())
    return element("table", caption, element("thead", head), element("tbody", *body), style_class="matrix")


def _line(
    what: str, cells: Mapping[str, Row], items: Sequence[str], titles: Sequence[str], disputed: Claims
) -> Element:
    first = next(iter(cells.values()))
    best = min(cell["place"] for cell in cells.values()) if len(cells) > 1 else None
    scale = address.to("leaderboards", benchmark=first["benchmark_key"], **identity(first, "normal_unit"))
    unit = f", {first['normal_unit']}" if first["normal_unit"] else ""
    return element(
        "tr",
        element(
            "th",
            way(first["canonical_benchmark"], scale, style_class="name"),
            element("span", f"{measured(first['canonical_metric'])}{unit}", style_class="setting"),
            element("span", first["setting_key"], style_class="setting") if first["setting_key"] else None,
            scope="row",
        ),
        *(
            _cell(what, cells.get(item), title, best=best, disputed=disputed)
            for item, title in zip(items, titles, strict=True)
        ),
    )


def _cell(what: str, cell: Row | None, title: str, *, best: float | None, disputed: Claims) -> Element:
    label = {"data-item": title}
    if cell is None:
        return element("td", element("span", "–", style_class="missing", title="no score"), **label)
    printed = _printed(cell)
    normal = amount(cell["normal_value"], cell["normal_high"], cell["normal_unit"])
    different = cell["lowest"] != cell["highest"]
    conflict = (cell["paper_id"], cell["claim_id"]) in disputed
    to_claim = address.to("claims", paper=cell["paper_id"], claim=cell["claim_id"])
    model = cell["canonical_model"] if what == "papers" else None
    notes = [
        f"that is {normal}" if normal not in printed else None,
        model,
        cell["setting"],
        f"{cell['scores']:,} scores, {_range(cell)}" if different else None,
    ]
    to_conflicts = address.to("conflicts", search=cell["canonical_benchmark"])
    return element(
        "td",
        way(printed, to_claim, style_class="number best" if cell["place"] == best else "number"),
        *(element("span", note, style_class="setting") for note in notes if note),
        way("papers disagree", to_conflicts, style_class="flag") if conflict else None,
        *(element("span", flag.replace("_", " "), style_class="flag") for flag in cell["flags"]),
        element(
            "details",
            element("summary", "Quote"),
            quotation(cell["evidence"], cell["quote_start"], cell["quote_end"]),
            element("span", cell["title"], style_class="paper") if what == "models" else None,
            style_class="folded",
        ),
        **label,
    )


def _range(cell: Row) -> str:
    return amount(cell["lowest"], cell["highest"], cell["normal_unit"])
