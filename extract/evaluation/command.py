"""The command `claimboard evaluate`: how good extraction is on abstracts that someone has labelled."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.text import Text
from typer.core import TyperCommand

from extract import options, terminal
from extract.asking import Asking
from extract.evaluation import browser, predictions, report
from extract.evaluation.agreement import Comparison, Match, compare
from extract.evaluation.breakdown import By, by_field, by_kind, by_source
from extract.evaluation.figures import figures
from extract.evaluation.predictions import Predictions
from extract.extractor import Extractor, KeepsJournal
from extract.extractors import NAMES
from extract.gold import read_gold
from extract.printable import clean
from extract.progress import shown_on
from models.errors import ClaimboardError
from models.notation import counted
from models.store import Store

_ALL = 0


class EvaluateCommand(TyperCommand):
    """Lets --errors stand without a number, which no option of typer's may."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Give --errors the number that stands for all, where none follows."""
        told = list(args)
        for index, word in reversed(list(enumerate(args))):
            if word == "--errors" and not "".join(args[index + 1 : index + 2]).isdecimal():
                told.insert(index + 1, str(_ALL))
        return super().parse_args(ctx, told)


app = typer.Typer(add_completion=False)


@app.command("evaluate", cls=EvaluateCommand)
def evaluate(  # noqa: PLR0913, PLR0917 — each is an option
    gold: Annotated[
        Path,
        typer.Argument(
            metavar="GOLD",
            help="Labelled abstracts, one a line: JSON with paper, title, abstract and claims.",
            show_default=False,
        ),
    ],
    extractor: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Who reads: {' or '.join(NAMES)}. Without this, a model if one is named, else the rules.",
        ),
    ] = None,
    db: Annotated[
        Path | None,
        typer.Option("--db", metavar="FILE", help="Measure the claims that this DuckDB file has, and read nothing."),
    ] = None,
    predicted: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Measure the claims of this file, as export --format gold writes it, and read nothing."
        ),
    ] = None,
    by: Annotated[
        list[By] | None,
        typer.Option(
            metavar="field|kind|source",
            help="Take the figures apart; may be given more than once.",
            show_default=False,
        ),
    ] = None,
    errors: Annotated[
        int | None,
        typer.Option(min=0, metavar="[N]", help="Show what went wrong, in the first N abstracts; in all without N."),
    ] = None,
    as_json: options.Json = False,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    form: options.Form = None,
    concurrency: options.Concurrency = None,
    timeout: options.Timeout = None,
    budget_usd: options.BudgetUsd = None,
    budget_tokens: options.BudgetTokens = None,
    prices: options.Prices = None,
) -> None:
    """Measure extraction on labelled abstracts, with precision, recall and F1.

    found asks for the number only, tuple also for kind, unit, metric, model and benchmark, full for bound, direction
    and baseline too. Labels that are optional count neither for nor against.
    """
    asking = Asking(
        model=model,
        base_url=base_url,
        form=form.value if form else None,
        concurrency=concurrency,
        timeout=timeout,
        prices=prices,
        budget_usd=budget_usd,
        budget_tokens=budget_tokens,
    )
    _check_source(db, predicted, extractor, asking)
    labelled = read_gold(gold, with_text=db is None and predicted is None)
    if not labelled:
        raise ClaimboardError(f"{gold} holds no labelled abstract: give JSON Lines, one abstract a line")
    console = terminal.error_console()
    reader: Extractor | None = None
    if predicted is not None:
        claims = predictions.from_file(predicted, labelled)
    elif db is not None:
        claims = predictions.from_store(Store(db), labelled)
    else:
        # What a model replies is kept in the working folder until it is measured, should this be interrupted.
        reader = asking.extractor(extractor, Path(gold.name))
        with shown_on(console) as progress:
            claims = predictions.extracted(reader, labelled, progress)
    for remark in claims.remarks:
        console.print(Text(clean(remark)), soft_wrap=True)
    comparisons = compare(labelled, claims.claims)
    wrong = [comparison for comparison in comparisons if comparison.has_errors]
    shown = wrong if errors == _ALL else wrong[: errors or 0]
    if as_json:
        _print_json(comparisons, by or (), shown, errors is not None)
    else:
        _print(comparisons, by or (), shown, None if errors is None else len(wrong))
    _finish(reader, claims)


def _check_source(db: Path | None, predicted: Path | None, extractor: str | None, asking: Asking) -> None:
    """Raise ClaimboardError where it is not clear whose claims are to be measured."""
    if db is not None and predicted is not None:
        raise ClaimboardError("--db and --predicted exclude each other: give the claims that are to be measured")
    if db is None and predicted is None:
        return
    given = "--db" if db is not None else "--predicted"
    # A model may be named in the environment, for other commands.
    reading = {"extractor": extractor, **{name: value for name, value in vars(asking).items() if name != "model"}}
    for option, value in reading.items():
        if value is not None:
            raise ClaimboardError(f"--{option.replace('_', '-')}: with {given} nothing is read; leave one of them out")


_BREAKDOWNS: dict[By, tuple[Callable[[Sequence[Comparison]], Any], Callable[[Any], Any]]] = {
    By.FIELD: (by_field, report.by_field),
    By.KIND: (by_kind, report.by_kind),
    By.SOURCE: (by_source, report.by_source),
}
"""How figures are taken apart, and shown."""


def _print(
    comparisons: Sequence[Comparison], by: Sequence[By], shown: Sequence[Comparison], with_errors: int | None
) -> None:
    console = terminal.output_console()
    if with_errors is not None:
        coloured = browser.has_colours(console)
        if shown and coloured:
            console.print(browser.legend(), Text(), sep="\n")
        for comparison in shown:
            console.print(browser.page(comparison, coloured=coloured))
        told = f"{len(shown):,} of {counted(with_errors, 'abstract')} with errors"
        console.print(Text(told, "dim"), Text(), sep="\n")
    console.print(report.summary(figures(comparisons)))
    for part in by:
        take_apart, show = _BREAKDOWNS[part]
        console.print(Text(), show(take_apart(comparisons)), sep="\n")


def _print_json(
    comparisons: Sequence[Comparison], by: Sequence[By], shown: Sequence[Comparison], with_errors: bool
) -> None:
    result: dict[str, Any] = figures(comparisons).model_dump()
    if by:
        result["by"] = {
            part: {name: taken.model_dump() for name, taken in _BREAKDOWNS[part][0](comparisons).items()} for part in by
        }
    if with_errors:
        result["errors"] = [
            {"paper": comparison.gold.paper, **_error(match)}
            for comparison in shown
            for match in comparison.matches
            if match.verdict not in ("right", "optional")
        ]
    terminal.print_json(result)


def _error(match: Match) -> dict[str, Any]:
    claims = {"gold": match.gold, "predicted": match.predicted}
    return {
        "what": match.verdict,
        "wrong": list(match.wrong),
        **{name: claim.model_dump() if isinstance(claim, BaseModel) else None for name, claim in claims.items()},
    }


def _finish(reader: Extractor | None, claims: Predictions) -> None:
    if isinstance(reader, KeepsJournal):
        reader.stored(outcome.paper_text for outcome in claims.outcomes)
    raise typer.Exit(1 if claims.failed else 0)
