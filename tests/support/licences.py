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
        alternatives = self.terms.replace("(", "").replace(")", "").split(" OR ")
        return any(all(part.strip() in ALLOWED for part in one.split(" AND ")) for one in alternatives)


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
        yield Licence(name, found.version, _SAYS_NOTHING.get(name) or _terms(found))


def _terms(found: Distribution) -> str:
    if expression := _field(found, "License-Expression"):
        return expression
    first_line = _field(found, "License").partition("\n")[0]
    classifiers = [line for line in found.metadata.get_all("Classifier") or () if line.startswith("License ::")]
    for said in (*classifiers, first_line):
        for pattern, name in _NAMES:
            if re.search(pattern, said, re.IGNORECASE):
                return name
    return first_line


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
