"""The commands `claimboard batch`: hand papers over, look how far they are, take the results in.

What speaks to providers is imported only by the command that needs it: it takes a second to load.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from extract import terminal
from extract.asking import Asking
from extract.options import BaseUrl, Db, Force, Json, Limit, Model, Prices, RetryFailed, Sources
from extract.printable import clean
from extract.progress import shown_on
from models.batches import Batch, Batches
from models.errors import ClaimboardError
from models.store import DEFAULT_DATABASE, Store

if TYPE_CHECKING:
    from openai.types import Batch as ProviderBatch

    from extract.batch.collection import Collected
    from extract.batch.providers import Providers
    from extract.batch.submission import Submission, Submitted

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Have a provider read abstracts within a day, at half the price."
)


@app.command()
def submit(  # noqa: PLR0913, PLR0917 — each is an option
    sources: Sources,
    model: Model = None,
    db: Db = DEFAULT_DATABASE,
    base_url: BaseUrl = None,
    limit: Limit = None,
    per_batch: Annotated[
        int, typer.Option(min=1, max=50_000, metavar="N", help="Most requests in one batch.")
    ] = 20_000,
    force: Force = False,
    retry_failed: RetryFailed = False,
    prices: Prices = None,
    as_json: Json = False,
) -> None:
    """Hand papers that are not read yet over to a provider's batches.

    First, papers are read at once until one reply is valid, at most three: so the key, the model and its parameters
    are right.
    """
    from extract.batch.requests import Limits

    asking = Asking(model=model, base_url=base_url, prices=prices)
    asking.check_key()
    result = _handed_over(
        asking,
        db,
        lambda submission: submission.submit(sources, Limits(per_batch)),
        limit=limit,
        force=force,
        retry_failed=retry_failed,
    )
    _end_submission(result, db, as_json=as_json, then="claimboard batch collect --wait takes the results in.")


@app.command()
def export(  # noqa: PLR0913, PLR0917 — each is an option
    sources: Sources,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to.")],
    model: Model = None,
    db: Db = DEFAULT_DATABASE,
    base_url: BaseUrl = None,
    limit: Limit = None,
    force: Force = False,
    retry_failed: RetryFailed = False,
    as_json: Json = False,
) -> None:
    """Write the requests of a batch to a file, without sending them.

    Any provider, or a cluster's own batch runner, answers them; `batch import` takes the results in. No key is needed.
    """
    result = _handed_over(
        Asking(model=model, base_url=base_url),
        db,
        lambda submission: submission.export(sources, output),
        limit=limit,
        force=force,
        retry_failed=retry_failed,
    )
    _end_submission(result, db, as_json=as_json, then="claimboard batch import takes the results in.")


@app.command()
def status(db: Db = DEFAULT_DATABASE, as_json: Json = False) -> None:
    """Say how far the batches are that were not collected yet."""
    from extract.batch.providers import Providers

    batches = Batches(Store(db))
    providers = Providers(batches)
    rows = [_row(providers, batch) for batch in batches.in_state("starting", "running", "exported")]
    if as_json:
        terminal.print_json(rows)
    elif rows:
        cells = [
            (
                row["batch"],
                row["status"],
                row["model"],
                row["papers"],
                f"{row['answered']} of {row['requests']}" if row["answered"] is not None else f"of {row['requests']}",
                row["failed"],
                f"{row['created_at']:%Y-%m-%d %H:%M}",
            )
            for row in rows
        ]
        names = ("batch", "status", "model", "papers", "answered", "failed", "made (UTC)")
        terminal.output_console().print(terminal.rows_table(names, cells))
    else:
        terminal.output_console().print("No batch is under way.")
    for row in rows:
        if row["reason"]:
            terminal.error_console().print(Text(clean(f"{row['batch']}: {row['reason']}")), soft_wrap=True)


@app.command()
def collect(
    db: Db = DEFAULT_DATABASE,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until every batch has ended.")] = False,
    every: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How often --wait looks.")] = 60.0,
    prices: Prices = None,
    as_json: Json = False,
) -> None:
    """Take in the results of batches that have ended."""
    from extract.batch.collection import Collection

    console = terminal.error_console()
    said: list[str] = []

    def look_later(running: "Sequence[ProviderBatch]") -> None:
        counts = [batch.request_counts for batch in running if batch.request_counts]
        answered, total = sum(count.completed + count.failed for count in counts), sum(count.total for count in counts)
        line = f"{len(running)} under way, {answered:,} of {total:,} requests answered"
        # Without any, it is said already why.
        if running and said[-1:] != [line]:
            said.append(line)
            console.print(line, soft_wrap=True)
        time.sleep(every)

    with shown_on(console) as progress:
        collection = Collection(Store(db), progress, prices=prices)
        result = collection.collect(look_later if wait else None)
    _end_collection(result, db, as_json=as_json)


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Results in OpenAI's form; of one batch, give all files together."),
    ],
    db: Db = DEFAULT_DATABASE,
    prices: Prices = None,
    as_json: Json = False,
) -> None:
    """Take in results that a batch runner wrote to files."""
    from extract.batch.collection import Collection

    with shown_on(terminal.error_console()) as progress:
        result = Collection(Store(db), progress, prices=prices).import_files(files)
    _end_collection(result, db, as_json=as_json)


@app.command()
def cancel(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="As batch status lists it.")], db: Db = DEFAULT_DATABASE
) -> None:
    """End a batch before it is done.

    What is answered already can still be collected; its other papers are pending again. One that has ended at its
    provider is given up: what it has answered is not collected any more.
    """
    from extract.batch.provider import FINAL, UnknownBatch
    from extract.batch.providers import Providers

    batches = Batches(Store(db))
    known = batches.find(batch)
    if known is None:
        raise ClaimboardError(f"there is no batch {batch} in {db}: claimboard batch status lists them")
    providers = Providers(batches)
    known = providers.started(known)
    console = terminal.output_console()
    if known.state in ("collected", "dropped"):
        console.print(f"{batch} has ended already")
        return
    if known.provider_id is not None:
        provider = providers.of(known)
        try:
            status = provider.look(known.provider_id).status
            if status not in FINAL:
                status = provider.cancel(known.provider_id).status
                console.print(f"{batch} is {status}; claimboard batch collect takes in what was answered")
                return
            console.print(f"the provider says that it is {status}", soft_wrap=True)
        except UnknownBatch:
            console.print("the provider does not know it", soft_wrap=True)
    batches.close(known.batch_id, "dropped", "given up")
    console.print(f"{batch} is given up; its papers are pending again")


def _row(providers: "Providers", batch: Batch) -> dict[str, Any]:
    """Return what is known of a batch, here and at its provider."""
    from extract.batch.provider import UnknownBatch

    row: dict[str, Any] = {
        "batch": batch.provider_id or batch.batch_id,
        "status": "waits for import" if batch.state == "exported" else "not started",
        **batch.model_dump(include={"batch_id", "state", "model", "base_url", "papers", "requests", "created_at"}),
        "answered": None,
        "failed": None,
        "reason": None,
    }
    try:
        batch = providers.started(batch)
        if batch.provider_id is not None:
            row |= {"batch": batch.provider_id, "state": batch.state}
            seen = providers.of(batch).look(batch.provider_id)
            row["status"] = seen.status
            if seen.request_counts:
                row |= {"answered": seen.request_counts.completed, "failed": seen.request_counts.failed}
    except UnknownBatch as error:
        row |= {"status": "unknown to the provider", "reason": str(error)}
    except ClaimboardError as error:
        row |= {"status": "cannot be asked", "reason": str(error)}
    return row


def _handed_over(  # noqa: PLR0913 — each is an option
    asking: Asking,
    db: Path,
    hand_over: "Callable[[Submission], Submitted]",
    *,
    limit: int | None,
    force: bool,
    retry_failed: bool,
) -> "Submitted":
    """Return what `hand_over` makes of a submission with these options."""
    from extract.batch.submission import Submission

    console = terminal.error_console()
    with shown_on(console) as progress:
        return hand_over(
            Submission(
                Store(db),
                asking.llm(),
                limit=limit,
                force=force,
                retry_failed=retry_failed,
                progress=progress,
                say=lambda line: console.print(Text(clean(line)), soft_wrap=True),
            )
        )


def _end_submission(result: "Submitted", db: Path, *, as_json: bool, then: str) -> None:
    console = terminal.error_console()
    if as_json:
        terminal.print_json({**asdict(result), "db": str(db)})
    elif result.entries:
        pairs = [
            ("papers", f"{result.papers:,} ({result.new:,} new)"),
            ("submitted", f"{result.submitted:,} in {result.requests:,} requests"),
            ("batches", ", ".join(result.batches) or "none"),
            ("read at once", f"{result.read:,}"),
            ("failed", f"{result.failed:,}"),
            ("no result", f"{result.skipped:,}"),
            ("under way", f"{result.under_way:,}"),
            ("refused", f"{result.refusals:,}"),
            ("database", str(db)),
        ]
        terminal.output_console().print(terminal.facts(pair for pair in pairs if pair[1] != "0"))
    if result.interrupted:
        console.print(
            "interrupted; batches that were started stand. The same command goes on from here.", soft_wrap=True
        )
        raise typer.Exit(130)
    if not result.entries:
        raise ClaimboardError("nothing could be read: see the refusals above")
    if result.batches:
        console.print(then, soft_wrap=True)
    raise typer.Exit(1 if result.failed or result.refusals else 0)


def _end_collection(result: "Collected", db: Path, *, as_json: bool) -> None:
    console = terminal.error_console()
    if as_json:
        terminal.print_json({**asdict(result), "db": str(db)})
    else:
        pairs = [
            ("batches", f"{len(result.batches):,} taken in, {result.open:,} under way"),
            ("read", f"{result.done:,}"),
            ("claims", f"{result.claims:,}"),
            ("failed", f"{result.failed:,}"),
            ("read before", f"{result.known:,}"),
            ("text changed", f"{result.changed:,}"),
            ("still to be read", f"{result.pending:,}"),
            ("refused", f"{result.refusals:,}"),
        ]
        if result.cost_usd:
            pairs.append(("cost", terminal.dollars(result.cost_usd)))
        terminal.output_console().print(terminal.facts(pair for pair in pairs if pair[1] != "0"))
    for reason in result.reasons:
        console.print(Text(clean(reason)), soft_wrap=True)
    if result.interrupted:
        console.print("interrupted; what was taken in is stored. The same command goes on from here.", soft_wrap=True)
        raise typer.Exit(130)
    if result.pending:
        console.print("claimboard batch submit, or extract, reads the papers that are left.", soft_wrap=True)
    if result.failed:
        console.print("claimboard status tells why papers failed; --retry-failed reads them again.", soft_wrap=True)
    raise typer.Exit(1 if result.failed or result.pending or result.refusals else 0)
