"""What benchmarks have in common: sizes as people write them, extracted papers, and the peers' interpreter."""

import subprocess
import sys
from importlib.metadata import version
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
    return extracted(sorted((ROOT / "examples").glob("*.txt")), folder / "examples.duckdb")


def extracted(sources: list[Path], database: Path, limit: int | None = None) -> Path:
    """Extract the first papers of sources, or all, into a database."""
    most = [] if limit is None else ["--limit", str(limit)]
    subprocess.run([COMMAND, "extract", *sources, *most, "--db", database], check=True, capture_output=True)
    return database


def peer_version(name: str) -> str | None:
    """Return the version of a peer that has an environment of its own; None where it is not installed."""
    if not PEERS.exists():
        return None
    ask = f"import importlib.metadata as m; print(m.version({name!r}))"
    done = subprocess.run([PEERS, "-c", ask], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def version_of(name: str) -> str | None:
    """Return the version of a package, or of a peer."""
    return peer_version(name) if name in ("langextract", "quantulum3") else version(name)
