"""The page on benchmarks shows what was measured, and nothing else."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]


def _render(folder: Path) -> str:
    command = [sys.executable, str(ROOT / "benchmarks" / "report.py"), "--render", "--output", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "benchmarks.md").read_text("utf-8")


def _words(picture: Path) -> list[str]:
    """Return what is written in a picture; where it stands depends on the fonts of the machine."""
    return [text for element in ElementTree.parse(picture).iter() for text in [(element.text or "").strip()] if text]  # noqa: S314


def _section(rows: list[dict[str, object]]) -> dict[str, object]:
    machine = {"processor": "Abacus", "cores": "2", "memory": "8 GB", "system": "Linux"}
    command = "python benchmarks/report.py"
    return {
        "rows": rows, "command": command, "date": "2031-01-02 03:04", "load": 0.1, "commit": "abc1234",
        "versions": {"claimboard": "0.1.0"}, "machine": machine,
    }  # fmt: skip


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render figures of which the slopes are known: seconds as the size, milliseconds as the root of the claims."""
    folder = tmp_path_factory.mktemp("docs")
    readings: list[dict[str, object]] = [
        {"reader": "claimboard", "papers": size, "cores": 2, "seconds": size / 100, "peak_bytes": 2e8}
        for size in (100, 1_000, 10_000)
    ]
    answers: list[dict[str, object]] = [
        {"size": size, "claims": claims, "asked": "gains", "unit": "ms", "views": claims**0.5, "by_hand": None}
        for size, claims in (("10k", 10_000), ("1M", 1_000_000))
    ]
    kept = {"extraction": _section(readings), "views": _section(answers)}
    (folder / "benchmarks.json").write_text(json.dumps(kept), "utf-8")
    _render(folder)
    return folder


def test_page_and_picture_are_made_of_the_figures_that_are_kept(tmp_path: Path) -> None:
    docs = ROOT / "docs"
    shutil.copy(docs / "benchmarks.json", tmp_path)
    anew = "python benchmarks/report.py --render makes both anew"
    assert _render(tmp_path) == (docs / "benchmarks.md").read_text("utf-8"), anew
    assert _words(tmp_path / "benchmarks.svg") == _words(docs / "benchmarks.svg"), anew


def test_the_page_says_how_times_and_memory_grow(made_up: Path) -> None:
    text = (made_up / "benchmarks.md").read_text("utf-8")
    assert "the slope of the time is 1.00 and that of the memory 0.00" in text
    assert "ten times as many take 10.0 times as long and 1.0 times the memory" in text
    assert "| gains, ms | 100 | 1,000 | 0.50 |" in text


def test_the_picture_names_the_slope_of_every_line(made_up: Path) -> None:
    named = [text for text in _words(made_up / "benchmarks.svg") if re.search(r"\(-?\d\.\d\d\)$", text)]
    assert named == ["claimboard, 2 cores (1.00)", "gains (0.50)"]
