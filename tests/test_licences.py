"""Whatever is locked comes under terms that have been looked at."""

from importlib.metadata import Distribution
from pathlib import Path

import pytest
from licences import ROOT, Licence, licences, locked, terms_of


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_dependency_has_a_licence_that_is_allowed(lock: str) -> None:
    found = list(licences(ROOT / lock))
    assert [licence for licence in found if not licence.is_allowed] == []
    # What is for Windows or a browser only is not installed here.
    assert len(found) > 0.9 * len(locked(ROOT / lock))


@pytest.mark.parametrize(
    "terms",
    [
        *("", "GPL-3.0-only", "MIT AND GPL-2.0-only", "Proprietary", "(MIT", "MIT (or not)"),
        *("(MIT OR Apache-2.0) AND GPL-3.0-only", "GPL-3.0-only AND (MIT OR (ISC AND Zlib))"),
    ],
)
def test_terms_that_nobody_has_looked_at_are_not_allowed(terms: str) -> None:
    assert not Licence("some", "1", terms).is_allowed


def test_of_alternatives_one_that_is_allowed_is_enough() -> None:
    for terms in ("GPL-2.0-only OR MIT", "(GPL-2.0-only OR (MIT AND ISC)) AND Zlib", "GPL-2.0-only AND ISC OR MIT"):
        assert Licence("some", "1", terms).is_allowed, terms


def said(folder: Path, *lines: str) -> str:
    (folder / "METADATA").write_text("".join(f"{line}\n" for line in lines))
    return terms_of(Distribution.at(folder))


def test_what_is_not_known_is_not_taken_for_what_is_known_beside_it(tmp_path: Path) -> None:
    osi = "Classifier: License :: OSI Approved"
    gpl = f"{osi} :: GNU General Public License v3 (GPLv3)"
    for lines in (
        (gpl, f"{osi} :: MIT License"),
        (f"{osi} :: MIT License", "Classifier: License :: Free for non-commercial use"),
        ("License: MIT AND GPL-3.0-only",),
        ("License: GPL, not MIT",),
    ):
        assert not Licence("some", "1", said(tmp_path, *lines)).is_allowed, lines
    assert said(tmp_path, osi, f"{osi} :: MIT License", "License: whatever") == "MIT"
    assert said(tmp_path, "License-Expression: ISC", gpl) == "ISC"
    assert said(tmp_path, "License: BSD 3-Clause") == "BSD-3-Clause"
