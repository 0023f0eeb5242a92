"""Example queries: a few to begin with, then those of the documentation, docs/sql.md, in its order."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_PLACES = (Path(__file__).with_name("sql.md"), Path(__file__).parents[1] / "docs" / "sql.md")
"""Beside this module where claimboard is installed, else in the checkout."""

_BLOCK = re.compile(
    r"^#{2,4} (?P<title>[^\n]+)\n(?:(?!^#{1,4} |^```).*\n)*?^```sql\n(?P<sql>.*?)^```", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Example:
    """A question in words, and the query that answers it."""

    title: str
    sql: str


_FIRST = (
    Example("What is there?", "SELECT kind, count(*) AS claims\nFROM claims\nGROUP BY kind\nORDER BY claims DESC"),
    Example(
        "The largest improvements in speed, with their sentences",
        "SELECT factor, model, baseline, setting, evidence, title\n"
        "FROM speedups\nWHERE family = 'speed'\nORDER BY factor DESC\nLIMIT 20",
    ),
    Example(
        "Which benchmarks do most papers report on?",
        "SELECT benchmark, area, task, paper_count, claim_count\n"
        "FROM benchmark_summary\nORDER BY paper_count DESC, claim_count DESC\nLIMIT 20",
    ),
    Example(
        "How sure are claims, by what they measure?",
        "SELECT metric_family AS family, count(*) AS claims, round(avg(confidence), 2) AS confidence\n"
        "FROM claims\nWHERE metric_family IS NOT NULL\nGROUP BY family\nORDER BY claims DESC",
    ),
    Example(
        "How many claims does each year make?",
        "SELECT published_year AS year, count(*) AS claims, count(DISTINCT paper_id) AS papers\n"
        "FROM claims\nWHERE published_year IS NOT NULL\nGROUP BY year\nORDER BY year",
    ),
)
"""Those to begin with."""


@cache
def examples() -> tuple[Example, ...]:
    """Return the examples, at least one."""
    text = next((place.read_text("utf-8") for place in _PLACES if place.is_file()), "")
    found = (Example(match["title"].strip().strip("`"), match["sql"].strip()) for match in _BLOCK.finditer(text))
    return (*_FIRST, *found)
