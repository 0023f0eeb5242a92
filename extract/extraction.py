"""The commands that read papers: `claimboard extract`, and `claimboard estimate`, which says what it would take."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from extract import options, terminal
from extract.asking import Asking
from extract.extractors import NAMES
from extract.pipeline import Pipeline, RunResult
from extract.printable import clean
from extract.progress import shown_on
from extract.without_pandas import leave_pandas_out
from models.errors import ClaimboardError
from models.notation import duration
from models.store import DEFAULT_DATABASE, Store


def extract(  # noqa: PLR0913, PLR0917 — each is an option
    sources: options.Sources,
    db: options.Db = DEFAULT_DATABASE,
    limit: options.Limit = None,
    force: options.Force = False,
    retry_failed: options.RetryFailed = False,
    extractor: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Who reads: {' or '.join(NAMES)}. Without this, a model if one is named, else the rules.",
        ),
    ] = None,
    as_json: options.Json = False,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    form: options.Form = None,
    concurrency: options.Concurrency = None,
    timeout: options.Timeout = None,
    keep_replies: options.KeepReplies = False,
    budget_usd: options.BudgetUsd = None,
    budget_tokens: options.BudgetTokens = None,
    prices: options.Prices = None,
    on: options.On = None,
    parts: options.Parts = None,
    part_size: options.PartSize = None,
) -> None:
    """Read abstracts and keep every number that they claim.

    A run that was interrupted or stopped goes on where it was when the same command is given again; papers that were
    read before are not read again. Without --model and CLAIMBOARD_MODEL, the embedded extractor reads: no key, no
    network, no costs.
    """
    asking = Asking(
        model=model,
        base_url=base_url,
        form=form.value if form else None,
        concurrency=concurrency,
        timeout=timeout,
        keep_replies=keep_replies or None,
        prices=prices,
        budget_usd=budget_usd,
        budget_tokens=budget_tokens,
    )
    if on is not None:
        for given, option in ((limit, "--limit"), (force, "--force"), (retry_failed, "--retry-failed")):
            if given:
                raise ClaimboardError(f"{option}: not with --on ray, which reads all that is in no part yet")
        from extract.cluster.command import extract_on_ray  # noqa: PLC0415 — most runs need no cluster

        extract_on_ray(sources, parts, part_size, asking.extractor(extractor, None), as_json=as_json)
    if parts is not None or part_size is not None:
        raise ClaimboardError("--parts and --part-size: only with --on ray; without it, --db names where claims go")
    leave_pandas_out()
    console = terminal.error_console()
    chosen = asking.extractor(extractor, db)
    with shown_on(console) as progress:
        pipeline = Pipeline(Store(db), chosen, limit=limit, force=force, retry_failed=retry_failed, progress=progress)
        result = pipeline.run(sources)
    if as_json:
        terminal.print_json(
            {
                **asdict(result),
                "usage": result.usage.model_dump(),
                "merged": result.merged,
                "already_done": result.already_done,
                "extractor": chosen.name,
                "model": model if chosen.name == "llm" else None,
                "db": str(db),
            }
        )
    elif result.entries:
        terminal.output_console().print(_summary(result, db, is_asking=chosen.name == "llm"))
    if result.interrupted:
        console.print("interrupted; what was finished is stored. The same command goes on from here.", soft_wrap=True)
        raise typer.Exit(130)
    if not result.entries:
        raise ClaimboardError(
            "nothing could be read: see the refusals above; what is read are listing pages, JSON, JSON Lines, CSV and "
            "Parquet"
        )
    if result.under_way:
        console.print(
            f"{result.under_way:,} left to batches; claimboard batch collect takes them in, --force reads them.",
            soft_wrap=True,
        )
    if result.failed:
        console.print("claimboard status tells why papers failed; --retry-failed reads them again.", soft_wrap=True)
    if result.stopped:
        console.print(Text(clean(f"stopped: {result.stopped}")), soft_wrap=True)
    raise typer.Exit(1 if result.failed or result.refusals or result.stopped else 0)


def _summary(result: RunResult, db: Path, *, is_asking: bool) -> Any:
    papers = f"{result.papers:,} ({result.new:,} new"
    papers += f"; {result.merged:,} entries merged)" if result.merged else ")"
    read = f"{result.extracted:,} in {duration(result.seconds)}"
    pairs = [("papers", papers), ("read", read)]
    if result.already_done:
        pairs.append(("read before", f"{result.already_done:,}"))
    if result.pending:
        pairs.append(("claims", f"{result.claims:,}"))
    else:
        pairs.append(("claims", f"{Store(db).status().claims:,} in the database; nothing was new to read"))
    if result.failed:
        pairs.append(("failed", f"{result.failed:,}"))
    if result.under_way:
        pairs.append(("under way", f"{result.under_way:,}"))
    if left := result.pending - result.extracted - result.failed - result.under_way:
        pairs.append(("still to be read", f"{left:,}"))
    if result.refusals:
        pairs.append(("refused", f"{result.refusals:,}"))
    if is_asking:
        pairs += terminal.usage_pairs(result.usage, result.skipped, result.seconds)
    pairs.append(("database", str(db)))
    return terminal.facts(pairs)


def estimate(  # noqa: PLR0913, PLR0917 — each is an option
    sources: options.Sources,
    model: options.Model = None,
    db: options.Db = DEFAULT_DATABASE,
    limit: options.Limit = None,
    base_url: options.BaseUrl = None,
    form: options.Form = None,
    prices: options.Prices = None,
    as_json: options.Json = False,
) -> None:
    """Say what a model would take to read abstracts: calls, tokens, dollars.

    Nothing is sent, no key is needed and nothing is stored; papers that the model has read before are not counted.
    """
    asking = Asking(model=model, base_url=base_url, form=form.value if form else None, prices=prices)
    if not model:
        raise ClaimboardError("which model? Name it with --model provider/name or CLAIMBOARD_MODEL")
    from extract.estimation import estimate_sources  # noqa: PLC0415 — loads a client of model servers

    with shown_on(terminal.error_console()) as progress:
        result = estimate_sources(asking.llm(), sources, db, limit=limit, progress=progress)
    if as_json:
        terminal.print_json({**asdict(result), "calls_saved": result.calls_saved})
    else:
        terminal.output_console().print(terminal.estimate(result))
    raise typer.Exit(1 if result.refusals else 0)
