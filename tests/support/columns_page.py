"""The page docs/columns.md: every view and column with what it says of itself.

    python tests/support/columns_page.py

writes it anew, after a view has changed; a test sees that it was.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from models.store import Store

PAGE = Path(__file__).parents[2] / "docs" / "columns.md"

_INTRODUCTION = """\
# The columns of the views

What each view and column is, as the file itself says it (`DESCRIBE`, `duckdb_columns()`); docs/sql.md has an example of
each view. Written by `python tests/support/columns_page.py`.
"""

_SHARED = 40
"""A view with as many columns of claims lists only the others."""

Column = tuple[str, str, str]
"""Name, type, and what it is."""
View = tuple[str, list[Column]]
"""What it is, and its columns."""


def page() -> str:
    """Return the page as it should be."""
    views = _views()
    return _INTRODUCTION + "".join(
        f"\n## {view}\n\n{comment}.\n\n{''.join(_table(view, views))}" for view, (comment, _) in views.items()
    )


def _views() -> Mapping[str, View]:
    """Return the views of a new file, by name."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "claims.duckdb")
        with store.write():
            pass
        rows = store.query(
            """
            SELECT views.view_name AS view, views.comment, columns.column_name AS name, columns.data_type AS type,
                columns.comment AS what
            FROM duckdb_views() AS views
            JOIN duckdb_columns() AS columns
                ON columns.schema_name = 'main' AND columns.table_name = views.view_name
            WHERE NOT views.internal AND views.schema_name = 'main'
            ORDER BY views.view_name <> 'claims', views.view_name, columns.column_index
            """
        ).to_pylist()
    views: dict[str, View] = {}
    for row in rows:
        views.setdefault(row["view"], (row["comment"], []))[1].append((row["name"], row["type"], row["what"]))
    return views


def _table(view: str, views: Mapping[str, View]) -> Iterator[str]:
    (_, columns), (_, of_claims) = views[view], views["claims"]
    shared = set(of_claims).intersection(columns)
    is_like_claims = view != "claims" and len(shared) >= _SHARED
    own = [column for column in columns if column not in shared] if is_like_claims else columns
    yield "| column | type | what it is |\n| --- | --- | --- |\n"
    for name, kind, what in own:
        yield f"| `{name}` | {kind} | {what.replace('|', chr(92) + '|')} |\n"
    if is_like_claims:
        names = {name for name, _, _ in columns}
        absent = [f"`{name}`" for name, _, _ in of_claims if name not in names]
        yield f"\nAnd the columns of `claims`{', without ' if absent else ''}{', '.join(absent)}.\n"


if __name__ == "__main__":
    sys.exit(PAGE.write_text(page(), "utf-8") == 0)
