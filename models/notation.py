"""Claims in words, the way papers print them: the same on a page and at a terminal."""

from typing import Literal

from models.vocabulary import Better

_BOUNDS = {"up_to": "up to ", "at_least": "at least ", "approx": "about ", "exact": ""}
_ARROWS = {"increase": " ↑", "decrease": " ↓"}
_CURRENCIES = ("$", "€", "£", "¥")
_NO_METRIC = "no metric named"

ASSUMED = "metric presumed"
"""Said of a score that names no metric, and is compared under the only one of its benchmark."""


def amount(value: float, value_high: float | None, unit: str | None) -> str:
    """Return a number or range with its unit: '82.7%', '1.7–1.8x', '$3', '12 ms'."""
    digits = _digits(value) if value_high is None else f"{_digits(value)}–{_digits(value_high)}"
    match unit:
        case None:
            return digits
        case "%" | "x":
            return f"{digits}{unit}"
        case "orders of magnitude" if value == 1 and value_high is None:
            return "1 order of magnitude"
        case _ if unit in _CURRENCIES:
            return f"{unit}{digits}"
    return f"{digits} {unit}"


def bounded(value: float, value_high: float | None, unit: str | None, bound: str) -> str:
    """Return a number as `amount` does, with the words of its bound: 'up to 3.1x'."""
    return _BOUNDS[bound] + amount(value, value_high, unit)


def measured(metric: str | None, direction: Literal["increase", "decrease"] | None = None) -> str:
    """Return what is measured, and which way it moved: 'memory ↓'."""
    return (metric or _NO_METRIC) + _ARROWS.get(direction or "", "")


def ranking(better: Better, *, known: bool) -> str:
    """Return which scores rank first; where the vocabulary does not know the metric, that it is a guess."""
    return f"{better} is better" if known else f"{better} is better, presumably"


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """Return '1 model' or '1,204 models'; `nouns` is a plural that takes more than an s."""
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def duration(seconds: float) -> str:
    """Return '4 s', '3 min 20 s' or '2 h 5 min'."""
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def _digits(value: float) -> str:
    return f"{value:,.12g}"
