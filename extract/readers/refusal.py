"""What could not be understood, said so that the reader of the message can act on it."""

from extract.printable import printable
from models.errors import ClaimboardError


class Refusal(ClaimboardError):
    """One source, or one record of a source, that was not understood.

    Its text is one line, `location:line: what is wrong; what to do`. `line` is None where the whole source is meant.
    """

    def __init__(self, location: str, line: int | None, reason: str) -> None:
        self.location = location
        self.line = line
        self.reason = printable(reason)
        super().__init__(f"{printable(location)}{f':{line}' if line else ''}: {self.reason}")


def shown(text: object, limit: int = 60) -> str:
    """Quote a value for a message, shortened to about `limit` characters."""
    quoted = repr(text if not isinstance(text, str) else text[: limit + 1])
    return quoted if len(quoted) <= limit + 2 else f"{quoted[:limit]}…{quoted[0]}"
