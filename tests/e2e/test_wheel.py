"""What is published works where nothing else is: the wheel, in an environment that has only its locked dependencies."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))
PACKAGES = ("dashboards/", "extract/", "models/", "claimboard-")


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Return what a command prints; one that fails fails the test with what it said."""
    # A setting of this checkout must not reach it.
    hidden = ("PYTHON", "VIRTUAL_ENV", "CLAIMBOARD_DB")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    # Several indexes may be set up here; one that has a file by its hash is as good as another.
    environment["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(UV, "build", "--wheel", "--no-build-isolation", "--python", sys.executable, "-q", "-o", folder, ROOT)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """The folder of the programs of an environment with the wheel and what requirements.lock has, each by its hash."""
    environment = wheel.parent / "environment"
    run(UV, "venv", "-q", "--python", sys.executable, environment)
    into = ("--python", environment / "bin" / "python", "--no-deps", "-q")
    run(UV, "pip", "install", *into, "--require-hashes", "-r", ROOT / "requirements.lock")
    run(UV, "pip", "install", *into, wheel)
    return environment / "bin"


def test_the_wheel_has_the_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert [name for name in names if not name.startswith(PACKAGES)] == []
    tracked = run("git", "-C", ROOT, "ls-files", "dashboards", "extract", "models").splitlines()
    left_out = {name for name in tracked if name not in names}
    assert all(name.startswith(("extract/rules/training/", "extract/rules/labels.jsonl")) for name in left_out), (
        left_out
    )
    assert {"models/schema.sql", "extract/llm/prompt.md", "dashboards/style.css", "dashboards/sql.md"} <= set(names)


def test_its_dependencies_are_all_there_and_agree(installed: Path) -> None:
    run(UV, "pip", "check", "--python", installed / "python")


def test_reading_loads_nothing_heavy_that_it_does_not_use(installed: Path, tmp_path: Path) -> None:
    program = """
import atexit, sys
from extract.cli import main

heavy = {"jax", "openai", "pandas", "streamlit"}
atexit.register(lambda: print("loaded:", *sorted(heavy & sys.modules.keys())))
main()
"""
    page = ROOT / "examples" / "page-compact.txt"
    assert run(installed / "python", "-c", program, "extract", page, cwd=tmp_path).splitlines()[-1] == "loaded:"


def test_the_installed_command_reads_ranks_and_shows(installed: Path, tmp_path: Path) -> None:
    command = installed / "claimboard"
    read = json.loads(run(command, "extract", ROOT / "examples" / "page-compact.txt", "--json", cwd=tmp_path))
    assert read["extracted"] > 0
    assert read["claims"] > 0
    assert json.loads(run(command, "leaderboard", "--json", cwd=tmp_path))
    kept = json.loads(run(command, "backup", "kept", "--json", cwd=tmp_path))
    assert kept["tables"]["claims"]["rows"] == read["claims"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        [command, "dashboard", "--port", str(port), "--no-browser"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        try:
            assert f":{port} " in said
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"GET /_stcore/health HTTP/1.0\r\n\r\n")
                assert b" 200 " in connection.recv(99)
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0
