"""The example queries of the documentation, which is where they are kept: title, SQL, in its order."""

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


_FIRST = Example("What is there?", "SELECT kind, count(*) AS claims\nFROM claims\nGROUP BY kind\nORDER BY claims DESC")


@cache
def examples() -> tuple[Example, ...]:
    """Return the examples, at least one."""
    text = next((place.read_text("utf-8") for place in _PLACES if place.is_file()), "")
    found = (Example(match["title"].strip().strip("`"), match["sql"].strip()) for match in _BLOCK.finditer(text))
    return (_FIRST, *found)
