"""Why extraction goes wrong, counted: every error has one cause, and `docs/quality.md` says which are most frequent.

    python -m extract.evaluation.causes GOLD.jsonl … [--extractor rules|llm] [--db FILE]

writes the document anew; the same labels and claims give the same bytes. What people wrote is in `causes.toml`.
"""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from extract import options, terminal
from extract.asking import Asking
from extract.environment import load_environment
from extract.evaluation import predictions
from extract.evaluation.agreement import Comparison, Match, compare
from extract.evaluation.catalogue import catalogue
from extract.evaluation.cause_rules import cause_of
from extract.evaluation.predictions import Predictions
from extract.evaluation.quality import Measured, Source, document
from extract.evaluation.scene import Scene
from extract.extractor import KeepsJournal
from extract.extractors import NAMES
from extract.gold import GoldAbstract, read_gold
from extract.printable import clean
from extract.progress import shown_on
from models.errors import ClaimboardError
from models.store import Store


@dataclass(frozen=True, slots=True)
class Error:
    """One thing that is wrong: a claim that was missed, one that is none, or one field of one that was found."""

    match: Match
    field: str
    """The field; 'missed' or 'not a claim' where there is no pair."""
    cause: str
    """Its id in `causes.toml`."""


def errors(comparison: Comparison) -> list[Error]:
    """Return everything that is wrong in one abstract, each with its cause."""
    found = []
    for match in comparison.matches:
        if match.verdict in ("missed", "not a claim", "wrong"):
            scene = Scene(comparison, match)
            fields = match.wrong if match.verdict == "wrong" else (match.verdict,)
            found += [Error(match, field, cause_of(scene, field)) for field in fields]
    return found


Labelled = Sequence[tuple[Path, Sequence[GoldAbstract]]]


def _read(name: str, asking: Asking, labelled: Labelled) -> Measured:
    """Have an extractor read the labelled abstracts."""
    reader = asking.extractor(name, Path(labelled[0][0].name))
    console = terminal.error_console()
    claims = []
    for _, gold in labelled:
        with shown_on(console) as progress:
            claims.append(predictions.extracted(reader, gold, progress))
    measured = _measured(name, reader.fingerprint, asking.model if name == "llm" else None, labelled, claims)
    if isinstance(reader, KeepsJournal):
        for part in claims:
            reader.stored(outcome.paper_text for outcome in part.outcomes)
    return measured


def _stored(path: Path, labelled: Labelled) -> Measured:
    """Take the claims that a store shows."""
    store = Store(path)
    claims = [predictions.from_store(store, gold) for _, gold in labelled]
    (row,) = store.query(
        "SELECT string_agg(DISTINCT extractor, ', ' ORDER BY extractor) AS extractor,"
        " string_agg(DISTINCT fingerprint, ', ' ORDER BY fingerprint) AS fingerprint,"
        " (SELECT string_agg(DISTINCT model, ', ' ORDER BY model) FROM outcomes) AS model"
        " FROM papers WHERE fingerprint IS NOT NULL"
    ).to_pylist()
    if row["extractor"] not in NAMES:
        raise ClaimboardError(
            f"{path}: read by {row['extractor'] or 'nobody'}; give a database that one extractor filled"
        )
    return _measured(row["extractor"], row["fingerprint"], row["model"], labelled, claims)


def _measured(
    extractor: str, fingerprint: str, model: str | None, labelled: Labelled, claims: Sequence[Predictions]
) -> Measured:
    for remark in (remark for part in claims for remark in part.remarks):
        terminal.error_console().print(Text(clean(remark)), soft_wrap=True)
    comparisons = {path.name: compare(gold, part.claims) for (path, gold), part in zip(labelled, claims, strict=True)}
    found = [
        (error.field, error.cause)
        for part in comparisons.values()
        for comparison in part
        for error in errors(comparison)
    ]
    return Measured(extractor, fingerprint, model, comparisons, found)


def write(  # noqa: PLR0913, PLR0917 — each is an option
    gold: Annotated[
        list[Path], typer.Argument(metavar="GOLD...", help="Labelled abstracts: JSON Lines.", show_default=False)
    ],
    extractor: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Who reads: {' or '.join(NAMES)}; may be given more than once."),
    ] = None,
    db: Annotated[
        list[Path] | None,
        typer.Option("--db", metavar="FILE", help="A DuckDB file whose claims are measured too, without reading."),
    ] = None,
    output: Annotated[Path, typer.Option(metavar="FILE", help="The document.")] = Path("docs/quality.md"),
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    budget_usd: options.BudgetUsd = None,
) -> None:
    """Write the document on quality. Without --extractor and --db, the embedded extractor reads."""
    asking = Asking(model=model, base_url=base_url, budget_usd=budget_usd)
    labelled = [(path, read_gold(path, with_text=True)) for path in gold]
    names = [path.name for path in gold]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ClaimboardError(f"two gold files are called {twice[0]}: give each a name of its own")
    readers = extractor or ([] if db else ["rules"])
    # Reading with the rules asks no model, whatever the environment names.
    measured = [_read(name, asking if name == "llm" else Asking(), labelled) for name in readers]
    measured += [_stored(path, labelled) for path in db or ()]
    parts = [*names, *(f"--extractor {name}" for name in extractor or ()), *(f"--db {path.name}" for path in db or ())]
    sources = [Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), len(gold)) for path, gold in labelled]
    text = document(
        catalogue(),
        measured,
        sources,
        command=f"python -m extract.evaluation.causes {' '.join(parts)}",
        version=version("claimboard"),
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(text, encoding="utf-8")
    typer.echo(f"{output}: {sum(len(reading.errors) for reading in measured):,} errors counted")


def main() -> None:
    """Run the command. What the user can act on is one line, without a traceback."""
    try:
        load_environment()
        typer.run(write)
    except ClaimboardError as error:
        terminal.error_console().print(Text(clean(f"error: {error}")), soft_wrap=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
