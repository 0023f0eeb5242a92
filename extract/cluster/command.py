"""The part of `claimboard extract` that reads on a cluster, and `claimboard load`, which takes in what that left."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from extract import terminal
from extract.cluster.run import ClusterResult, run_on_ray
from extract.extractors import make_extractor
from extract.interruption import Interrupted, Interruption
from extract.options import Db, Json
from extract.printable import clean
from extract.progress import shown_on
from models.errors import ClaimboardError
from models.notation import duration
from models.parts import Folder, LoadResult
from models.parts import load as load_parts
from models.store import DEFAULT_DATABASE, Store

PART_SIZE = 1_000
"""Abstracts in a part, unless the user says otherwise: about ten seconds of one core."""

_INTERRUPTED = "interrupted; what was finished is kept. The same command goes on from here."


def extract_on_ray(sources: list[str], parts: str | None, size: int | None, *, as_json: bool) -> NoReturn:
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

    A paper that was taken in before is left as it is. A part that is damaged, or was read by other rules than those of
    this claimboard, is named and left out; all others are taken in.
    """
    console = terminal.error_console()
    result = LoadResult()
    refusals: list[str] = []
    interrupted = False
    with shown_on(console) as progress, Interruption() as interruption:
        try:
            load_parts(
                Store(db),
                parts,
                make_extractor("rules").fingerprint,
                result,
                refused=lambda refusal: refusals.append(str(refusal)),
                whole=interruption.shielded,
                taken=lambda: progress.collected(result.entries),
            )
        except Interrupted:
            interrupted = True
    for refusal in refusals:
        console.print(Text(clean(f"refused: {refusal}")), soft_wrap=True)
    _say(result, refusals, db, as_json=as_json)
    if interrupted:
        console.print(_INTERRUPTED, soft_wrap=True)
        raise typer.Exit(130)
    if not result.parts:
        raise typer.Exit(2)
    raise typer.Exit(1 if refusals or result.failed else 0)


def _say(result: LoadResult, refusals: list[str], db: Path, *, as_json: bool) -> None:
    if as_json:
        terminal.print_json({**asdict(result), "refusals": refusals, "db": str(db)})
        return
    pairs = [("parts", f"{result.parts:,}"), ("entries", f"{result.entries:,}")]
    pairs += [("papers", f"{result.papers:,} newly read"), ("claims", f"{result.claims:,}")]
    if result.failed:
        pairs.append(("failed", f"{result.failed:,}"))
    if refusals:
        pairs.append(("refused", f"{len(refusals):,} parts"))
    terminal.output_console().print(terminal.facts([*pairs, ("database", str(db))]))
