"""How far a run is, on standard error: a bar on a terminal, a line now and then in a log."""

from collections.abc import Sequence
from time import monotonic
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

from extract.printable import clean
from extract.terminal import dollars
from models.errors import ClaimboardError
from models.notation import duration
from models.run import Outcome, Usage

_SECONDS = 5.0
"""Between two lines of a log."""


_SURE = 10.0
"""Seconds of reading from which on the time left is worth saying: before, what is slow is the start."""

_REFUSALS = 10
"""Shown of those that a run gives, so that a file that is no listing is no wall of them."""


class Progress(Protocol):
    """Is told what a run does, while it does it."""

    def collected(self, entries: int) -> None:
        """Take note that so many entries were read from the sources so far."""
        ...

    def refused(self, refusal: ClaimboardError) -> None:
        """Take note of a source or record that was not understood."""
        ...

    def begin(self, papers: int) -> None:
        """Take note that the sources are at their end, and how many papers are to be read."""
        ...

    def advance(self, outcomes: Sequence[Outcome]) -> None:
        """Take note of papers that are finished and stored."""
        ...


class _Tally:
    """What finished papers amount to."""

    def __init__(self) -> None:
        self.began = monotonic()
        self.papers = self.claims = 0
        self._usage = Usage()

    def add(self, outcomes: Sequence[Outcome]) -> None:
        self.papers += len(outcomes)
        self.claims += sum(len(outcome.claims) for outcome in outcomes)
        self._usage = sum((outcome.usage for outcome in outcomes if outcome.usage), self._usage)

    def parts(self) -> list[str]:
        """Return claims, tokens a second and money, as far as there are any."""
        parts = [f"{self.claims:,} claims"]
        if tokens := self._usage.tokens_in + self._usage.tokens_out:
            parts.append(f"{tokens / max(monotonic() - self.began, 1e-9):,.0f} tokens/s")
        if self._usage.cost_usd:
            parts.append(dollars(self._usage.cost_usd))
        return parts


class _Refusals:
    """Which refusals are shown, and how many more there are."""

    def __init__(self) -> None:
        self._count = 0

    def line(self, refusal: ClaimboardError) -> str | None:
        """Return what to say of one, None where enough were shown."""
        self._count += 1
        return f"refused: {refusal}" if self._count <= _REFUSALS else None

    def rest(self) -> str | None:
        """Return what to say at the end, None where all were shown."""
        more = self._count - _REFUSALS
        if more <= 0:
            return None
        return (
            f"{more:,} more refused; claimboard read --limit 0 lists all, claimboard extract --help says what is read"
        )


class Silence:
    """Says nothing."""

    def collected(self, entries: int) -> None:
        """Say nothing."""

    def refused(self, refusal: ClaimboardError) -> None:
        """Say nothing."""

    def begin(self, papers: int) -> None:
        """Say nothing."""

    def advance(self, outcomes: Sequence[Outcome]) -> None:
        """Say nothing."""


class Lines:
    """A line every few seconds, for a log."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said = monotonic()
        self._papers = 0
        self._tally = _Tally()
        self._refusals = _Refusals()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if rest := self._refusals.rest():
            self._say(rest)

    def collected(self, entries: int) -> None:
        """Say how many entries were read, if it is time."""
        if self._is_time():
            self._say(f"{entries:,} entries collected")

    def refused(self, refusal: ClaimboardError) -> None:
        """Say what was not understood, at once, as long as it is not too much."""
        if line := self._refusals.line(refusal):
            self._say(line)

    def begin(self, papers: int) -> None:
        """Count from here."""
        self._papers = papers
        self._tally = _Tally()

    def advance(self, outcomes: Sequence[Outcome]) -> None:
        """Say how far reading is and how long it still takes, if it is time."""
        tally = self._tally
        tally.add(outcomes)
        if tally.papers and self._is_time():
            seconds = max(monotonic() - tally.began, 1e-9)
            rate = tally.papers / seconds
            parts = [f"{tally.papers:,} of {self._papers:,} papers read", *tally.parts(), f"{rate:,.1f} papers/s"]
            if seconds >= _SURE:
                parts.append(f"{duration(max(self._papers - tally.papers, 0) / rate)} left")
            self._say(", ".join(parts))

    def _is_time(self) -> bool:
        if monotonic() - self._said < _SECONDS:
            return False
        self._said = monotonic()
        return True

    def _say(self, line: str) -> None:
        self._console.print(Text(clean(line)), soft_wrap=True)


class _Rate(ProgressColumn):
    """Papers a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.1f}/s", style="dim")


class _Left(TimeRemainingColumn):
    """Time left, as soon as it is known well enough."""

    def render(self, task: Task) -> Text:
        return super().render(task) if (task.elapsed or 0) >= _SURE else Text("")


class LiveBar:
    """A bar with rate and time left, for a terminal."""

    def __init__(self, console: Console) -> None:
        self._tally = _Tally()
        self._refusals = _Refusals()
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            _Rate(),
            _Left(),
            TextColumn("{task.fields[note]}", style="dim", markup=False),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("collecting entries", total=None, note="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()
        if rest := self._refusals.rest():
            self._bar.console.print(Text(clean(rest), style="yellow"), soft_wrap=True)

    def collected(self, entries: int) -> None:
        """Show how many entries were read."""
        self._bar.update(self._task, completed=entries)

    def refused(self, refusal: ClaimboardError) -> None:
        """Print what was not understood above the bar."""
        if line := self._refusals.line(refusal):
            self._bar.console.print(Text(clean(line), style="yellow"), soft_wrap=True)

    def begin(self, papers: int) -> None:
        """Fill the bar anew, by papers."""
        self._bar.remove_task(self._task)
        self._task = self._bar.add_task("reading papers", total=papers, note="")
        self._tally = _Tally()

    def advance(self, outcomes: Sequence[Outcome]) -> None:
        """Fill the bar."""
        self._tally.add(outcomes)
        self._bar.update(self._task, advance=len(outcomes), note=" · ".join(self._tally.parts()))


def shown_on(console: Console) -> Lines | LiveBar:
    """Return what suits the console."""
    return LiveBar(console) if console.is_terminal else Lines(console)
