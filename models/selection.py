"""Which claims and leaderboards a person asks for, as SQL over the views: the same at a terminal and on a page."""

from dataclasses import dataclass
from typing import Any

import duckdb

from models.claim import Kind
from models.connection import first_line
from models.errors import ClaimboardError
from models.vocabulary import NameKind, normal_form, vocabulary

IN_ORDER = "paper_position, claim_position"
"""Claims in the order in which they were read."""

LEAST_SURE_FIRST = f"confidence NULLS FIRST, certainty NULLS FIRST, {IN_ORDER}"
"""Claims in the order in which a reviewer should look at them."""

DOUBTFUL = "list_contains(flags, 'several_values')"
"""Claims that one sentence makes several of for one place in a table."""

BEST_FIRST = (
    f"{DOUBTFUL}, CASE WHEN {DOUBTFUL} THEN -coalesce(confidence, 0) END, "
    f"CASE WHEN {DOUBTFUL} THEN -place ELSE place END, bound <> 'exact', {IN_ORDER}"
)
"""Scores by `place`, as the view leaderboard chooses that of a model: of several in one sentence the surest, then the
least flattering."""

COMPARED_FIRST = f"{DOUBTFUL}, coalesce(own_result, false) DESC, bound <> 'exact', {BEST_FIRST}"
"""Claims by `place`, as they stand for a paper or model beside others: own results before what it says of others."""

SEARCHED = "evidence, title, metric, model, benchmark, baseline, setting"
"""Columns of claims in which words are looked for."""

LARGEST_FIRST = "model_count DESC, paper_count DESC, direction_known DESC, benchmark_key, metric_key, unit, setting_key"
"""Boards: a single row compares nothing, nor do the scores of a single paper, or of what nobody else measures."""


@dataclass(frozen=True)
class Condition:
    """What follows WHERE, and the values of its question marks."""

    sql: str = "true"
    parameters: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", self.parameters + other.parameters)


_ORDERS = {
    "papers": "paper_position",
    "paper_summary": "paper_position",
    "coverage": "paper_position",
    "claims": IN_ORDER,
    "rejected": IN_ORDER,
    "gains": IN_ORDER,
    "review_queue": f"queue_position, {IN_ORDER}",
    "speedups": f"factor DESC, {IN_ORDER}",
    "conflicts": "paper_count DESC, value_count DESC, benchmark_key, metric_key, model_key, setting_key, unit",
    "benchmark_summary": "claim_count DESC, paper_count DESC, benchmark_key",
    "leaderboard": f"{LARGEST_FIRST}, rank, {IN_ORDER}",
    "scores": IN_ORDER,
    "boards": LARGEST_FIRST,
}
"""What puts the rows of a view into one order only."""


@dataclass(frozen=True)
class Selection:
    """Rows of a view, in an order of their own: the same rows always come in the same one."""

    view: str
    condition: Condition = Condition()
    columns: tuple[str, ...] = ()
    """Which, in this order; all where there are none."""
    words: str = ""
    """What was asked for, for those who read the result; empty where that is everything."""

    @property
    def sql(self) -> str:
        """The statement; its parameters are those of the condition."""
        columns = ", ".join(map(quoted, self.columns)) or "*"
        order = _ORDERS.get(self.view, "ALL")
        return f"SELECT {columns} FROM {quoted(self.view)} WHERE {self.condition.sql} ORDER BY {order}"  # noqa: S608


def quoted(name: str) -> str:
    """Return the name of a view or column as SQL."""
    return '"' + name.replace('"', '""') + '"'


def written(condition: str) -> Condition:
    """Return a condition that a person wrote in SQL. Raises ClaimboardError where it is not one."""
    try:
        duckdb.SQLExpression(condition)
    except duckdb.Error as error:
        raise ClaimboardError(
            f"{condition!r} is not a condition in SQL, such as value > 50 AND unit = '%': {first_line(error)}"
        ) from error
    # A comment at its end ends with the line.
    return Condition(f"({condition}\n)")


def matching_claims(search: str | None = None, kind: Kind | None = None, paper: str | None = None) -> Condition:
    """Return the condition on the view claims under which a claim fits all that is given.

    `search` is found in the quote, the title and every name, in any case.
    """
    condition = Condition()
    if search:
        condition &= mentioning(search)
    if kind is not None:
        condition &= Condition("kind = ?", (kind,))
    if paper is not None:
        condition &= Condition("paper_id = ?", (paper,))
    return condition


def mentioning(words: str, texts: str = SEARCHED) -> Condition:
    """Return the condition under which words stand in one of these columns, in any case."""
    # DuckDB finds a pattern in half the time that it takes to turn long texts into lower case.
    return Condition(f"regexp_matches(concat_ws(chr(10), {texts}), regexp_escape(?), 'i')", (words,))


def named(kind: NameKind, name: str) -> Condition:
    """Return the condition on a view that has keys under which the benchmark, metric or model is this one.

    `name` is a name of it in any spelling, or its key.
    """
    key = _key(kind, name)
    return Condition(f"{kind}_key IN (?, {key.sql})", (name, *key.parameters))


def named_among(kind: NameKind, name: str, shown: str) -> Condition:
    """Return the condition under which it is this one, or one of several that a claim names together.

    `shown` is the column of what it is called.
    """
    one, key = named(kind, name), _key(kind, name)
    reduced = "lambda part: regexp_replace(lower(part), '[^[:alnum:]@+*#]', '', 'g')"
    return Condition(
        f"({one.sql} OR contains({shown}, ', ')"
        f" AND list_has_any(list_transform(string_split({shown}, ', '), {reduced}), [?, {key.sql}]))",
        (*one.parameters, normal_form(name), *key.parameters),
    )


def named_in_part(kind: NameKind, name: str) -> Condition:
    """Return the condition under which the name, in any spelling, is a part of what it is called."""
    key = _key(kind, name)
    return Condition(
        f"(contains({kind}_key, ?) OR contains({kind}_key, {key.sql}))", (normal_form(name), *key.parameters)
    )


def _key(kind: NameKind, name: str) -> Condition:
    """Return what a name is compared by, as the user's aliases and the vocabulary of the file tell: a value in SQL."""
    form = vocabulary().form(kind, name)
    aliases = f"FROM store.current_aliases WHERE kind = '{kind}'"
    known = f"SELECT any_value(key) {aliases} AND form = ?"
    return Condition(f"coalesce(({known}), ?)", (form, form))
