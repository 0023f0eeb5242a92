"""The dashboard as a process of its own: the pages are Streamlit's, started here and stopped with this command.

The dashboards package is found, not imported: extraction needs nothing of it.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from extract.interruption import Interrupted, Interruption
from models.errors import ClaimboardError

_START_SECONDS = 60.0


def serve(database: Path, host: str, port: int, *, browser: bool, say: Callable[[str], None]) -> int:
    """Run the dashboard until it ends, or SIGINT or SIGTERM does; return its exit code, 0 where it was interrupted.

    `say` gets the address once the pages answer. Raises ClaimboardError where the address cannot be had.
    """
    _check_free(host, port)
    page = _page()
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(page)),
        *("--server.address", host, "--server.port", str(port)),
        # Never headless means: Streamlit asks for an e-mail address. The browser is opened here instead.
        *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
        *("--server.fileWatcherType", "none", "--client.toolbarMode", "minimal", "--logger.level", "error"),
    ]
    # Modules are ours, not those that the folder where the command is given may hold under the same names.
    environment = {**os.environ, "CLAIMBOARD_DB": str(database.resolve()), "PYTHONSAFEPATH": "1"}
    # Its own session: Ctrl-C reaches this process alone, which then stops the server.
    with (
        Interruption(),
        subprocess.Popen(  # noqa: S603 — the command is made of our own words
            command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        ) as server,
    ):
        try:
            if _answers(server, f"{_reachable(host, port)}/_stcore/health"):
                address = _reachable(host, port)
                say(address)
                if browser:
                    webbrowser.open(address)
            return server.wait()
        except Interrupted:
            return 0
        finally:
            _stop(server)


def has_display() -> bool:
    """Whether a browser window could appear."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()


def _page() -> Path:
    spec = find_spec("dashboards")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    page = next((path for folder in folders if (path := Path(folder, "app.py")).is_file()), None)
    if page is None:
        raise ClaimboardError("this installation has no dashboard: install claimboard whole, with dashboards/app.py")
    return page


def _check_free(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        reason = error.strerror or error
        raise ClaimboardError(f"{host}:{port} cannot be listened on ({reason}): choose another with --port") from error


def _reachable(host: str, port: int) -> str:
    """Return the address under which this machine reaches the pages."""
    wildcard = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 — compared with, not listened on
    return f"http://{wildcard.get(host, f'[{host}]' if ':' in host else host)}:{port}"


def _answers(server: "subprocess.Popen[bytes]", address: str) -> bool:
    """Wait until the pages answer, or the server is gone."""
    until = time.monotonic() + _START_SECONDS
    # No proxy: the server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while server.poll() is None:
        try:
            with opener.open(address, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise ClaimboardError(f"the dashboard did not answer within {_START_SECONDS:.0f} s") from None
            time.sleep(0.1)
    return False
