"""How fast the embedded extractor reads, and in how much memory, as there is more to read.

    python benchmarks/extraction.py PAPERS.parquet [SIZE ...]

The papers of a Parquet file (title, abstract), or of the example pages where none is named, are repeated under new
titles until there are as many as asked for. Each row is a fresh process, from the file to a database in which every
claim is stored, on all cores and on one. Memory is what all processes of a run hold at once, at its highest.

The peer, quantulum3, finds quantities in the same abstracts on one core and stores nothing; it says neither which are
claims nor what of, and one size is enough to see its pace. The last line is how the time grows with the number of
papers: the slope of a line through the logarithms, where 1 is linear.
"""

import json
import math
import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import duckdb
import psutil
import typer
from inputs import COMMAND, PEERS, count_of, extracted_examples

_PEER_PAPERS = 300


def main(
    papers: Annotated[Path | None, typer.Argument(help="Parquet with columns title and abstract.")] = None,
    sizes: Annotated[list[str] | None, typer.Argument(help="Numbers of papers, such as 1k or 30k.")] = None,
) -> None:
    """Extract each number of papers on all cores and on one, and print a line for each."""
    cores = sorted({len(os.sched_getaffinity(0)), 1}, reverse=True)
    taken: dict[int, list[tuple[int, float]]] = {count: [] for count in cores}
    print(f"{'papers':>9} {'cores':>5} {'seconds':>8} {'papers/s':>8} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes or ["1k", "10k", "30k", "100k"]:
            count = count_of(size)
            source = repeated(papers or _examples(Path(folder)), count, Path(folder) / f"{count}.parquet")
            for number in cores:
                seconds, peak = extract(source, Path(folder) / f"{count}-{number}.duckdb", number)
                taken[number].append((count, seconds))
                print(f"{count:9,} {number:5} {seconds:8.1f} {count / seconds:8.0f} {peak / 1e6:8.0f}", flush=True)
        if PEERS.exists():
            few = min(count, _PEER_PAPERS)
            seconds = quantities(source, few)
            print(f"{few:9,} {1:5} {seconds:8.1f} {few / seconds:8.0f}  quantulum3")
    for number, times in taken.items():
        if len(times) > 1:
            print(f"growth of the time on {number} cores: {slope(times):.2f}")


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
                held = sum(process.memory_info().rss for process in [root, *root.children(recursive=True)])
            except psutil.NoSuchProcess:
                continue
            peak[0] = max(peak[0], held)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        ended.set()
        watcher.join()


def quantities(source: Path, count: int) -> float:
    """Return the seconds that quantulum3 takes to find the quantities in the first abstracts, once it is loaded."""
    rows = duckdb.execute(f"SELECT abstract FROM '{source}' LIMIT {count}").fetchall()
    code = (
        "import json, sys, time, warnings; warnings.simplefilter('ignore')\n"
        "from quantulum3 import parser\n"
        "texts = json.load(sys.stdin); parser.parse('2 GB'); began = time.perf_counter()\n"
        "for text in texts: parser.parse(text)\n"
        "print(time.perf_counter() - began)"
    )
    texts = json.dumps([abstract for (abstract,) in rows])
    done = subprocess.run([PEERS, "-c", code], input=texts, capture_output=True, text=True, check=True)
    return float(done.stdout)


def slope(times: list[tuple[int, float]]) -> float:
    """Return how the logarithm of the seconds grows with that of the number of papers."""
    found = statistics.linear_regression(*zip(*((math.log(size), math.log(took)) for size, took in times), strict=True))
    return found.slope


def _examples(folder: Path) -> Path:
    """Make a Parquet file of the papers of the example pages."""
    database, target = extracted_examples(folder), folder / "examples.parquet"
    columns = ("--view", "papers", "--columns", "title,abstract", "--format", "parquet")
    subprocess.run([COMMAND, "export", *columns, "--db", database, "-o", target], check=True, capture_output=True)
    return target


if __name__ == "__main__":
    typer.run(main)
