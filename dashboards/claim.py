"""One claim in full: its abstract with the number in place, all that is known of it, and a verdict to give."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from dashboards import address, facets, verdicts
from dashboards.abstract import highlighted
from dashboards.database import Database, Row
from dashboards.facets import Choice
from dashboards.markup import Node, element, link, show, way
from dashboards.sentence import times
from models.notation import amount, bounded, counted, measured

_YES = {True: "yes", False: "no", None: None}

_FIELDS = ("metric", "model", "benchmark", "baseline")


def claim_of(database: Database, choice: Choice, claim_id: str, paper_id: str) -> Row | None:
    """Return the claim of an id, whatever the filters say, with the keys that it is ordered by; None for no such claim.

    Of papers with one text, which have the same claims, that of the paper counts, or else the first.
    """
    if not claim_id:
        return None
    rows = database.rows(
        f"""
        FROM (FROM claims WHERE claim_id = ? UNION ALL FROM rejected WHERE claim_id = ?)
        SELECT *, {choice.order.as_columns}
        ORDER BY paper_id <> ?, paper_position LIMIT 1
        """,
        [claim_id, claim_id, paper_id],
    )
    return rows[0] if rows else None


def paper_of(database: Database, paper_id: str) -> Row | None:
    """Return the paper of an id; None where there is none."""
    rows = database.rows("SELECT * FROM papers WHERE paper_id = ?", [paper_id]) if paper_id else []
    return rows[0] if rows else None


def detail(database: Database, choice: Choice, claim: Row) -> None:
    """Put the claim, what can be said of it, its abstract and its fields on the page."""
    paper = paper_of(database, claim["paper_id"])
    assert paper is not None  # noqa: S101 — a claim is of a paper
    together = database.rows(
        """
        FROM (FROM claims WHERE paper_id = ? UNION ALL FROM rejected WHERE paper_id = ?)
        ORDER BY number_start, claim_position
        """,
        [claim["paper_id"], claim["paper_id"]],
    )
    show(_head(claim))
    verdicts.bar(database, choice, claim)
    show(
        element(
            "section",
            highlighted(paper["abstract"], together, claim["claim_id"], lambda other: facets.here(claim=other)),
            _paper(paper, len(together)),
            style_class="reading",
        )
    )
    show(_fields(database, claim))


def _head(claim: Row) -> Element:
    about = [measured(claim["metric"], claim["direction"])]
    if claim["benchmark"]:
        about.append(f"on {claim['benchmark']}")
    if claim["baseline"]:
        about.append(f"against {claim['baseline']}")
    return element(
        "header",
        element(
            "h2",
            element(
                "span",
                bounded(claim["value"], claim["value_high"], claim["unit"], claim["bound"]),
                style_class="number",
            ),
            " ",
            element("span", claim["model"] or "", style_class="name"),
        ),
        element("p", " ".join(about), style_class="about"),
        style_class="claim-head",
    )


def _paper(paper: Row, count: int) -> Element:
    when = f"{paper['published']:%Y-%m-%d}" if paper["published"] else paper["date_printed"]
    return element(
        "p",
        link(paper["title"], paper["url"], style_class="title"),
        element("span", f" {when}", style_class="quiet") if when else None,
        " ",
        way(
            f"{counted(count, 'claim')} of this paper",
            address.to("claims", paper=paper["paper_id"]),
            style_class="more quiet",
        ),
        style_class="paper",
    )


def _fields(database: Database, claim: Row) -> Element:
    return element(
        "section",
        _table("As printed, and as compared", ("Field", "Printed", "Compared as"), _names(claim)),
        _table("What follows", ("Field", "Value"), (pair for pair in _derived(claim) if pair[1])),
        _table("Where it is from", ("Field", "Value"), _origin(database, claim)),
        style_class="fields",
    )


def _table(caption: str, names: Iterable[str], rows: Iterable[tuple[str, *tuple[Node, ...]]]) -> Element:
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *(element("th", name, scope="col") for name in names))),
        element(
            "tbody",
            *(
                element("tr", element("th", name, scope="row"), *(element("td", _or_dash(cell)) for cell in cells))
                for name, *cells in rows
            ),
        ),
        style_class="facts-table",
    )


def _or_dash(cell: Node) -> Node:
    return element("span", "–", style_class="quiet dash") if cell is None or cell == "" else cell


def _names(claim: Row) -> Iterable[tuple[str, Node, Node]]:
    """Yield what the abstract prints, beside what it is compared as; a value first."""
    normal = None
    if claim["normal_value"] is not None:
        normal = amount(claim["normal_value"], claim["normal_high"], claim["normal_unit"])
    yield "value", bounded(claim["value"], claim["value_high"], claim["unit"], claim["bound"]), normal
    for field in _FIELDS:
        key = claim[f"{field}_key"]
        ask = None
        if key and field != "baseline":
            ask = way(claim[f"canonical_{field}"], address.to("claims", **{field: key}))
        yield field, claim[field], ask or claim[f"canonical_{field}"]
    yield "setting", claim["setting"], claim["setting_key"]


def _derived(claim: Row) -> Iterable[tuple[str, Node]]:
    yield "kind", claim["kind"]
    yield "bound", claim["bound"].replace("_", " ")
    yield "direction", claim["direction"]
    yield "basis", claim["basis"]
    yield "family", claim["metric_family"]
    better = claim["metric_direction"]
    yield "better", f"{better} values" if better else None
    factor = None
    if claim["factor"] is not None:
        rule = f" better: {claim['formula']}, where v is the number as printed" if claim["formula"] else ""
        factor = times(claim["factor"], claim["factor_high"]) + rule
    yield "factor", factor
    yield "improves", _YES[claim["improves"]]
    yield "own result", _YES[claim["own_result"]]
    yield "task", ", ".join(filter(None, (claim["benchmark_task"], claim["benchmark_area"])))


def _origin(database: Database, claim: Row) -> Iterable[tuple[str, Node]]:
    yield "flags", ", ".join(flag.replace("_", " ") for flag in claim["flags"]) or "none"
    confidence = claim["confidence"]
    yield "confidence", None if confidence is None else f"{confidence:.0%} of claims like this were right"
    certainty = claim["certainty"]
    yield "certainty", None if certainty is None else f"{certainty:.2f}, the extractor's own estimate"
    yield "extractor", claim["extractor"]
    yield "agreement", _agreement(claim)
    readings = database.rows(
        "SELECT run_id, model, finished_at FROM outcomes WHERE paper_id = ? AND fingerprint = ?",
        [claim["paper_id"], claim["fingerprint"]],
    )
    if readings:
        reading = readings[0]
        by = f"{reading['run_id']}" + (f" by {reading['model']}" if reading["model"] else "")
        yield "run", way(by, address.to("runs"))
    if claim["verdict"]:
        when = f"{claim['reviewed_at']:%Y-%m-%d %H:%M} UTC" if claim["reviewed_at"] else ""
        who = f" by {claim['reviewer']}" if claim["reviewer"] else ""
        yield "verdict", f"{verdicts.SAID[claim['verdict']]}{who} {when}".strip()
        yield "note", claim["note"]
    yield "paper", claim["paper_id"]
    yield "claim", claim["claim_id"]


def _agreement(claim: Row) -> str:
    if claim["other_extractor"] is None:
        return "no other extractor has read the abstract"
    fields = ("kind", "metric", "model", "benchmark", "direction", "baseline")
    if all(claim[f"agrees_{field}"] is None for field in fields):
        return f"{claim['other_extractor']} holds this number to be no claim"
    other = [field for field in fields if claim[f"agrees_{field}"] is False]
    if not other:
        return f"{claim['other_extractor']} reads it the same"
    return f"{claim['other_extractor']} has another {', '.join(other)}"
