"""What holds for all tests."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from models.store import Store

# A machine that is busy with something else draws examples slowly, which is no fault of what is tested.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_xdist_auto_num_workers() -> int:
    """Return how many processes share the tests: one more than cores, since many tests wait for a server or a page."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database in which nothing is stored, to be copied: to make one takes half a second."""
    path = tmp_path_factory.mktemp("empty") / "claims.duckdb"
    with Store(path).write():
        return path
