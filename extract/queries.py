"""What the command line asks the views."""

from collections.abc import Sequence
from typing import Any, Literal

from models.claim import Kind
from models.errors import ClaimboardError
from models.nearness import near
from models.selection import (
    IN_ORDER,
    LARGEST_FIRST,
    LEAST_SURE_FIRST,
    Condition,
    Selection,
    matching_claims,
    named,
    named_among,
    named_in_part,
    quoted,
    written,
)
from models.store import Store
from models.vocabulary import NameKind

Row = dict[str, Any]

Sort = Literal["paper", "confidence"]
"""paper: as papers were read. confidence: the least sure first, as a reviewer should look at them."""

Factored = Literal["speed", "memory", "energy", "compute", "size", "cost"]
"""What a factor may be about: families of metrics whose values stand in proportion."""

_ORDERS: dict[Sort, str] = {
    "paper": IN_ORDER,
    "confidence": LEAST_SURE_FIRST,
}


def leaderboards(store: Store, benchmark: str | None, metric: str | None, *, boards: int, rows: int) -> list[list[Row]]:
    """Return the largest leaderboards, at most `boards` of them with their first `rows` rows, ranked; 0 for all rows.

    The largest have most models, then most papers. A benchmark or metric is found by its name, or else by a part of it.
    Raises ClaimboardError where there is none.
    """
    condition = Condition()
    if benchmark is not None:
        condition = _narrowed(store, condition, "benchmark", benchmark)
    if metric is not None:
        condition = _narrowed(store, condition, "metric", metric)
    found = _rows(
        store,
        f"""
        SELECT leaderboard.* FROM leaderboard
        SEMI JOIN (FROM boards WHERE {condition.sql} ORDER BY {LARGEST_FIRST} LIMIT ?) AS board
            ON board.benchmark_key = leaderboard.benchmark_key AND board.metric_key = leaderboard.metric_key
                AND board.unit IS NOT DISTINCT FROM leaderboard.unit AND board.setting_key = leaderboard.setting_key
        WHERE {condition.sql}
        QUALIFY row_number() OVER (
            PARTITION BY benchmark_key, metric_key, unit, setting_key ORDER BY rank, {IN_ORDER}
        ) <= ?
        ORDER BY {LARGEST_FIRST}, rank, {IN_ORDER}
        """,  # noqa: S608 — the condition is made of constants
        [*condition.parameters, boards, *condition.parameters, rows or _ALL],
    )
    grouped: dict[tuple[Any, ...], list[Row]] = {}
    for row in found:
        grouped.setdefault((row["benchmark_key"], row["metric_key"], row["unit"], row["setting_key"]), []).append(row)
    return list(grouped.values())


def speedups(  # noqa: PLR0913 — each is an option of the command
    store: Store,
    *,
    family: Factored | None = None,
    benchmark: str | None = None,
    model: str | None = None,
    least: float = 0,
    each: int,
) -> list[Row]:
    """Return the greatest factors of each family that fit, at most `each`, 0 for all, and how many fit: family_count.

    The families with most claims come first.
    """
    fitting = Condition("factor >= ? AND NOT list_contains(flags, 'misread')", (least,))
    if family is not None:
        fitting &= Condition("family = ?", (family,))
    fitting = _narrowed_by_names(store, "speedups", fitting, benchmark, model)
    return _rows(
        store,
        f"""
        SELECT speedups.*, count(*) OVER (PARTITION BY family) AS family_count
        FROM speedups WHERE {fitting.sql}
        QUALIFY row_number() OVER (PARTITION BY family ORDER BY factor DESC, {IN_ORDER}) <= ?
        ORDER BY family_count DESC, family, factor DESC, {IN_ORDER}
        """,  # noqa: S608 — the condition is made of constants
        [*fitting.parameters, each or _ALL],
    )


def conflicts(
    store: Store, *, benchmark: str | None = None, model: str | None = None, limit: int | None = None
) -> tuple[list[Row], int]:
    """Return the first conflicts that fit, each with its claims, and how many fit."""
    fitting = _narrowed_by_names(store, "conflicts", Condition(), benchmark, model)
    found = _rows(
        store,
        f"""
        SELECT *, count(*) OVER () AS count FROM conflicts WHERE {fitting.sql}
        ORDER BY paper_count DESC, value_count DESC, benchmark_key, metric_key, model_key, setting_key, unit LIMIT ?
        """,  # noqa: S608 — the condition is made of constants
        [*fitting.parameters, limit],
    )
    count = found[0]["count"] if found else 0
    ids = [claim_id for row in found for claim_id in row["claim_ids"]]
    claims = {
        (row["paper_id"], row["claim_id"]): row
        for row in _rows(store, "SELECT * FROM claims WHERE list_contains(?, claim_id)", [ids])
    }
    for row in found:
        del row["count"]
        # What somebody rejects meanwhile is not there any more.
        places = zip(row["paper_ids"], row["claim_ids"], strict=True)
        row["claims"] = [claims[place] for place in places if place in claims]
    return found, count


def claims(  # noqa: PLR0913 — each is an option of the command
    store: Store,
    *,
    search: str | None = None,
    paper: str | None = None,
    kind: Kind | None = None,
    benchmark: str | None = None,
    sort: Sort = "paper",
    limit: int | None = None,
) -> tuple[list[Row], int]:
    """Return the first claims that fit, in their order, and how many fit.

    Raises ClaimboardError where no claim at all is of such a benchmark.
    """
    fitting = matching_claims(search=search, kind=kind, paper=paper)
    if benchmark is not None:
        fitting &= _narrowed(store, Condition(), "benchmark", benchmark, "claims")
    matching = f"FROM claims WHERE {fitting.sql}"
    count = _rows(store, f"SELECT count(*) AS count {matching}", fitting.parameters)[0]["count"]
    rows = _rows(store, f"SELECT * {matching} ORDER BY {_ORDERS[sort]} LIMIT ?", [*fitting.parameters, limit])
    return rows, count


def selection(  # noqa: PLR0913 — each is an option of the command
    store: Store,
    view: str,
    *,
    columns: Sequence[str] = (),
    where: str | None = None,
    benchmark: str | None = None,
    metric: str | None = None,
    kind: Kind | None = None,
    reviewed: bool = False,
) -> Selection:
    """Return the rows of a view that fit all that is given.

    A benchmark or metric is found as `leaderboards` finds it for leaderboards and boards, as `claims` does for the
    rest; a view of papers has those with a claim that fits. `reviewed` keeps what a person has accepted or
    corrected, or papers with such a claim. Raises ClaimboardError where there is no such view or column, the condition
    is none that reads, or the view has nothing that could fit.
    """
    views = [row["name"] for row in _rows(store, _VIEWS)]
    if view not in views:
        raise ClaimboardError(f"{store.path} has no view {view!r}: {_near(view, views)}there are {', '.join(views)}")
    condition = Condition() if where is None else written(where)
    # The same check as for any statement that a person writes.
    present = store.query(f"FROM {quoted(view)} WHERE {condition.sql} LIMIT 0").column_names
    for column in columns:
        if column not in present:
            like = _near(column, present)
            raise ClaimboardError(f"the view {view} has no column {column!r}: {like}it has {', '.join(present)}")
    asked = {"benchmark": benchmark, "metric": metric, "kind": kind}
    given = {name: value for name, value in asked.items() if value is not None}
    words = [f"{name} {value}" for name, value in given.items()] + ["reviewed"] * reviewed + ([where] if where else [])
    if given:
        condition &= _fitting(store, view, present, benchmark, metric, kind)
    if reviewed:
        condition &= _reviewed(view, present)
    return Selection(view, condition, tuple(columns), "; ".join(words))


def _near(asked: str, names: Sequence[str]) -> str:
    """Return what begins a sentence on the names that there are: those like the one that was asked for."""
    found = near(asked, names)
    return f"{found}; " if found else ""


def _fitting(  # noqa: PLR0913, PLR0917 — each is an option of the command
    store: Store, view: str, present: Sequence[str], benchmark: str | None, metric: str | None, kind: Kind | None
) -> Condition:
    """Return the condition under which a row of a view is of what is given, or else a claim of its paper is."""
    own, of_claims = Condition(), Condition()
    missing: list[str] = []
    names: dict[NameKind, str | None] = {"benchmark": benchmark, "metric": metric}
    for what, name in names.items():
        if name is None:
            continue
        if f"{what}_key" in present:
            own = _narrowed(store, own, what, name, view)
        else:
            of_claims = _narrowed(store, of_claims, what, name, "claims")
            missing.append(what)
    if kind is not None and "kind" in present:
        own &= matching_claims(kind=kind)
    elif kind is not None:
        of_claims &= matching_claims(kind=kind)
        missing.append("kind")
    return own & _of_claims(view, present, of_claims, ", ".join(missing)) if missing else own


def _reviewed(view: str, present: Sequence[str]) -> Condition:
    """Return the condition under which a person has accepted or corrected a row, or a claim of its paper."""
    fitting = Condition("verdict IN ('accept', 'correct')")
    return fitting if "verdict" in present else _of_claims(view, present, fitting, "verdict")


def _of_claims(view: str, present: Sequence[str], fitting: Condition, missing: str) -> Condition:
    """Return the condition under which a claim of the row's paper, or the row's own, fits."""
    ids = ", ".join(name for name in ("paper_id", "claim_id") if name in present)
    if "paper_id" not in present:
        raise ClaimboardError(f"the view {view} has neither papers nor a {missing}: narrow it with --where instead")
    return Condition(
        f"({ids}) IN (SELECT ({ids}) FROM claims WHERE {fitting.sql})",  # noqa: S608 — made of constants
        fitting.parameters,
    )


_VIEWS = "SELECT DISTINCT view_name AS name FROM duckdb_views() WHERE NOT internal ORDER BY name"


def kinds(store: Store) -> dict[str, int]:
    """Return how many claims there are of each kind."""
    rows = _rows(store, "SELECT kind, count(*) AS count FROM claims GROUP BY kind ORDER BY count DESC, kind")
    return {row["kind"]: row["count"] for row in rows}


def failures(store: Store, limit: int) -> list[Row]:
    """Return the papers whose current reading failed, with the reason, the first ones first."""
    return _rows(
        store,
        """
        SELECT paper_id, title, sources[1] AS source, reason FROM papers WHERE status = 'failed'
        ORDER BY paper_position LIMIT ?
        """,
        [limit],
    )


def _narrowed_by_names(
    store: Store, view: str, condition: Condition, benchmark: str | None, model: str | None
) -> Condition:
    """Narrow a condition on a view of claims by what is given. A benchmark may be one of several of a claim."""
    if benchmark is not None:
        condition = _narrowed(store, condition, "benchmark", benchmark, view)
    return condition if model is None else _narrowed(store, condition, "model", model, view)


_ALL = 2**62
"""More rows than there are."""

_MOST_NAMED = 5

_CALLED = {
    "leaderboard": "leaderboard",
    "boards": "leaderboard",
    "speedups": "speedup",
    "conflicts": "conflict",
    "claims": "claim",
}


def _narrowed(store: Store, condition: Condition, what: NameKind, name: str, view: str = "leaderboard") -> Condition:
    """Narrow a condition on a view that has keys by a name, as a whole where one is called so, else as a part.

    Raises ClaimboardError where nothing is.
    """
    # One that was rejected is a claim too.
    source = "store.current_claims" if view == "claims" else view
    shown = f"canonical_{what}"
    if shown not in store.query(f"FROM {quoted(view)} LIMIT 0").column_names:
        shown = what
    # A leaderboard is of what its papers name, as they do; a claim may be of several benchmarks.
    boards = view in {"leaderboard", "boards"}
    whole = named(what, name) if boards else named_among(what, name, shown)
    for narrow in (whole, named_in_part(what, name)):
        narrower = condition & narrow
        if _rows(store, f"SELECT 1 FROM {source} WHERE {narrower.sql} LIMIT 1", narrower.parameters):  # noqa: S608
            return narrower
        # What is called so has claims, but no place here: what only has the name in its own is something else.
        if boards and _rows(store, f"SELECT 1 FROM claims WHERE {whole.sql} LIMIT 1", whole.parameters):  # noqa: S608
            break
    names = _rows(
        store,
        f"""
        SELECT {shown} AS name, count(*) AS count FROM {source} WHERE {condition.sql} AND {what} IS NOT NULL
        GROUP BY ALL ORDER BY count DESC, name
        """,  # noqa: S608
        condition.parameters,
    )
    if not names:
        raise ClaimboardError(f"{store.path} has no {_CALLED.get(view, 'row')} of a {what} yet: extract more papers")
    there = [row["name"] for row in names]
    others = near(name, there) or f"most are of {', '.join(there[:_MOST_NAMED])}"
    raise ClaimboardError(f"{store.path} has no {_CALLED.get(view, 'row')} of the {what} {name!r}; {others}")


def _rows(store: Store, sql: str, parameters: Sequence[Any] | None = None) -> list[Row]:
    return store.query(sql, parameters).to_pylist()  # type: ignore[no-any-return]
