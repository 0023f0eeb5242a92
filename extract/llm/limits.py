"""What holds the calls of a run back, whoever keeps count: this process, or one for all processes of a cluster."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from extract.extractor import Stopped
from extract.llm.meter import Meter


class OutOfReach(Stopped):
    """Whoever keeps count does not answer. A call is tried again; where that comes to nothing, the run ends."""


class Slots(Protocol):
    """Bounds how many calls are under way."""

    @property
    def limit(self) -> int:
        """Calls that may be under way now, or at most."""
        ...

    def slot(self) -> AbstractAsyncContextManager[None]:
        """Wait until a call may be made; it counts as under way inside the block."""
        ...

    def answered(self) -> None:
        """Note, inside the block, that the call was answered."""
        ...

    def refused(self, wait: float) -> None:
        """Note that the server refused a call as one too many, to be asked again in `wait` seconds."""
        ...


class Allowance(Protocol):
    """Bounds what calls may take."""

    @property
    def bounded(self) -> bool:
        """Whether there is anything to reserve."""
        ...

    def reserved(self, tokens_in: int, tokens_out: int, meter: Meter) -> AbstractAsyncContextManager[None]:
        """Reserve so many tokens for the block, and count in their place what the meter says that it took.

        Raises BudgetReached where there is no room.
        """
        ...


class Limits(Slots, Allowance, Protocol):
    """Both, where one place keeps count of both for several processes."""

    def server_answers(self) -> bool:
        """Whether the server replies to others, so that what it left without an answer is to blame on what was asked.

        Waits while others have something that will tell. Raises Stopped where that cannot be known any more.
        """
        ...
