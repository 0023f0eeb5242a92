"""Names like one that is not known: what whoever mistyped it may have meant."""

from collections.abc import Iterable

from rapidfuzz import process

_MOST = 3
_ALIKE = 60
"""Of 100: less is another name."""


def near(asked: str, names: Iterable[str]) -> str:
    """Return 'near to it are …', the likest first, or nothing where none is like it; case does not matter."""
    found = process.extract(asked, names, processor=str.lower, limit=_MOST, score_cutoff=_ALIKE)
    return f"near to it are {', '.join(name for name, *_ in found)}" if found else ""
