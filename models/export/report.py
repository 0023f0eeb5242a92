"""A report to read, print and hand on: one HTML file that needs nothing else, leaderboards first, then each claim.

The template escapes whatever it is given; nothing in the file can run or be fetched.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, BinaryIO

import duckdb
from jinja2 import Environment, PackageLoader

from models.export.cells import address, without_controls
from models.notation import amount, bounded, counted, measured, ranking
from models.selection import LARGEST_FIRST, Selection

_ROWS = 1_000

Row = dict[str, Any]


def write_report(connection: duckdb.DuckDBPyConnection, selection: Selection, file: BinaryIO) -> None:
    """Write the selected rows of claims, and their places on leaderboards, one paper or board in memory at a time.

    A leaderboard of one model compares nothing; its score is among the claims.
    """
    claims = f"(FROM claims WHERE {selection.condition.sql})"
    parameters = selection.condition.parameters

    def rows(sql: str) -> Iterator[Row]:
        reader = connection.sql(sql, params=parameters).to_arrow_reader(_ROWS)
        for batch in reader:
            for row in batch.to_pylist():
                yield row | {"address": address(row["url"], row["arxiv_id"], row["doi"])}

    ((claim_count, paper_count),) = connection.sql(
        f"SELECT count(*), count(DISTINCT paper_id) FROM {claims}",  # noqa: S608 — the condition was checked to be one
        params=parameters,
    ).fetchall()
    boards = rows(
        f"""
        SELECT ranked.*, papers.arxiv_id, papers.doi
        FROM (
            FROM leaderboard SEMI JOIN {claims} AS chosen
                ON chosen.paper_id = leaderboard.paper_id AND chosen.claim_id = leaderboard.claim_id
            WHERE model_count > 1
        ) AS ranked
        JOIN papers USING (paper_id)
        ORDER BY {LARGEST_FIRST}, rank, ranked.paper_position, claim_position
        """  # noqa: S608
    )
    papers = rows(
        f"""
        SELECT chosen.*, papers.authors, papers.arxiv_id, papers.doi
        FROM {claims} AS chosen JOIN papers USING (paper_id)
        ORDER BY chosen.paper_position, claim_position
        """  # noqa: S608
    )
    pieces = _ENVIRONMENT.get_template("report.html.j2").generate(
        words=selection.words,
        claim_count=claim_count,
        paper_count=paper_count,
        boards=_grouped(boards, "benchmark_key", "metric_key", "unit", "setting_key"),
        papers=_grouped(papers, "paper_id"),
    )
    file.writelines(piece.encode() for piece in pieces)


def _grouped(rows: Iterable[Row], *names: str) -> Iterator[list[Row]]:
    for _, together in groupby(rows, lambda row: [row[name] for name in names]):
        yield list(together)


def _quote(row: Row) -> tuple[str, str, str]:
    """Return the evidence before the number, the number, and the evidence after it."""
    evidence, start, end = row["evidence"], row["quote_start"], row["quote_end"]
    return evidence[:start], evidence[start:end], evidence[end:]


def _number(row: Row) -> str:
    return bounded(row["value"], row["value_high"], row["unit"], row["bound"])


def _final(value: Any) -> Any:
    # Not of what a macro made: that is markup already, and a type of its own.
    return without_controls(value) if type(value) is str else value


_ENVIRONMENT = Environment(
    loader=PackageLoader("models.export", ""), autoescape=True, finalize=_final, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.filters |= {"number": _number, "quote": _quote}
_ENVIRONMENT.globals |= {"amount": amount, "counted": counted, "measured": measured, "ranking": ranking}
