"""The command `claimboard` inside the process of the test: what it prints and how it ends, without the start of one.

To import the clients of model servers takes seconds; a test that runs several commands need not do it for each. What
concerns processes, such as signals, is tested in one.
"""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

from extract.cli import main


def run_command(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `claimboard ARGUMENTS` in a folder, with no settings but those that are given."""
    printed, said, code = _output(), _output(), 0
    with (
        patch.dict(os.environ, without_settings() | environment, clear=True),
        patch.object(sys, "argv", ["claimboard", *arguments]),
        contextlib.chdir(folder),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(said),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0
    return subprocess.CompletedProcess(["claimboard", *arguments], code, _text(printed), _text(said))


def without_settings() -> dict[str, str]:
    """Return the environment without what sets claimboard, or is a model server's."""
    hidden = ("CLAIMBOARD_", "OPENAI_", "ANTHROPIC_")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}


def _output() -> io.TextIOWrapper:
    """Return what takes text and bytes, as the output of a process does."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)


def _text(output: io.TextIOWrapper) -> str:
    output.seek(0)
    return output.read()
