"""What the limits of a run and the processes that read tell each other."""

from typing import NamedTuple

from models.parts import PartName

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
    names: tuple[PartName, ...] = ()
    """The parts that were at its place when the run began."""
    is_repeated: bool = False
    """Whether another process had it in hand, which may have written a part since."""
    key: str | None = None
    """For the model server."""

    def __repr__(self) -> str:
        """Leave the key out."""
        return f"Opened({self.stop}, {self.report}, {self.names}, {self.is_repeated})"


class Used(NamedTuple):
    """What a call took, in tokens."""

    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
