"""Claims in the form in which labels are written: one paper a line, for scoring (`claimboard evaluate --predicted`)."""

from typing import BinaryIO

import duckdb

from models.export.records import write_jsonl
from models.selection import Condition, Selection

_ROWS = 1_000

_GOLD = """
WITH given AS (SELECT DISTINCT paper_id, given_id FROM store.sources WHERE given_id IS NOT NULL),
listed AS (
    SELECT paper_id, list({{
        value: value, value_high: value_high, unit: unit, kind: kind, bound: bound, direction: direction,
        basis: basis, metric: metric, model: model, benchmark: benchmark, baseline: baseline, setting: setting,
        evidence: evidence
    }} ORDER BY claim_position) AS claims
    FROM claims
    WHERE {condition}
    GROUP BY paper_id
)
SELECT coalesce(given.given_id, papers.paper_id) AS paper, coalesce(listed.claims, []) AS claims
FROM papers
LEFT JOIN given ON given.paper_id = papers.paper_id
{join} JOIN listed ON listed.paper_id = papers.paper_id
ORDER BY papers.paper_position, given.given_id
"""


def write_gold(connection: duckdb.DuckDBPyConnection, selection: Selection, file: BinaryIO) -> None:
    """Write `{"paper": id, "claims": [...]}` for every paper, under each id that its sources give it, or else its own.

    Papers without claims are there too, unless only some claims were asked for.
    """
    join = "LEFT" if selection.condition == Condition() else "INNER"
    sql = _GOLD.format(condition=selection.condition.sql, join=join)
    write_jsonl(connection.sql(sql, params=selection.condition.parameters).to_arrow_reader(_ROWS), file)
