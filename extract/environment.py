"""Settings in a file `.env` of the folder where the command runs, besides those of the environment.

A folder may come from anyone. What its file says counts only where nothing else is set, and it does not say where a key
goes that it does not hold itself.
"""

import os
from pathlib import Path

from dotenv import dotenv_values

from models.errors import ClaimboardError

FILE = Path(".env")

_ADDRESS, _KEY = "_BASE_URL", "_API_KEY"


def load_environment() -> None:
    """Set the variables that the file names, besides those that are set.

    Raises ClaimboardError where the file cannot be read.
    """
    values = _values()
    withheld = {name for name in values if name.endswith(_ADDRESS) and _key_of(name) in os.environ}
    for name, value in values.items():
        if name not in withheld:
            os.environ.setdefault(name, value)


def is_withheld(name: str) -> bool:
    """Whether the file names an address that was not taken from it, as the key for it is set elsewhere."""
    return name not in os.environ and name in _values()


def _key_of(name: str) -> str:
    return name.removesuffix(_ADDRESS) + _KEY


def _values() -> dict[str, str]:
    try:
        # Without interpolation: it would put what is set elsewhere into a value of the file.
        found = dotenv_values(FILE, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise ClaimboardError(f"{FILE} cannot be read: {error}; mend it or move it away") from error
    return {name: value for name, value in found.items() if value}
