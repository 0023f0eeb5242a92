"""What the fixtures that make papers, claims and stores are, by name: callables whose other fields have defaults."""

from collections.abc import Callable
from typing import Any

from models.claim import Claim
from models.paper import Entry
from models.run import Outcome, Run

MakeEntry = Callable[..., Entry]
MakeRun = Callable[..., Run]
MakeClaim = Callable[..., Claim]
MakeOutcome = Callable[..., Outcome]
Read = Callable[..., None]
Board = Callable[..., list[tuple[Any, ...]]]
