"""Labelled abstracts to learn from.

`labels.jsonl`, in the folder of the extractor, holds labels without their abstracts, as spans; they are put on the
abstracts of a table of arXiv papers. A digest tells whether these are the abstracts that were labelled: a later version
may have other numbers at these places. All labels were made by a strong language model that read each abstract by the
labelling guide, not by people. No file that quality is measured on takes part.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from extract.gold import GoldAbstract, GoldClaim
from models.vocabulary import normal_form

LABELS = Path(__file__).parent.parent / "labels.jsonl"


def read_labels(path: Path, table: Path, say: Callable[[str], None]) -> list[GoldAbstract]:
    """Put the labels in `path` on the abstracts of a Parquet table.

    Labels of abstracts that it lacks, or has in another version, are left out, and `say` is told how many.
    """
    labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT id, title, abstract FROM read_parquet(?) WHERE list_contains(?, id)",
            [str(table), [entry["paper"] for entry in labels]],
        ).fetchall()
    texts = {paper: (title, abstract) for paper, title, abstract in rows}
    known = [entry for entry in labels if entry["paper"] in texts]
    same = [entry for entry in known if entry["text"] == text_digest(*texts[entry["paper"]])]
    if len(same) < len(labels):
        missing, changed = len(labels) - len(known), len(known) - len(same)
        say(f"{path}: {missing} labels left out as {table} lacks the paper, {changed} as it has another text")
    return [
        GoldAbstract(paper=paper, title=texts[paper][0], abstract=texts[paper][1], claims=_with_evidence(entry, texts))
        for entry in same
        for paper in [entry["paper"]]
    ]


def text_digest(title: str, abstract: str) -> str:
    """Return what `labels.jsonl` knows a text by."""
    return hashlib.sha256(f"{title}\n{abstract}".encode()).hexdigest()[:12]


def _with_evidence(entry: dict[str, Any], texts: dict[str, tuple[str, str]]) -> tuple[GoldClaim, ...]:
    abstract = texts[entry["paper"]][1]
    return tuple(
        GoldClaim.model_validate(claim | {"evidence": abstract[slice(*claim["evidence"])]}) for claim in entry["claims"]
    )


def read_texts(table: Path, without: Sequence[GoldAbstract] = ()) -> list[tuple[str, str]]:
    """Return titles and abstracts of a Parquet table, but for those of labelled abstracts that are to stay unseen."""
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT title, abstract FROM read_parquet(?)", [str(table)]).fetchall()
    unseen = {normal_form(gold.title) for gold in without}
    return [(title, abstract) for title, abstract in rows if abstract and normal_form(title) not in unseen]
