"""The dashboard, started in a folder that is not its own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from chromium import chromium
from dashboard_server import drawn
from playwright.sync_api import expect

from models.paper import Entry
from models.store import Store

COMMAND = str(Path(sys.executable).with_name("claimboard"))


def test_the_dashboard_imports_nothing_from_the_folder_where_it_is_started(tmp_path: Path) -> None:
    Store(tmp_path / "claims.duckdb").add_entries([Entry(location="l", line=1, title="Quokka", abstract="It is 84%.")])
    for module in ("models", "dashboards", "duckdb"):
        (tmp_path / f"{module}.py").write_text("raise RuntimeError('not ours')")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    command = [COMMAND, "dashboard", "--db", "claims.duckdb", "--port", port, "--no-browser"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert f":{port}" in process.stderr.readline()
            with chromium() as browser:
                page = browser.new_page()
                page.goto(f"http://127.0.0.1:{port}")
                expect(drawn(page).get_by_text("1 paper not read yet")).to_be_visible(timeout=30_000)
        finally:
            process.terminate()
