"""What claims are narrowed and ordered by, on the page and in its address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import get_args
from xml.etree.ElementTree import Element

import streamlit as st

from dashboards import address
from dashboards.database import Database, Row
from dashboards.markup import element, way
from models.claim import Flag, FoundFlag, Kind
from models.selection import Condition, matching_claims, named
from models.vocabulary import NameKind, vocabulary

_MOST = 1_000
"""Names that a picker offers, the most frequent first; an address can have any other."""

_KIND_HELP = (
    "score: the level of a metric, such as 84% accuracy. delta: a change or gap, such as 35% less memory. "
    "ratio: a multiple or share, such as 2.2x faster."
)

_NAMES: tuple[NameKind, ...] = ("benchmark", "metric", "model")

_FAMILIES = ("quality", "speed", "memory", "energy", "compute", "size", "cost", "none")
"""What a metric may be about; `none` is where that is not known."""

_FLAGS = (*get_args(Flag), *get_args(FoundFlag))

_VERDICTS = {
    "": "Any but rejected",
    "none": "Not reviewed",
    "accept": "Accepted",
    "correct": "Corrected",
    "reject": "Rejected",
}

_DECIDED = {"none": "verdict IS NULL", "accept": "verdict = 'accept'", "correct": "verdict = 'correct'"}

PARAMETERS = ("search", "kind", "paper", "family", *_NAMES, "extractor", "flag", "verdict", "year")
"""The parameters of an address that narrow claims."""


_ALL = Condition()


@dataclass(frozen=True)
class Order:
    """A way to put claims in order: expressions that are never null, and together differ for any two claims."""

    name: str
    keys: tuple[str, ...]
    condition: Condition = _ALL

    @property
    def sql(self) -> str:
        """What follows ORDER BY."""
        return ", ".join(self.keys)

    @property
    def as_columns(self) -> str:
        """The keys as columns `order_0`, `order_1` and so on."""
        return ", ".join(f"{key} AS order_{number}" for number, key in enumerate(self.keys))

    @property
    def columns(self) -> str:
        """The names of these columns."""
        return ", ".join(f"order_{number}" for number in range(len(self.keys)))

    @property
    def backwards(self) -> str:
        """The same, the last claim first."""
        return ", ".join(f"{key} DESC" for key in self.keys)


_AS_READ = ("paper_position", "claim_position", "claim_id")

ORDERS: Mapping[str, Order] = {
    "": Order("As the papers were read", _AS_READ),
    "queue": Order(
        "Review queue: least certain first",
        ("coalesce(confidence, -1)", "coalesce(certainty, -1)", *_AS_READ),
        Condition("verdict IS NULL"),
    ),
    "newest": Order("Newest papers first", ("-coalesce(epoch(published), -1e12)", *_AS_READ)),
    "factor": Order("Largest improvement first", ("-coalesce(factor, 0)", *_AS_READ)),
}


@dataclass(frozen=True)
class Choice:
    """Which claims are asked for: rows of a view under a condition, in an order."""

    view: str
    condition: Condition
    order: Order

    @property
    def rows(self) -> str:
        """The claims, as what follows the columns of a SELECT statement."""
        return f"FROM {self.view} WHERE {self.condition.sql}"

    @property
    def page(self) -> str:
        """A statement for some of the claims in order, as `dashboards.pager.paged` takes it.

        Which they are is found out from few columns, as the sort has to hold them: of a million claims the last come
        nearly as fast as the first. The place of the paper tells the database where to look for their other columns.
        """
        return f"""
            WITH fitting AS MATERIALIZED (
                SELECT paper_position, paper_id, claim_id, {self.order.as_columns} {self.rows}
            ), page AS (
                FROM fitting ORDER BY {self.order.columns} LIMIT ? OFFSET ?
            )
            FROM page JOIN {self.view} USING (paper_position, paper_id, claim_id)
            SELECT {self.view}.*, (SELECT count(*) FROM fitting) AS total ORDER BY {self.order.columns}
        """


def choice() -> Choice:
    """Return what the address asks for."""
    kind: Kind | None = next((kind for kind in get_args(Kind) if kind == address.text("kind")), None)
    condition = matching_claims(address.text("search").strip(), kind, address.text("paper") or None)
    for name in _NAMES:
        if asked := address.text(name):
            condition &= named(name, asked)
    if family := address.one_of("family", _FAMILIES):
        condition &= Condition("coalesce(metric_family, 'none') = ?", (family,))
    if extractor := address.text("extractor"):
        condition &= Condition("extractor = ?", (extractor,))
    if flag := address.text("flag"):
        condition &= Condition("len(flags) > 0") if flag == "any" else Condition("list_contains(flags, ?)", (flag,))
    if year := address.number("year", 0):
        condition &= Condition("published_year = ?", (year,))
    order = ORDERS[address.one_of("order", list(ORDERS))]
    verdict = address.one_of("verdict", list(_VERDICTS))
    if verdict in _DECIDED:
        condition &= Condition(_DECIDED[verdict])
    return Choice("rejected" if verdict == "reject" else "claims", condition & order.condition, order)


def pickers(database: Database) -> None:
    """Put the search, the order, and behind a word all else that narrows claims on the page."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="claims_search"):
        address.searched("Search", "search", placeholder="A model, benchmark, metric, or words of the abstract")
        address.switched("Kind", "kind", get_args(Kind), help=_KIND_HELP)
        address.picked("Order", "order", list(ORDERS), shown=lambda name: ORDERS[name].name, resets=("page", "claim"))
    more = st.expander("More filters", key="claims_filters", on_change="rerun")
    if more.open:
        with more:
            _more(database)


def _more(database: Database) -> None:
    """Put those filters on the page whose options the database has to be asked for."""
    first, second = st.columns(4), st.columns(4)
    for column, name in zip(first, _NAMES, strict=False):
        with column:
            _name_picker(database, name)
    with first[3]:
        address.picked("Family", "family", ["", *_FAMILIES], shown=_or_any())
    with second[0]:
        address.picked("Verdict", "verdict", list(_VERDICTS), shown=_VERDICTS.__getitem__, resets=("page", "claim"))
    with second[1]:
        flags = {"": "Any or none", "any": "Any flag", **{flag: flag.replace("_", " ") for flag in _FLAGS}}
        address.picked("Flag", "flag", list(flags), shown=flags.__getitem__)
    with second[2]:
        extractors = database.rows("SELECT DISTINCT extractor FROM ledger ORDER BY extractor")
        address.picked("Extractor", "extractor", ["", *(row["extractor"] for row in extractors)], shown=_or_any())
    with second[3]:
        years = database.rows(
            "SELECT DISTINCT published_year AS year FROM claims WHERE published_year IS NOT NULL ORDER BY year DESC"
        )
        address.picked("Year", "year", ["", *(str(row["year"]) for row in years)], shown=_or_any())


def _or_any(names: Mapping[str, str] | None = None) -> Callable[[str], str]:
    return lambda value: (names or {}).get(value, value) if value else "Any"


def _name_picker(database: Database, kind: NameKind) -> None:
    rows = database.rows(
        f"""
        FROM claims
        SELECT {kind}_key AS key, any_value(canonical_{kind}) AS name, count(*) AS claims
        WHERE {kind}_key IS NOT NULL
        GROUP BY ALL ORDER BY claims DESC, key LIMIT {_MOST}
        """
    )
    names = {row["key"]: f"{row['name']} · {row['claims']:,}" for row in rows}
    # An address may have any name, in any spelling.
    asked = address.text(kind)
    if asked and asked not in names:
        key = vocabulary().key(kind, asked)
        names = {asked: names.get(key, asked), **names}
    address.picked(kind.capitalize(), kind, ["", *names], shown=_or_any(names))


def active(paper: str | None) -> Element | None:
    """Return what the address narrows claims by, each with a way to take it out; `paper` is the title of one."""
    said = {name: address.text(name) for name in PARAMETERS if name != "search" and address.text(name)}
    if not said:
        return None
    if "paper" in said:
        said["paper"] = paper or said["paper"]
    if said.get("verdict"):
        said["verdict"] = _VERDICTS.get(said["verdict"], said["verdict"])
    chips = (
        element(
            "li",
            element("span", f"{name}: ", style_class="quiet"),
            element("span", value.replace("_", " ") if name == "flag" else value, style_class="clipped"),
            way("×", here(**{name: None}, page=None), style_class="remove", **{"aria-label": f"Remove {name}"}),
        )
        for name, value in said.items()
    )
    return element("ul", *chips, style_class="chips", **{"aria-label": "Filters"})


def place_of(claim: Row) -> dict[str, address.Value]:
    """Return the parameters that name a claim: papers of one text have the same claims."""
    return {"claim": claim["claim_id"], "of": claim["paper_id"]}


def here(**changes: address.Value) -> str:
    """Return the address of this page with other parameters."""
    kept: dict[str, address.Value] = {name: address.texts(name) for name in st.query_params}
    return address.to("claims", **(kept | changes))
