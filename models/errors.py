"""The one kind of error that users are meant to read."""

_LONGEST = 200
"""Characters of what another program says that are quoted."""


def quotable(said: object) -> str:
    """Return in one line of bounded length what another program or library says, to be quoted in an error."""
    return " ".join(str(said).split())[:_LONGEST]


class ClaimboardError(Exception):
    """Something the user can act on: one line that says what is wrong, where, and what to do.

    The command line prints it without a traceback and exits with 2.
    """
