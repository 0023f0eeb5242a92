"""Units that are multiples of one another, as data: `units.toml`.

A library of units parses quantities that stand alone; the units of claims are a closed list, made by the grammar of
mentions, in which "FLOPs" is a unit and "months" are, and views need it as a table.
"""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from models.errors import ClaimboardError


class Unit(NamedTuple):
    """A unit as claims print it."""

    unit: str
    factor: float
    """How many of `si_unit` it is."""
    si_unit: str


@lru_cache(maxsize=1)
def units() -> Sequence[Unit]:
    """Return the units, read once. Raises ClaimboardError where the file is damaged."""
    source = files("models.vocabulary") / "units.toml"
    try:
        table = TypeAdapter(dict[str, dict[str, float]]).validate_python(tomllib.loads(source.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise ClaimboardError(f"{source}: {str(error).splitlines()[0]}: reinstall claimboard") from error
    return [Unit(unit, factor, si_unit) for si_unit, of_unit in table.items() for unit, factor in of_unit.items()]
