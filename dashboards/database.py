"""What the pages ask the database: rows of the views, asked again only when the file has changed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

from models.errors import ClaimboardError
from models.store import DEFAULT_DATABASE, Stamp, Store

Row = dict[str, Any]

_PATIENCE = 5.0
"""Seconds that a page waits for a lock: a running extraction holds one for the moment of a commit."""

_QUERY_SECONDS = 30.0

_DOWNLOAD_SECONDS = 300.0


@dataclass(frozen=True)
class Database:
    """One DuckDB file as it was when a page began to be drawn.

    `path` is the file as it was named, `stamp` changes whenever the file does: rows are kept for both. No connection is
    held: each question opens the file read-only and closes it, so that an extraction can write in between.
    """

    path: Path
    stamp: Stamp

    @classmethod
    def of_environment(cls) -> "Database":
        """Return the file that CLAIMBOARD_DB names. Raises ClaimboardError where no file can have that name."""
        path = Path(os.environ.get("CLAIMBOARD_DB") or DEFAULT_DATABASE)
        return cls(path, Store(path).stamp())

    @property
    def holds(self) -> Row:
        """Whether there are `papers` and `claims` in it."""
        return self.row("SELECT EXISTS (FROM coverage) AS papers, EXISTS (FROM claims) AS claims")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Return the rows of a SELECT statement: few, as they are kept. Raises ClaimboardError where it cannot be."""
        return _rows(str(self.path), self.stamp, sql, tuple(parameters))

    def row(self, sql: str, parameters: Sequence[object] = ()) -> Row:
        """Return the one row of a SELECT statement."""
        return self.rows(sql, parameters)[0]

    def rows_if_soon(self, sql: str, parameters: Sequence[object] = ()) -> list[Row] | None:
        """Return the rows of a SELECT statement that a page can do without; None where it takes too long."""
        try:
            return self.rows(sql, parameters)
        except ClaimboardError:
            return None

    def table(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Return all rows of a SELECT statement, however many, for a download. They are not kept."""
        return Store(self.path, patience=_PATIENCE).query(sql, parameters, seconds=_DOWNLOAD_SECONDS)

    def answers(self) -> bool:
        """Whether the file, as it is now, can be read and holds papers. Waits for no lock."""
        try:
            rows = Store(self.path, patience=0).query("SELECT 1 FROM coverage LIMIT 1", seconds=_QUERY_SECONDS)
        except ClaimboardError:
            return False
        return bool(rows.num_rows)

    def has_changed(self) -> bool:
        """Whether the file is another than it was when the page began to be drawn. Does not open it."""
        return Store(self.path).stamp() != self.stamp


# The stamp is an argument only so that rows are kept for it, and no longer. A spinner shows after half a second.
@st.cache_data(max_size="64MiB", show_spinner="Asking the database …")
def _rows(path: str, stamp: Stamp, sql: str, parameters: tuple[object, ...]) -> list[Row]:
    table = Store(path, patience=_PATIENCE).query(sql, parameters, seconds=_QUERY_SECONDS)
    return table.to_pylist()  # type: ignore[no-any-return]
