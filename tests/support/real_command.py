"""The command `claimboard` in a process of its own, and papers for it to read."""

import json
import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("claimboard"))


def claimboard(
    folder: Path, *arguments: str, stdin: str | bytes = b"", columns: int = 80
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder, with claims.duckdb there as its database."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [COMMAND, *arguments], cwd=folder, env=environment(columns), input=data, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def environment(columns: int = 80) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name != "CLAIMBOARD_DB"}
    return {**inherited, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"}


def record(
    title: str, abstract: str = "The model Foo-7B reaches 91.5% accuracy on BarBench, 2.2x faster than Baz."
) -> str:
    return json.dumps({"title": title, "abstract": abstract}) + "\n"


def write_papers(folder: Path, count: int) -> str:
    (folder / "papers.jsonl").write_text("".join(record(f"Paper number {index}") for index in range(count)))
    return "papers.jsonl"
