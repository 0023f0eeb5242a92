"""`make audit` looks at every lock file, and fails where one of them did not pass."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("failing", ["requirements.lock", ".ci/tools.lock", "none"])
def test_every_lock_is_audited_and_one_that_fails_is_named(tmp_path: Path, failing: str) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    auditor = tmp_path / ".venv" / "tools" / "bin" / "pip-audit"
    auditor.parent.mkdir(parents=True)
    auditor.write_text(f'#!/bin/sh\nfor lock; do :; done\necho "audited $lock"\n[ "$lock" != {failing} ]\n')
    auditor.chmod(0o755)
    done = subprocess.run(
        ["make", "-o", ".venv/audit", "audit"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    audited = {line.removeprefix("audited ") for line in done.stdout.splitlines() if line.startswith("audited ")}
    assert audited == {
        str(file.relative_to(ROOT)) for folder in (".", ".ci", "benchmarks") for file in (ROOT / folder).glob("*.lock")
    }
    assert (done.returncode != 0) == (failing != "none")
    assert (f"{failing}: a vulnerability is named above" in done.stdout) == (failing != "none")
