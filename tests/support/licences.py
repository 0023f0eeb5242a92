"""Under what terms the locked dependencies come, by what their packages say of themselves: `make licences` lists them.

Own lines and no library, since what counts is the rule: a licence that is not on the list below is looked at by a
person before it is shipped with, and a package that says nothing is listed here with what its files say.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT"),
        *("MIT-CMU", "PSF-2.0", "Zlib"),
        "MPL-2.0",  # of single files: who changes one of those publishes the change
    }
)
"""By their names in SPDX, and BSD where a package does not say which: all may be used and passed on, by anybody."""

_YES, _NO = "MIT", "NONE"
"""What stands for an expression in brackets, once it is known whether it is allowed."""

_NAMES = (
    (r"apache", "Apache-2.0"),
    (r"mozilla|\bmpl\b", "MPL-2.0"),
    (r"python software|^psf", "PSF-2.0"),
    (r"3-clause|bsd-3", "BSD-3-Clause"),
    (r"\bbsd\b", "BSD"),
    (r"\bisc\b", "ISC"),
    (r"\bmit\b", "MIT"),
)

_SAYS_NOTHING = {"axe-playwright-python": "MIT"}  # LICENSE in its repository; the axe-core inside it is MPL-2.0


class Licence(NamedTuple):
    """What one locked dependency says of itself."""

    name: str
    version: str
    terms: str
    """In the form of SPDX where the package has it, else the nearest name; empty where it says nothing."""

    @property
    def is_allowed(self) -> bool:
        """Whether all of what it comes under is on the list, or one of what it lets one choose."""
        terms, count = self.terms, 1
        while count:
            terms, count = re.subn(r"\(([^()]*)\)", lambda inner: _YES if _holds(inner[1]) else _NO, terms)
        return _holds(terms)


def _holds(terms: str) -> bool:
    """Whether an expression without brackets is allowed: AND binds more tightly than OR (SPDX 2.3, annex D)."""
    return any(all(part.strip() in ALLOWED for part in one.split(" AND ")) for one in terms.split(" OR "))


def locked(lock: Path) -> list[str]:
    """Return the names in a lock file, once each."""
    return sorted(set(re.findall(r"(?m)^([A-Za-z0-9_.-]+)==", lock.read_text("utf-8"))))


def licences(lock: Path) -> Iterator[Licence]:
    """Yield the licence of each locked dependency that is installed here: some are for other systems only."""
    for name in locked(lock):
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield Licence(name, found.version, _SAYS_NOTHING.get(name) or terms_of(found))


def terms_of(found: Distribution) -> str:
    """Return what a package says of its terms; where it says several things, all of them."""
    if expression := _field(found, "License-Expression"):
        return expression
    lines = found.metadata.get_all("Classifier") or ()
    # The category alone says nothing.
    classifiers = {line.rpartition(" :: ")[2] for line in lines if line.startswith("License ::")} - {"OSI Approved"}
    return " AND ".join(map(_name, sorted(classifiers))) or _name(_field(found, "License").partition("\n")[0])


def _name(said: str) -> str:
    """Return the name that SPDX has for a licence; of several, or of one that is not known, what was said."""
    if re.search(r" (and|or|with) |gpl|general public", said, re.IGNORECASE):
        return said
    return next((name for pattern, name in _NAMES if re.search(pattern, said, re.IGNORECASE)), said)


def _field(found: Distribution, name: str) -> str:
    return str(found.metadata[name]) if name in found.metadata else ""


def main() -> None:
    """List them all, those that are not allowed last, and exit with 1 where there is one."""
    found = sorted(licences(ROOT / "requirements-dev.lock"), key=lambda licence: not licence.is_allowed)
    shipped = set(locked(ROOT / "requirements.lock"))
    for licence in found:
        use = "with claimboard" if licence.name in shipped else "for development"
        word = "" if licence.is_allowed else "  NOT ON THE LIST in tests/support/licences.py"
        print(f"{licence.name} {licence.version}  {licence.terms or 'says nothing'}  ({use}){word}")
    absent = sorted(set(locked(ROOT / "requirements-dev.lock")) - {licence.name for licence in found})
    print(f"{len(found)} checked; for other systems only, and not looked at: {', '.join(absent) or 'none'}")
    sys.exit(not all(licence.is_allowed for licence in found))


if __name__ == "__main__":
    main()
