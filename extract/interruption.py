"""Ctrl-C and SIGTERM at a moment when nothing is half done.

Python raises KeyboardInterrupt between any two instructions, also within a commit, and dies of SIGTERM on the spot.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupted(KeyboardInterrupt):
    """The user, or the machine, wants the run to end. As event loops let a KeyboardInterrupt through, so this."""


class Interruption(AbstractContextManager["Interruption"]):
    """Raises Interrupted inside its block when a signal arrives, but never inside a `shielded` part of it.

    Only in the main thread, where Python delivers signals; elsewhere it does nothing.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._arrived = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._arrive) for number in _SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """Let the block end before a signal is heeded."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
        if self._arrived and not self._depth:
            self._arrived = False
            raise Interrupted

    def _arrive(self, number: int, frame: FrameType | None) -> None:
        if self._depth:
            self._arrived = True
        else:
            raise Interrupted
