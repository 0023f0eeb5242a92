"""Whatever is locked comes under terms that have been looked at."""

import pytest
from licences import ROOT, Licence, licences, locked


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_dependency_has_a_licence_that_is_allowed(lock: str) -> None:
    found = list(licences(ROOT / lock))
    assert [licence for licence in found if not licence.is_allowed] == []
    # What is for Windows or a browser only is not installed here.
    assert len(found) > 0.9 * len(locked(ROOT / lock))


@pytest.mark.parametrize("terms", ["", "GPL-3.0-only", "MIT AND GPL-2.0-only", "Proprietary"])
def test_terms_that_nobody_has_looked_at_are_not_allowed(terms: str) -> None:
    assert not Licence("some", "1", terms).is_allowed


def test_of_alternatives_one_that_is_allowed_is_enough() -> None:
    assert Licence("some", "1", "GPL-2.0-only OR MIT").is_allowed
