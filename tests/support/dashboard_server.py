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
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page

_APP = Path(__file__).parents[2] / "dashboards" / "app.py"
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Served:
    """A file, and where the dashboard shows it."""

    path: Path
    address: str


AT_REST = "html:has(.stApp[data-test-script-state=notRunning]):not(:has([data-stale=true], [data-retained=true]))"
"""A page in which Streamlit draws nothing: while it does, what was there stands beside what comes, for a moment."""


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


def drawn(page: Page) -> Locator:
    """Return a page as a person sees it who waits until nothing moves: whatever is found in it, is found at rest.

    What is expected of it or done in it waits for that; what only counts or lists does not.
    """
    return page.locator(AT_REST)


def wait_until_drawn(page: Page) -> None:
    """Wait until the server has nothing left to draw on a page."""
    drawn(page).wait_for(state="attached")


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
