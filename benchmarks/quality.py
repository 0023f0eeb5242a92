"""How well the embedded extractor reads labelled abstracts: the figures of `claimboard evaluate`.

python benchmarks/quality.py GOLD.jsonl …
"""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from inputs import COMMAND


@dataclass(frozen=True, slots=True)
class Judged:
    """How well one file of labelled abstracts is read, at one strictness."""

    file: str
    sha256: str
    abstracts: int
    claims: int
    """As labelled."""
    strictness: str
    """found, tuple or full."""
    precision: float
    recall: float
    f1: float
    f1_least: float
    """The 95% interval of F1 by drawing other abstracts."""
    f1_most: float


HEADER = f"{'':24} {'claims':>7} {'':6} {'precision':>10} {'recall':>7} {'F1':>6}"


def line(row: Judged) -> str:
    """Return what is printed of a file and strictness."""
    return f"{row.file:24} {row.claims:7,} {row.strictness:6} {row.precision:10.3f} {row.recall:7.3f} {row.f1:6.3f}"


def main(gold: Annotated[list[Path], typer.Argument(help="Labelled abstracts: JSON Lines.")]) -> None:
    """Read each file, and print a line for each strictness."""
    print(HEADER)
    for row in measure(gold):
        print(line(row), flush=True)


def measure(gold: Iterable[Path]) -> Iterator[Judged]:
    """Have the embedded extractor read each file."""
    for path in gold:
        command = [COMMAND, "evaluate", path, "--extractor", "rules", "--json"]
        found = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("found", "tuple", "full"):
            of = found[name]
            shares = (of["precision"], of["recall"], of["f1"], *of["f1_95"])
            yield Judged(path.name, digest, found["abstracts"], found["gold_claims"], name, *shares)


if __name__ == "__main__":
    typer.run(main)
