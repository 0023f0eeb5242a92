"""The part of `claimboard extract` that reads on a cluster, and `claimboard load`, which takes in what that left."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from extract import terminal
from extract.cluster.run import ClusterResult, run_on_ray
from extract.interruption import Interrupted, Interruption
from extract.options import Db, Json
from extract.progress import shown_on
from models.errors import ClaimboardError
from models.notation import duration
from models.parts import Folder, LoadResult
from models.parts import load as load_parts
from models.store import DEFAULT_DATABASE, Store

PART_SIZE = 1_000
"""Abstracts in a part, unless the user says otherwise: about ten seconds of one core."""

_INTERRUPTED = "interrupted; what was finished is kept. The same command goes on from here."


def extract_on_ray(sources: list[str], parts: str | None, size: int | None, *, as_json: bool) -> None:
    """Read sources into a folder of parts and say what was done. Raises ClaimboardError, and typer.Exit at the end."""
    if parts is None:
        raise ClaimboardError("--on ray: where to? Name a folder or bucket that every node sees with --parts")
    console = terminal.error_console()
    with shown_on(console) as progress:
        result = run_on_ray(sources, Folder(parts), size or PART_SIZE, progress)
    if as_json:
        terminal.print_json({**asdict(result), "already_done": result.already_done, "parts": parts})
    elif result.entries:
        terminal.output_console().print(terminal.facts(_facts(result, parts)))
    if result.interrupted:
        console.print(_INTERRUPTED, soft_wrap=True)
        raise typer.Exit(130)
    if not result.entries:
        raise ClaimboardError("nothing could be read: see the refusals above")
    raise typer.Exit(1 if result.failed or result.refusals else 0)


def _facts(result: ClusterResult, parts: str) -> list[tuple[str, str]]:
    cores = f"{result.nodes:,} with {result.cores:,} cores"
    pairs = [("nodes", cores), ("read", f"{result.read:,} in {duration(result.seconds)}")]
    if result.already_done:
        pairs.append(("read before", f"{result.already_done:,}"))
    pairs.append(("claims", f"{result.claims:,}"))
    if result.failed:
        pairs.append(("failed", f"{result.failed:,}"))
    if result.refusals:
        pairs.append(("refused", f"{result.refusals:,}"))
    return [*pairs, ("parts", parts)]


Parts = Annotated[
    list[str],
    typer.Argument(
        metavar="PARTS",
        help="Folders or buckets that claimboard extract --on ray wrote to, or single parts of them.",
        show_default=False,
    ),
]


def load(parts: Parts, db: Db = DEFAULT_DATABASE, as_json: Json = False) -> None:
    """Take in what claimboard extract --on ray has read, as often as you like.

    A paper that was taken in before is left as it is. A damaged part is named and left out; all others are taken in.
    """
    console = terminal.error_console()
    result = LoadResult()
    interrupted = False
    with shown_on(console) as progress, Interruption() as interruption:
        try:
            load_parts(
                Store(db),
                parts,
                result,
                refused=progress.refused,
                whole=interruption.shielded,
                taken=lambda: progress.collected(result.entries),
            )
        except Interrupted:
            interrupted = True
    _say(result, db, as_json=as_json)
    if interrupted:
        console.print(_INTERRUPTED, soft_wrap=True)
        raise typer.Exit(130)
    raise typer.Exit(1 if result.damaged else 0)


def _say(result: LoadResult, db: Path, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json({**asdict(result), "db": str(db)})
        return
    pairs = [("parts", f"{result.parts:,}"), ("entries", f"{result.entries:,}")]
    pairs += [("papers", f"{result.papers:,} newly read"), ("claims", f"{result.claims:,}")]
    if result.failed:
        pairs.append(("failed", f"{result.failed:,}"))
    if result.damaged:
        pairs.append(("damaged", f"{result.damaged:,} parts left out"))
    terminal.output_console().print(terminal.facts([*pairs, ("database", str(db))]))
