"""Long tables a page at a time; the number of the page stands in the address."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboards import address
from dashboards.database import Database, Row
from models.notation import counted


@dataclass(frozen=True)
class Pager:
    """Which rows of `total` are shown. `parameter` is the name of the page number in the address."""

    parameter: str
    total: int
    noun: str
    size: int = 25

    @property
    def number(self) -> int:
        """The page, from 1: the nearest there is to the one that the address asks for."""
        return min(max(address.number(self.parameter), 1), self._last)

    @property
    def offset(self) -> int:
        """How many rows stand before the page."""
        return (self.number - 1) * self.size

    def show(self) -> None:
        """Put the place and, where there is more than one page, the ways to the others below the table."""
        if self._last == 1:
            return
        with st.container(horizontal=True, vertical_alignment="center", key=f"{self.parameter}_pager"):
            self._button("Previous", self.number - 1)
            first, last = self.offset + 1, min(self.offset + self.size, self.total)
            st.text(f"{first:,}–{last:,} of {counted(self.total, self.noun)}")
            self._button("Next", self.number + 1)

    @property
    def _last(self) -> int:
        return max(-(-self.total // self.size), 1)

    def _button(self, label: str, number: int) -> None:
        st.button(
            label,
            key=f"{self.parameter}_{label.lower()}",
            disabled=not 1 <= number <= self._last,
            on_click=go_to,
            args=(self.parameter, number),
        )


def paged(
    database: Database, sql: str, parameters: Sequence[object], noun: str, size: int = 25
) -> tuple[list[Row], Pager]:
    """Return the rows of the page that the address asks for, and which they are: of a page beyond the last, the last.

    The last two parameters of the statement, given here, are how many rows it returns, and after how many. Each row has
    how many there are in all, as `total`: one look finds both.
    """
    pager = Pager("page", address.number("page") * size, noun, size)
    rows = database.rows(sql, [*parameters, size, pager.offset])
    if not rows and pager.offset:
        rows = database.rows(sql, [*parameters, size, 0])
    found = Pager("page", rows[0]["total"] if rows else 0, noun, size)
    if found.offset != pager.offset:
        rows = database.rows(sql, [*parameters, size, found.offset])
    return rows, found


def go_to(parameter: str, number: int = 1) -> None:
    """Put a page number into the address; the first page needs none."""
    address.put(**{parameter: number if number > 1 else None})
