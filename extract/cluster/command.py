"""The part of `claimboard extract` that reads on a cluster, and `claimboard load`, which takes in what that left."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.text import Text

from extract import terminal
from extract.cluster.result import ClusterResult
from extract.cluster.run import run_on_ray
from extract.cluster.task import asker_of
from extract.extractor import Extractor
from extract.extractors import make_extractor
from extract.interruption import Interrupted, Interruption
from extract.llm.local import is_file
from extract.options import Db, Json
from extract.printable import clean
from extract.progress import shown_on
from models.errors import ClaimboardError
from models.notation import duration
from models.parts import Folder, LoadResult
from models.parts import load as load_parts
from models.store import DEFAULT_DATABASE, Store

if TYPE_CHECKING:
    from extract.llm.extractor import LlmExtractor

PART_SIZE = 1_000
"""Abstracts in a part, unless the user says otherwise: about five seconds of one core."""

ASKED_PART_SIZE = 100
"""The same where a model reads: what is lost with a node is paid for."""

_ENDING = "interrupted: what the model was asked is finished first; again ends at once"

_INTERRUPTED = "interrupted; what was finished is kept. The same command goes on from here."


def extract_on_ray(
    sources: list[str], parts: str | None, size: int | None, extractor: Extractor, *, as_json: bool
) -> NoReturn:
    """Read sources into a folder of parts and say what was done. Raises ClaimboardError, and typer.Exit at the end."""
    if parts is None:
        raise ClaimboardError("--on ray: where to? Name a folder or bucket that every node sees with --parts")
    asker = asker_of(extractor)
    if asker:
        _check_reachable(asker)
    console = terminal.error_console()
    with shown_on(console) as progress:
        result = run_on_ray(
            sources,
            Folder(parts),
            size or (ASKED_PART_SIZE if asker else PART_SIZE),
            extractor,
            progress,
            lambda: console.print(_ENDING, soft_wrap=True),
        )
    if as_json:
        terminal.print_json(
            {
                **asdict(result),
                "usage": result.usage.model_dump(),
                "already_done": result.already_done,
                "extractor": extractor.name,
                "parts": parts,
            }
        )
    elif result.entries or result.stopped:
        facts = _facts(result, parts)
        if asker:
            facts[-1:-1] = terminal.usage_pairs(result.usage, result.skipped, result.seconds)
        terminal.output_console().print(terminal.facts(facts))
    if result.interrupted:
        console.print(_INTERRUPTED, soft_wrap=True)
        raise typer.Exit(130)
    if not (result.entries or result.stopped):
        raise ClaimboardError("nothing could be read: see the refusals above")
    if result.stopped:
        console.print(Text(clean(f"stopped: {result.stopped}")), soft_wrap=True)
    raise typer.Exit(1 if result.failed or result.refusals or result.stopped else 0)


def _check_reachable(asker: "LlmExtractor") -> None:
    asker.check_address()
    if is_file(asker.model):
        raise ClaimboardError(
            f"--on ray: {asker.model} would run in each process anew; start a server for it that all nodes reach, "
            "such as llama.cpp's own, and name that with --model openai/NAME and --base-url"
        )


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

    A paper that was taken in before is left as it is. What models have read is taken in whichever they are; a part that
    other rules than those of this claimboard have read, or that is damaged, is named and left out.
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
        terminal.print_json({**asdict(result), "usage": result.usage.model_dump(), "refusals": refusals, "db": str(db)})
        return
    pairs = [("parts", f"{result.parts:,}"), ("entries", f"{result.entries:,}")]
    pairs += [("papers", f"{result.papers:,} newly read"), ("claims", f"{result.claims:,}")]
    if result.failed:
        pairs.append(("failed", f"{result.failed:,}"))
    if refusals:
        pairs.append(("refused", f"{len(refusals):,} parts"))
    if result.usage.cost_usd is not None:
        pairs.append(("cost", terminal.dollars(result.usage.cost_usd)))
    terminal.output_console().print(terminal.facts([*pairs, ("database", str(db))]))
