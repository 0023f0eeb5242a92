"""Measures everything side by side, and makes of it a page, `docs/benchmarks.md`, with a picture.

    python benchmarks/report.py [SECTION …] [--papers PAPERS.parquet] [--gold GOLD.jsonl …]

SECTION is extraction, llm, views, dashboard or quality; without one all are measured, quality only where labelled
abstracts are given. Figures are kept beside the page as JSON, so that one section can be measured without the others;
`--render` makes the page of them and measures nothing. Numbers are written with commas: `--sizes 1k,10k`.
"""

import shlex
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import dashboard
import extraction
import llm_throughput
import quality
import results
import typer
import views
from inputs import ROOT, count_of, extracted, extracted_examples
from page import page
from plot import plot

_EXTRACTED = 30_000
"""Papers that are extracted for the views and the dashboard, at most; their claims are then repeated.

No more than claims are asked for: an abstract makes about one.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured; `folder` keeps the databases."""

    papers: Path | None
    gold: list[Path]
    sizes: list[int]
    claims: list[str]
    pages: list[str]
    delays: list[float]
    concurrency: list[int]
    seconds: float
    most: int
    folder: Path

    @property
    def source(self) -> Path:
        """The database whose claims are repeated; it is made where it is not there."""
        database = self.folder / "extracted.duckdb"
        if database.exists():
            return database
        if self.papers is None:
            return extracted_examples(self.folder).rename(database)
        return extracted([self.papers], database, min(_EXTRACTED, max(map(count_of, [*self.claims, *self.pages]))))


def _extraction(asked: Asked) -> Iterator[object]:
    return extraction.measure(asked.papers, asked.sizes)


def _llm(asked: Asked) -> Iterator[object]:
    """Give each combination as many abstracts as ideally take `seconds`, all calls at once the same number of times."""
    counts = {
        (delay, number): number * max(1, min(round(asked.seconds / delay), asked.most // number))
        for delay in asked.delays
        for number in asked.concurrency
    }
    questions = llm_throughput.questions(max(counts.values()))
    for (delay, number), count in counts.items():
        yield from llm_throughput.measure(questions[:count], delay, number, rounds=1)


def _views(asked: Asked) -> Iterator[object]:
    for size in asked.claims:
        # Loading is measured: a file from before would leave nothing to.
        views.many(size, asked.folder).unlink(missing_ok=True)
        (asked.folder / f"flat-{size}.duckdb").unlink(missing_ok=True)
        yield from views.measure(asked.source, size, asked.folder)


def _dashboard(asked: Asked) -> Iterator[object]:
    for size in asked.pages:
        database = views.many(size, asked.folder)
        if not database.exists():
            views.repeat(asked.source, database, count_of(size))
        yield from dashboard.measure(database)


def _quality(asked: Asked) -> Iterator[object]:
    return quality.measure(asked.gold)


_MEASURES: dict[str, tuple[Any, Callable[[Asked], Iterator[Any]]]] = {
    "extraction": (extraction, _extraction),
    "llm": (llm_throughput, _llm),
    "views": (views, _views),
    "dashboard": (dashboard, _dashboard),
    "quality": (quality, _quality),
}
"""Of each section: the script that prints its rows, and what yields them."""

_OPTIONS = {
    "extraction": ("papers", "sizes"),
    "llm": ("delays", "concurrency", "seconds", "most"),
    "views": ("papers", "claims"),
    "dashboard": ("papers", "pages"),
    "quality": ("gold",),
}
"""What each section depends on; the other options are not part of the command that repeats it."""


def main(  # noqa: PLR0913, PLR0917 — each is an option
    context: typer.Context,
    sections: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(_MEASURES)}.")] = None,
    papers: Annotated[
        Path | None, typer.Option(exists=True, help="Parquet with title and abstract; else the example pages.")
    ] = None,
    gold: Annotated[list[Path] | None, typer.Option(exists=True, help="Labelled abstracts: JSON Lines.")] = None,
    sizes: Annotated[str, typer.Option(help="Numbers of abstracts to extract.")] = ",".join(extraction.SIZES),
    claims: Annotated[str, typer.Option(help="Numbers of claims to load and ask.")] = "10k,100k,1M,5M",
    pages: Annotated[str, typer.Option(help="Numbers of claims to open the dashboard over.")] = "10k,1M",
    delays: Annotated[str, typer.Option(help="Milliseconds that a model takes for a reply.")] = "50,200,1000",
    concurrency: Annotated[str, typer.Option(help="Calls at once.")] = "8,64,256",
    seconds: Annotated[float, typer.Option(help="What a combination of the two takes ideally.")] = 5.0,
    most: Annotated[int, typer.Option(help="Abstracts of a combination at most.")] = 6400,
    folder: Annotated[
        Path | None, typer.Option(help="Where to keep the databases; those of views are made anew.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder of page, picture and JSON.")] = ROOT / "docs",
    render: Annotated[bool, typer.Option("--render", help="Measure nothing, only make page and picture.")] = False,
) -> None:
    """Measure the sections, one after the other, and make the page anew after each."""
    names = sections or [name for name in _MEASURES if name != "quality" or gold]
    if unknown := sorted({*names} - {*_MEASURES}):
        raise typer.BadParameter(f"there is no section {unknown[0]}: name {', '.join(_MEASURES)}")
    if "quality" in names and not gold and not render:
        raise typer.BadParameter("quality is measured on labelled abstracts: name their files with --gold")
    with ExitStack() as stack:
        kept = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        kept.mkdir(parents=True, exist_ok=True)
        asked = Asked(
            papers,
            gold or [],
            [count_of(size) for size in sizes.split(",")],
            claims.split(","),
            pages.split(","),
            [float(delay) / 1000 for delay in delays.split(",")],
            [int(number) for number in concurrency.split(",")],
            seconds,
            most,
            kept,
        )
        for name in [] if render else [name for name in _MEASURES if name in names]:
            _measure(name, asked, _command(name, context), output)
    _render(output)


def _measure(name: str, asked: Asked, command: str, output: Path) -> None:
    """Measure a section, print its rows as they come, and keep them; those of a run that fails are not kept."""
    script, measure = _MEASURES[name]
    print(f"\n{name}\n{script.HEADER}")
    section, rows = results.begun(name, command), []
    for row in measure(asked):
        print(script.line(row), flush=True)
        rows.append(asdict(row))
    file = output / "benchmarks.json"
    results.write(file, results.read(file) | {name: replace(section, rows=rows)})
    _render(output)


def _command(name: str, context: typer.Context) -> str:
    """Return what measures a section as it was asked for here; of files the names only."""
    given = ["python", "benchmarks/report.py", name]
    for option in _OPTIONS[name]:
        source = context.get_parameter_source(option)
        if source is None or source.name != "COMMANDLINE":
            continue
        value = context.params[option]
        for part in value if isinstance(value, (list, tuple)) else [value]:
            given += [f"--{option}", part.name if isinstance(part, Path) else f"{part}"]
    return shlex.join(given)


def _render(output: Path) -> None:
    sections = results.read(output / "benchmarks.json")
    picture = plot(sections)
    if picture is not None:
        (output / "benchmarks.svg").write_text(picture + "\n", "utf-8")
    (output / "benchmarks.md").write_text(page(sections, picture is not None), "utf-8")


if __name__ == "__main__":
    typer.run(main)
