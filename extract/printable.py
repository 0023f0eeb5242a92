"""Text that is not to be trusted, made fit for a terminal, whose cursor, colours and direction it could change."""

import re
import unicodedata

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences (ECMA-48, section 5.4)
    r"|(?:\x1b[]P^_X]|[\x90\x98\x9d-\x9f]).*?(?:\x1b\\|\x07|\x9c|$)"  # command strings (section 5.6)
    r"|\x1b[ -/]*[0-~]",
    re.DOTALL,
)
_TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""What changes the direction of the text around it (Unicode Bidirectional Algorithm, UAX #9, section 2)."""

_INVISIBLE = re.compile(f"[{_TURNING}\ufeff]")
_UNSAFE_IN_JSON = re.compile(f"[\x7f-\x9f\u2028\u2029{_TURNING}]")


def clean(text: str) -> str:
    """Return the text in one line, without escape sequences and marks of direction."""
    text = _INVISIBLE.sub("", _ESCAPES.sub("", text))
    return "".join(" " if unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp") else ch for ch in text)


def printable(text: str) -> str:
    """Return the text with each character that does not print shown as '?': in a message about what was found."""
    return "".join(ch if ch.isprintable() else "?" for ch in text)


def escaped(json: str) -> str:
    """Return JSON of the same value in which such characters are escaped; json itself escapes those below space."""
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", json)
