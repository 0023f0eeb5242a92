"""Which claims and leaderboards a person asks for, as SQL over the views: the same at a terminal and on a page."""

from dataclasses import dataclass
from typing import Any

from models.claim import Kind
from models.vocabulary import NameKind, normal_form, vocabulary

IN_ORDER = "paper_position, claim_position"
"""Claims in the order in which they were read."""

LARGEST_FIRST = "model_count DESC, paper_count DESC, direction_known DESC, benchmark_key, metric_key, unit"
"""Boards: a single row compares nothing, nor do the scores of a single paper, or of what nobody else measures."""


@dataclass(frozen=True)
class Condition:
    """What follows WHERE, and the values of its question marks."""

    sql: str = "true"
    parameters: tuple[Any, ...] = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Condition(f"{self.sql} AND {other.sql}", self.parameters + other.parameters)


def matching_claims(
    search: str | None = None, kind: Kind | None = None, paper: str | None = None, benchmark: str | None = None
) -> Condition:
    """Return the condition on the view claims under which a claim fits all that is given.

    `search` is found in the quote, the title and every name, in any case; `benchmark` in any spelling, as a part too.
    """
    condition = Condition()
    if search:
        texts = "evidence, title, metric, model, benchmark, baseline, setting"
        condition &= Condition(f"contains(lower(concat_ws(chr(10), {texts})), lower(?))", (search,))
    if kind is not None:
        condition &= Condition("kind = ?", (kind,))
    if paper is not None:
        condition &= Condition("paper_id = ?", (paper,))
    if benchmark is not None:
        condition &= named_in_part("benchmark", benchmark)
    return condition


def named(kind: NameKind, name: str) -> Condition:
    """Return the condition on a view that has keys under which the benchmark, metric or model is this one."""
    return Condition(f"{kind}_key = ?", (vocabulary().key(kind, name),))


def named_in_part(kind: NameKind, name: str) -> Condition:
    """Return the condition under which the name, in any spelling, is a part of what the benchmark is called."""
    parts = dict.fromkeys((normal_form(name), vocabulary().key(kind, name)))
    either = " OR ".join(f"contains({kind}_key, ?)" for _ in parts)
    return Condition(f"({either})", tuple(parts))
