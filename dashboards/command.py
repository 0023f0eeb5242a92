"""The command `claimboard`, started by a page: it reads sources and stores papers, which no page does by itself.

A command has a folder of its own, where the files that it is given have names of ours, and which goes when it ends. No
shell is in between, and no text of a visitor's is an argument.
"""

import atexit
import os
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread, Timer
from weakref import WeakSet

_LINES = 50
"""Lines of standard error that are kept, the last ones."""

_OUTPUT = 32 << 20
"""Bytes of standard output that are kept."""

_PATIENCE = 20.0
"""Seconds that a command has to end after it was asked to, before it is ended."""

_running: "WeakSet[Command]" = WeakSet()


class Command:
    """`claimboard ARGUMENTS`, running from the moment that this is made.

    `files` are put into the folder that it runs in: content by name. After `seconds` it is stopped.
    """

    def __init__(self, arguments: Sequence[str], files: Mapping[str, bytes], seconds: float | None = None) -> None:
        self.lines: deque[str] = deque(maxlen=_LINES)
        """What it said so far, on standard error."""
        self.output = b""
        """What it printed, once it has ended."""
        self.code: int | None = None
        """Its exit code, once it has ended."""
        self.was_stopped = False
        self._ended = Event()
        self._folder = tempfile.TemporaryDirectory(prefix="claimboard-", ignore_cleanup_errors=True)
        try:
            for name, content in files.items():
                Path(self._folder.name, name).write_bytes(content)
            self._process = subprocess.Popen(  # noqa: S603 — the command is made of our own words
                # -P: modules are ours, not those of the folder that it runs in.
                [sys.executable, "-P", "-m", "extract.cli", *arguments],
                cwd=self._folder.name,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"},
                # Its own session: Ctrl-C reaches the dashboard alone, which then stops this.
                start_new_session=True,
            )
        except BaseException:
            self._folder.cleanup()
            raise
        self._late = Timer(seconds or 0, self.stop)
        if seconds is not None:
            self._late.daemon = True
            self._late.start()
        _running.add(self)
        Thread(target=self._listen, daemon=True).start()
        Thread(target=self._watch, daemon=True).start()

    @property
    def has_ended(self) -> bool:
        """Whether it is over, and its folder gone."""
        return self._ended.is_set()

    @property
    def said(self) -> str:
        """The last line that it said on standard error; where it said nothing, with which code it has ended."""
        line = next((line.removeprefix("error: ") for line in reversed(self.lines) if line), "")
        return line or f"the command ended with code {self.code}"

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended, at most so long, and return whether it has."""
        return self._ended.wait(seconds)

    def stop(self) -> None:
        """Ask it to end: what is finished stays stored. Where it does not, it is ended."""
        if self.has_ended:
            return
        self.was_stopped = True
        self._process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        impatience = Timer(_PATIENCE, self._kill)
        impatience.daemon = True
        impatience.start()

    def _kill(self) -> None:
        """End it at once, with the processes that it has started: they hold its output open."""
        if self.has_ended:
            return
        if os.name == "posix":
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()

    def _listen(self) -> None:
        if self._process.stderr is None:
            return
        for line in self._process.stderr:
            self.lines.append(line.decode("utf-8", "replace").rstrip())

    def _watch(self) -> None:
        if self._process.stdout is not None:
            self.output = self._process.stdout.read(_OUTPUT)
            while self._process.stdout.read(1 << 16):
                continue
        self.code = self._process.wait()
        self._late.cancel()
        self._folder.cleanup()
        _running.discard(self)
        self._ended.set()


@atexit.register
def _stop_all() -> None:
    """End with the dashboard: nobody could stop a command any more."""
    commands = list(_running)
    for command in commands:
        command.stop()
    for command in commands:
        if not command.wait(_PATIENCE / 4):
            command._kill()
