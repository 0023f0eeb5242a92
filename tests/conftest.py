"""What holds for all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from models.store import Store

# A machine that is busy with something else draws examples slowly, which is no fault of what is tested.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

_LONG = (
    "test_cluster.py",
    "test_looks.py",
    "test_batches.py",
    "test_adding.py",
    "test_stopped_runs.py",
    "test_claims.py",
)
"""Files that take minutes, the longest first: begun last, one of them would go on alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first: a process that is done with one takes the next."""
    items.sort(key=lambda item: _LONG.index(item.path.name) if item.path.name in _LONG else len(_LONG))


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes share the tests: two more than cores, since many tests wait for a server or a page."""
    return (os.cpu_count() or 1) + 2


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database in which nothing is stored, to be copied: to make one takes half a second."""
    path = tmp_path_factory.mktemp("empty") / "claims.duckdb"
    with Store(path).write():
        return path
