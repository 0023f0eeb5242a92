"""How sure to be of a claim: how often claims like it turned out right on labelled abstracts.

What an extractor says of its own certainty is an opinion, and that another extractor agrees is a hint.
`calibration.toml` holds what both were worth when they were measured; the view `claims` takes its confidence from it,
through the table `store.calibration`, so that another calibration acts on all claims at once.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

import duckdb
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from models.connection import registered
from models.paper import digest

Agreement = Literal["agree", "differ", "alone"]
"""Whether another extractor that read the text makes the same claim of the number; alone where none read it."""

CALIBRATION_FILE = Path(__file__).with_name("calibration.toml")

_AGREES: dict[Agreement, bool | None] = {"agree": True, "differ": False, "alone": None}
_NO_CERTAINTY = -1.0
_CALIBRATION = pa.schema(
    {
        "extractor": pa.string(),
        "agreement": pa.bool_(),
        "certainty_from": pa.float64(),
        "certainty_below": pa.float64(),
        "share": pa.float64(),
        "claims": pa.int32(),
    }
)


class Share(BaseModel):
    """The share of some claims whose kind, unit, metric, model and benchmark are all right."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    share: float = Field(ge=0, le=1)
    right: int = Field(ge=0, description="Labelled claims that were right")
    claims: int = Field(ge=0, description="Labelled claims that it was measured on; 0 where it is a guess")


class Step(Share):
    """The share of claims of at least a certainty, up to the next step."""

    certainty: float = Field(ge=0, le=1)


class Calibration(Share):
    """The share of the claims of one extractor and agreement; where certainty tells them apart, in steps."""

    measured_on: tuple[str, ...] = Field(description="Names of the gold files; empty where it is a guess")
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.steps and self.steps[0].certainty != 0:
            raise ValueError("the first step has the certainty 0")
        if any(one.certainty >= two.certainty or one.share > two.share for one, two in pairwise(self.steps)):
            raise ValueError("steps ascend in certainty, and never fall in share")
        return self

    def confidence(self, certainty: float | None) -> float:
        """Return the share of claims of this certainty, 0 to 1, as the view `claims` does."""
        reached = [step.share for step in self.steps if certainty is not None and step.certainty <= certainty]
        return reached[-1] if reached else self.share


Calibrations = Mapping[str, Mapping[Agreement, Calibration]]
"""By extractor and agreement."""

_FORM = TypeAdapter(dict[str, dict[Agreement, Calibration]])


def read_calibrations(file: Path = CALIBRATION_FILE) -> Calibrations:
    """Read a file in the form of calibration.toml. Raises ValueError where it is not."""
    return _FORM.validate_python(tomllib.loads(file.read_text("utf-8")))


@lru_cache(maxsize=1)
def calibration_digest() -> str:
    """Return what changes whenever the shipped calibration does."""
    return digest(CALIBRATION_FILE.read_text("utf-8"))


def load_calibration(connection: duckdb.DuckDBPyConnection) -> None:
    """Store the shipped calibration in place of another."""
    connection.execute("DELETE FROM store.calibration")
    with registered(connection, _calibration_table(read_calibrations())):
        connection.execute("INSERT INTO store.calibration BY NAME FROM batch")


def _calibration_table(calibrations: Calibrations) -> pa.Table:
    rows = [
        {"extractor": extractor, "agreement": _AGREES[agreement]} | row
        for extractor, of_extractor in calibrations.items()
        for agreement, calibration in of_extractor.items()
        for row in _rows(calibration)
    ]
    return pa.Table.from_pylist(rows, schema=_CALIBRATION)


def _rows(calibration: Calibration) -> Iterator[dict[str, float]]:
    """Yield each interval of certainty, the one of claims without any first."""
    everywhere = Step(certainty=0, **calibration.model_dump(include=set(Share.model_fields)))
    steps = calibration.steps or (everywhere,)
    starts = [_NO_CERTAINTY, *(step.certainty for step in steps), math.inf]
    for (start, end), step in zip(pairwise(starts), (everywhere, *steps), strict=True):
        yield {"certainty_from": start, "certainty_below": end, "share": step.share, "claims": step.claims}
