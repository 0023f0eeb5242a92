"""The commands `claimboard review`: claims out to a spreadsheet, verdicts in again, and how far the review is."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from extract import queries, terminal
from extract.options import Db, Json
from extract.printable import clean
from models.claim import Kind
from models.notation import counted
from models.reviews.intake import Intake, take_in
from models.reviews.progress import ReviewProgress, review_progress
from models.reviews.sheet import Order, write_sheet
from models.reviews.sheet_rows import Problem, is_filled_in
from models.store import DEFAULT_DATABASE, Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Check claims in a spreadsheet or on the dashboard: verdicts out and in.",
)

_SAID = 100
"""Most rows that are listed one by one at a terminal."""


@app.command()
def export(  # noqa: PLR0913, PLR0917 — each is an option
    db: Db = DEFAULT_DATABASE,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - is standard output.")
    ] = "-",
    reviewed: Annotated[
        bool, typer.Option("--all/--unreviewed", help="Every claim with its verdict, or those without one.")
    ] = False,
    where: Annotated[
        str | None, typer.Option(metavar="CONDITION", help="Only claims for which this is true, in SQL.")
    ] = None,
    benchmark: Annotated[str | None, typer.Option(metavar="NAME", help="Only claims on this benchmark.")] = None,
    metric: Annotated[str | None, typer.Option(metavar="NAME", help="Only claims of this metric.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only claims of this kind.")] = None,
    sort: Annotated[
        Order, typer.Option(help="Those first that are least sure to be right, or in the order of the papers.")
    ] = "confidence",
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most so many; 0 for all.")] = 0,
    excel: Annotated[bool, typer.Option("--excel", help="Mark CSV as UTF-8, so that Excel opens it as such.")] = False,
) -> None:
    """Write claims to a CSV file for review, with columns to fill in.

    A verdict is accept, reject, correct (what is right goes into the corrected_ columns) or withdraw.
    """
    store = Store(db)
    selection = queries.selection(store, "claims", where=where, benchmark=benchmark, metric=metric, kind=kind)
    if is_kept := output != "-" and is_filled_in(Path(output)):
        Path(output).replace(f"{output}~")
    count = write_sheet(
        store,
        output,
        selection.condition,
        unreviewed=not reviewed,
        order=sort,
        limit=limit or None,
        excel=excel,
    )
    where_to = "" if output == "-" else f" in {output}"
    kept = f"; the sheet with verdicts that was there is {output}~ now" if is_kept else ""
    terminal.error_console().print(Text(clean(f"{counted(count, 'claim')}{where_to}{kept}")), soft_wrap=True)


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A filled-in export; - for standard input.")],
    db: Db = DEFAULT_DATABASE,
    reviewer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who decided; without this, whom the column reviewer names.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Decide also over verdicts and readings that are newer than the file.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in the verdicts of a filled-in export.

    Rows with an error or conflict are listed and left out, the others go in.
    """
    intake = take_in(Store(db), file, reviewer=reviewer, force=force)
    if as_json:
        terminal.print_json(_as_json(intake))
    else:
        pairs = [(word, f"{count:,}") for word, count in _counts(intake).items()]
        terminal.output_console().print(terminal.facts(pair for pair in pairs if pair[1] != "0"))
        _say(file, intake.errors)
        _say(file, intake.conflicts)
    raise typer.Exit(1 if intake.errors or intake.conflicts else 0)


@app.command()
def status(db: Db = DEFAULT_DATABASE, as_json: Json = False) -> None:
    """Say how far the review is, who decided what, and where reviewers differ."""
    progress = review_progress(Store(db))
    if as_json:
        terminal.print_json(progress.model_dump())
        return
    terminal.output_console().print(terminal.facts(_pairs(progress)))


def _counts(intake: Intake) -> dict[str, int]:
    results = intake.results
    return {
        "accepted": results["accepted"],
        "rejected": results["rejected"],
        "corrected": results["corrected"],
        "withdrawn": results["withdrawn"],
        "unchanged": results["unchanged"],
        "no verdict": intake.open,
        "conflicts": results["conflict"],
        "errors": results["error"],
    }


def _as_json(intake: Intake) -> dict[str, object]:
    problems = {"conflicts": intake.conflicts, "errors": intake.errors}
    return {
        **{word.replace(" ", "_"): count for word, count in _counts(intake).items()},
        **{name: [vars(problem) for problem in found] for name, found in problems.items()},
    }


def _say(file: str, problems: tuple[Problem, ...]) -> None:
    console = terminal.error_console()
    for problem in problems[:_SAID]:
        place = ", ".join(part for part in (file, f"row {problem.row}", problem.column) if part)
        console.print(Text(clean(f"{place}: {problem.reason}")), soft_wrap=True)
    if len(problems) > _SAID:
        console.print(f"and {len(problems) - _SAID:,} more; --json lists all", soft_wrap=True)


def _pairs(progress: ReviewProgress) -> list[tuple[str, str]]:
    decided = progress.claims - progress.unreviewed
    pairs = [
        ("claims", f"{progress.claims:,}"),
        ("reviewed", f"{decided:,} ({progress.share:.1%})"),
        ("accepted", f"{progress.accepted:,}"),
        ("corrected", f"{progress.corrected:,}"),
        ("rejected", f"{progress.rejected:,}"),
        ("unreviewed", f"{progress.unreviewed:,}"),
    ]
    if progress.dormant:
        pairs.append(("dormant", f"{progress.dormant:,} on abstracts that have changed since"))
    for reviewer in progress.reviewers:
        decisions = f"{reviewer.accepted:,} accepted, {reviewer.corrected:,} corrected, {reviewer.rejected:,} rejected"
        pairs.append((reviewer.reviewer or "without a name", f"{decisions}; last {reviewer.latest:%Y-%m-%d %H:%M} UTC"))
    if progress.disagreements:
        pairs.append(("differ", f"{counted(len(progress.disagreements), 'claim')} on which reviewers differ"))
    pairs += [
        ("", f"{found.paper_id} {found.claim_id}: {', '.join(found.verdicts)}") for found in progress.disagreements[:10]
    ]
    return pairs
