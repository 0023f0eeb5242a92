"""Keeps pandas out of processes that never use it.

Arrow looks for pandas when it makes its first array, in case what it is given is a column of pandas, and so loads it: a
second of start and 40 MB. What asks Arrow for a table of pandas later still gets it, as Arrow then looks again.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pyarrow as pa


class _Absent(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)
        return None


def leave_pandas_out() -> None:
    """Let Arrow make its first array as where pandas is not installed. Where pandas is loaded already, it stays."""
    if "pandas" in sys.modules:
        return
    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(absent)
