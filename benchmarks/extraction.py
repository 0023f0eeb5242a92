"""How fast the embedded extractor reads, and in how much memory, as there is more to read.

    python benchmarks/extraction.py PAPERS.parquet [SIZE ...]

The papers of a Parquet file (title, abstract), or of the example pages where none is named, are repeated under new
titles until there are as many as asked for. Each row is a fresh process, from the file to a database in which every
claim is stored, on all cores and on one. Memory is what all processes of a run hold at once, at its highest: the sum of
their proportional set sizes (PSS), in which a page that several processes share, such as one of a library, counts once.
The sum of what each has resident (RSS) counts it for each of them.

The peer, quantulum3, finds quantities in the same abstracts on one core and stores nothing; it says neither which are
claims nor what of, and one size is enough to see its pace. The last lines are how the time grows with the number of
papers, as `growth.py` says. `report.py` puts all of it on a page.
"""

import json
import math
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import duckdb
import psutil
import typer
from growth import growth
from inputs import COMMAND, PEERS, count_of, extracted_examples

SIZES = ("1k", "10k", "30k", "100k")
_PEER_PAPERS = 300


@dataclass(frozen=True, slots=True)
class Reading:
    """One run over so many abstracts."""

    reader: str
    """'claimboard', or the peer."""
    papers: int
    cores: int
    seconds: float
    peak_bytes: int
    """What all processes of the run held at once, at its highest; shared pages count once."""


HEADER = f"{'papers':>9} {'cores':>5} {'seconds':>8} {'papers/s':>8} {'peak MB':>8}"


def line(row: Reading) -> str:
    """Return what is printed of a run."""
    name = "" if row.reader == "claimboard" else f"  {row.reader}"
    pace = row.papers / row.seconds
    return f"{row.papers:9,} {row.cores:5} {row.seconds:8.1f} {pace:8.0f} {row.peak_bytes / 1e6:8.0f}{name}"


def main(
    papers: Annotated[Path | None, typer.Argument(help="Parquet with columns title and abstract.")] = None,
    sizes: Annotated[list[str] | None, typer.Argument(help="Numbers of papers, such as 1k or 30k.")] = None,
) -> None:
    """Extract each number of papers on all cores and on one, and print a line for each."""
    rows = []
    print(HEADER)
    for row in measure(papers, [count_of(size) for size in sizes or SIZES]):
        rows.append(row)
        print(line(row), flush=True)
    for cores in sorted({row.cores for row in rows}, reverse=True):
        times = [(row.papers, row.seconds) for row in rows if (row.reader, row.cores) == ("claimboard", cores)]
        if (slope := growth(times)) is not None:
            print(f"growth of the time on {cores} cores: {slope:.2f}")


def measure(papers: Path | None, counts: Sequence[int]) -> Iterator[Reading]:
    """Extract each number of papers on all cores and on one; last comes the peer, on the first of the papers."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = papers or _examples(folder)
        for count in counts:
            source = repeated(given, count, folder / f"{count}.parquet")
            for cores in sorted({len(os.sched_getaffinity(0)), 1}, reverse=True):
                database = folder / f"{count}-{cores}.duckdb"
                yield Reading("claimboard", count, cores, *extract(source, database, cores))
                database.unlink()
        if PEERS.exists():
            few = min(max(counts), _PEER_PAPERS)
            yield Reading("quantulum3", few, 1, *quantities(source, few))


def repeated(papers: Path, count: int, target: Path) -> Path:
    """Write as many papers as asked for, the first ones or all again and again under new titles."""
    duckdb.execute(
        """
        COPY (
            SELECT CASE copy WHEN 0 THEN title ELSE title || ' (' || copy || ')' END AS title, abstract
            FROM range($copies) AS copies(copy), (SELECT title, abstract, row_number() OVER () AS line FROM $papers)
            ORDER BY copy, line LIMIT $count
        ) TO $target (FORMAT parquet)
        """.replace("$papers", f"'{papers}'").replace("$target", f"'{target}'"),
        {
            "copies": math.ceil(count / duckdb.execute(f"SELECT count(*) FROM '{papers}'").fetchall()[0][0]),
            "count": count,
        },
    )
    return target


def extract(source: Path, database: Path, cores: int) -> tuple[float, int]:
    """Return the seconds that an extraction takes, and the bytes that all its processes hold at most."""
    began = time.perf_counter()
    allowed = ",".join(map(str, sorted(os.sched_getaffinity(0))[:cores]))
    command: list[str | Path] = ["taskset", "--cpu-list", allowed, COMMAND, "extract", source, "--db", database]
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        _watched(process.pid) as peak,
    ):
        process.wait()
        seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"claimboard extract {source} ended with exit code {process.returncode}")
    return seconds, peak[0]


@contextmanager
def _watched(pid: int) -> Iterator[list[int]]:
    """Look ten times a second at what a process and those that it started hold, and keep the largest sum of bytes."""
    peak, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            try:
                root = psutil.Process(pid)
                held = sum(process.memory_full_info().pss for process in [root, *root.children(recursive=True)])
            except psutil.Error:
                continue  # one of them has just ended
            peak[0] = max(peak[0], held)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def quantities(source: Path, count: int) -> tuple[float, int]:
    """Return the seconds that quantulum3 takes to find the quantities in the first abstracts, and the bytes it holds.

    Its loading is not counted.
    """
    rows = duckdb.execute(f"SELECT abstract FROM '{source}' LIMIT {count}").fetchall()
    code = (
        "import json, sys, time, warnings; warnings.simplefilter('ignore')\n"
        "from quantulum3 import parser\n"
        "texts = json.load(sys.stdin); parser.parse('2 GB'); began = time.perf_counter()\n"
        "for text in texts: parser.parse(text)\n"
        "print(time.perf_counter() - began)"
    )
    texts = json.dumps([abstract for (abstract,) in rows])
    with (
        subprocess.Popen([PEERS, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
        _watched(process.pid) as peak,
    ):
        printed, _ = process.communicate(texts)
    if process.returncode:
        raise SystemExit(f"quantulum3 ended with exit code {process.returncode}")
    return float(printed), peak[0]


def _examples(folder: Path) -> Path:
    """Make a Parquet file of the papers of the example pages."""
    database, target = extracted_examples(folder), folder / "examples.parquet"
    columns = ("--view", "papers", "--columns", "title,abstract", "--format", "parquet")
    subprocess.run([COMMAND, "export", *columns, "--db", database, "-o", target], check=True, capture_output=True)
    return target


if __name__ == "__main__":
    typer.run(main)
