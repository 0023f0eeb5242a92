"""The dashboard as its users run it: a Streamlit server over a database file."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

_APP = Path(__file__).parents[2] / "dashboards" / "app.py"
_START_SECONDS = 60.0


@contextmanager
def dashboard(database: Path) -> Iterator[str]:
    """Serve the pages for as long as the block lasts, on a free port, and yield their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (sys.executable, "-m", "streamlit", "run", str(_APP), "--server.address=127.0.0.1")
    environment = {**os.environ, "CLAIMBOARD_DB": str(database)}
    log = database.with_name("server.log")
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*command, f"--server.port={port}"],
            env=environment,
            cwd=database.parent,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as server,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(server, f"{address}/_stcore/health", log)
            yield address
        finally:
            server.terminate()
            server.wait(20)


def wait_until_drawn(page: Page) -> None:
    """Wait until the server has nothing left to draw on a page."""
    page.wait_for_function("!document.querySelector('[data-test-script-state=running]')")


def _wait_for(server: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            with opener.open(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the dashboard did not start: {log.read_text()}")
