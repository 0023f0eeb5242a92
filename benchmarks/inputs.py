"""What benchmarks have in common: sizes as people write them, the example papers, and the peers' interpreter."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("claimboard")
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"
"""Has the peers that cannot share an environment with claimboard."""

_UNITS = {"k": 1_000, "m": 1_000_000}


def count_of(size: str) -> int:
    """Return the number that '10k' or '1M' stands for."""
    return int(float(size.rstrip("kKmM")) * _UNITS.get(size[-1].lower(), 1))


def extracted_examples(folder: Path) -> Path:
    """Extract the example pages into a database in a folder."""
    database = folder / "examples.duckdb"
    pages = sorted((ROOT / "examples").glob("*.txt"))
    subprocess.run([COMMAND, "extract", *pages, "--db", database], check=True, capture_output=True)
    return database
