"""The README says what is so: its commands run as they stand there, and print what it shows."""

import re
import shlex
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from documents import ROOT, Document, assert_shown, environment, put_source, run, words

README = Document("README.md")
COMMANDS = [step.command for step in README.steps if step.shown is None]
SAMPLES = [(step.command, step.shown) for step in README.steps if step.shown is not None]
TARGETS = [line.split()[1] for line in README.shell if line.startswith("make ")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the sources that the README names, read as it says."""
    made = tmp_path_factory.mktemp("readme")
    (made / "examples").symlink_to(ROOT / "examples")
    extractions = [line for line in COMMANDS if words(line)[1] == "extract"]
    for line in extractions:
        for source in words(line)[2:]:
            put_source(made / source)
        run(made, line)
    assert extractions
    return made


@pytest.mark.parametrize("line", [line for line in COMMANDS if words(line)[1] != "dashboard"])
def test_a_command_of_the_readme_runs(folder: Path, line: str) -> None:
    assert run(folder, line) or "-o" in words(line)


@pytest.mark.parametrize("line", [line for line in COMMANDS if words(line)[1] == "dashboard"])
def test_the_dashboard_of_the_readme_starts_and_stops(folder: Path, line: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [*words(line), "--no-browser", "--port", str(port)],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert f":{port} " in process.stderr.readline()
        process.send_signal(signal.SIGINT)
    assert process.returncode == 0


@pytest.mark.parametrize(("line", "shown"), SAMPLES)
def test_a_sample_in_the_readme_is_what_the_command_prints(folder: Path, line: str, shown: str) -> None:
    assert_shown(shown, run(folder, line))


def test_commands_that_need_a_model_have_the_options_that_the_readme_gives_them(tmp_path: Path) -> None:
    for line in (line for line in README.lines if line.startswith("claimboard ") and line not in COMMANDS):
        command = [word for word in words(line)[1:3] if word.isalpha()]
        told = run(tmp_path, shlex.join(["claimboard", *command, "--help"]))
        assert {word for word in words(line) if word.startswith("--")} <= set(re.findall(r"--[a-z-]+", told)), line


@pytest.mark.parametrize("target", TARGETS)
def test_a_make_target_of_the_readme_is_there(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, check=True)


def test_the_readme_has_commands_to_run_targets_and_a_sample() -> None:
    assert COMMANDS
    assert SAMPLES
    assert TARGETS
