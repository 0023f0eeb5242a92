"""Values of a row as text, for formats in which every cell is text."""

import re
import unicodedata
from math import isfinite
from typing import Any
from urllib.parse import quote

from models.json_text import json_text, plain_number

_SPACE = re.compile(r"\s+")


def cell(value: Any) -> str:
    """Return a value as text: 84 for 84.0, strings of a list with '; ' between them, what is no number as nothing."""
    match value:
        case None:
            return ""
        case bool():
            return json_text(value)
        case float():
            return repr(plain_number(value)) if isfinite(value) else ""
        case str():
            return value
        case [*items] if all(isinstance(item, str) for item in items):
            return "; ".join(items)
        case list() | dict():
            return json_text(value)
    return str(value)


def folded(text: str) -> str:
    """Return the text in one line, without control characters: for formats in which a line end or escape means more."""
    return without_controls(_SPACE.sub(" ", text)).strip()


def without_controls(text: str) -> str:
    """Return the text without control characters, white space aside."""
    return (
        text if text.isprintable() else "".join(ch for ch in text if ch.isspace() or unicodedata.category(ch) != "Cc")
    )


def address(url: str | None, arxiv_id: str | None = None, doi: str | None = None) -> str | None:
    """Return where a paper is found on the web: its own address, else the one that arXiv or its DOI gives it.

    Only http and https, and only characters that a URL may have (RFC 3986, 2), so that it can end nothing it stands in.
    """
    if url and re.match(r"https?://[^/\s]", url, re.IGNORECASE):
        return quote(url, safe="%:/?#[]@!$&'()*+,;=~")
    if arxiv_id:
        return f"https://arxiv.org/abs/{quote(arxiv_id)}"
    return f"https://doi.org/{quote(doi)}" if doi else None
