"""What the limits of a run and the processes that read tell each other."""

from typing import NamedTuple

RENEWAL = 3.0
"""Seconds after which a process says again that it is there."""


class Stop(NamedTuple):
    """Why nothing more is asked in this run."""

    reason: str
    is_budget: bool = False


class Lost(NamedTuple):
    """A process was taken for dead, and what it held was given back: it has to ask anew."""


class Opened(NamedTuple):
    """What a process is told when it begins with a chunk."""

    stop: Stop | None = None
    report: str | None = None
    """Of a process that has finished the same chunk, and died before anybody was told."""
    key: str | None = None
    """For the model server."""

    def __repr__(self) -> str:
        """Leave the key out."""
        return f"Opened(stop={self.stop}, report={self.report})"


class Used(NamedTuple):
    """What a call took, in tokens."""

    tokens_in: int
    tokens_out: int
    tokens_cached: int
