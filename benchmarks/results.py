"""What was measured, kept beside the page: one JSON file with a part for each section, which is measured by itself."""

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from inputs import ROOT, version_of

SECTIONS: Mapping[str, Sequence[str]] = {
    "extraction": ("numpy", "duckdb", "quantulum3"),
    "llm": ("openai", "instructor", "langextract", "duckdb"),
    "views": ("duckdb",),
    "dashboard": ("streamlit", "duckdb"),
    "quality": ("numpy",),
}
"""In the order of the page: each section, and the packages whose versions its figures depend on."""

_MEASURED = ("extract", "models", "dashboards", "benchmarks", "tests/support")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """What one section measured, with all that the figures depend on."""

    rows: Sequence[Row]
    command: str
    """What measures it anew."""
    date: str
    """When it began, in UTC."""
    load: float
    """Processes that wanted a core over the minute before it began."""
    commit: str | None
    """Of claimboard; None outside a checkout."""
    versions: Mapping[str, str]
    machine: Mapping[str, str]


def begun(section: str, command: str) -> Section:
    """Return a section without rows, as this machine is now."""
    names = {name: version_of(name) for name in ("claimboard", *SECTIONS[section])}
    return Section(
        rows=[],
        command=command,
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        load=round(os.getloadavg()[0], 2),
        commit=_commit(),
        versions={name: found for name, found in names.items() if found} | {"python": platform.python_version()},
        machine=_machine(),
    )


def read(path: Path) -> dict[str, Section]:
    """Return the sections of a file, in the order of the page; none where there is no file."""
    kept = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {name: Section(**kept[name]) for name in SECTIONS if name in kept}


def write(path: Path, sections: Mapping[str, Section]) -> None:
    """Keep all sections in a file: what is longer than a line of text stands on lines of its own."""
    kept = {name: asdict(sections[name]) for name in SECTIONS if name in sections}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _commit() -> str | None:
    try:
        commit = _git("rev-parse", "--short", "HEAD")
        return f"{commit} with changes" if _git("status", "--porcelain", "--", *_MEASURED) else commit
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _machine() -> Mapping[str, str]:
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
    }


def _processor() -> str:
    said = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in said if line.startswith("model name")]
    return names[0] if names else platform.machine()
