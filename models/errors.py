"""The one kind of error that users are meant to read."""


class ClaimboardError(Exception):
    """Something the user can act on: one line that says what is wrong, where, and what to do.

    The command line prints it without a traceback and exits with 2.
    """
