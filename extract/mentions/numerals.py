r"""Reads numerals: digits with their grouping, decimals and powers of ten.

`float` and `locale` read one convention each and never find where a number starts. Here `1,024`, `1{,}024`, `1 024`
(with a space that does not break), `0,946`, `.05`, `1.2e-3`, `3 × 10^{-4}`, `10^5` and `10⁻³` are all read in place.
"""

import re
from collections.abc import Iterator

_DIGIT = re.compile(r"[0-9]")
"""Found first: a search for one class of characters is four times as fast as one for the whole numeral."""

_NUMERAL = re.compile(
    r"""
    (?: [0-9]{1,3} (?: (?:,|\{,\}|\\,|\xa0|[ ](?=000(?![0-9]))) [0-9]{3} ){1,8} (?![0-9])
      | 0,[0-9]{1,6} (?![0-9,]|\.[0-9])                 # a decimal comma: no digits are grouped after a lone zero
      | [0-9]{1,2},[0-9]{1,2} (?=\s{0,2}%)      # nor in a last group of fewer than three
      | [0-9]+
    ) (?: \.[0-9]+ )?
    """,
    re.VERBOSE,
)

_EXPONENT = r"""
    (?: \s?\^\s?\{\s?\(?([+\-–]?\s?[0-9]{1,4})\)?\s?\}
      | \s?\^\s?\(([+\-–]?[0-9]{1,4})\)
      | \s?\^\s?([+\-–]?[0-9]{1,4})
      | ([⁺⁻]?[⁰¹²³⁴-⁹]{1,4})
    )"""
_RAISED = re.compile(_EXPONENT, re.VERBOSE)
_TIMES_TEN = re.compile(
    rf"""
      \s{{0,8}} [×x·*] \s{{0,8}} 10 \s? {_EXPONENT}
    | \s? [×x·*] \s? 10 (-[0-9]{{1,2}}) (?![0-9.])        # superscripts stripped: 6x10-6
    | [eE] ([+\-]?[0-9]{{1,3}}) (?![0-9A-Za-z])
    """,
    re.VERBOSE,
)
_STRIPPED_POWER = re.compile(r"-([0-9]{1,3})(?![0-9.,]|\s?[%A-Za-z])")
"""The rest of `10-15` after a "<": 10^{-15} in a source that strips superscripts."""

_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹–", "+-0123456789-")

_LONGEST, _LARGEST_EXPONENT = 24, 200
"""Longer digit strings are hashes and identifiers; larger powers are no measurements, and would not fit a float."""


def _exponent(match: re.Match[str]) -> int:
    printed = next(filter(None, match.groups()))
    return int(printed.translate(_SUPERSCRIPTS).replace(" ", ""))


def _plain_digits(printed: str) -> str:
    """Write a numeral as Python does: no grouping, and a point before the decimals."""
    if printed.startswith("0,") or ("," in printed and len(printed) - printed.rfind(",") <= 3):
        printed = printed.replace(",", ".")
    for separator in ("{,}", "\\,", ",", "\xa0", " "):
        printed = printed.replace(separator, "")
    return printed


def _read_value(plain: str, start: int, end: int) -> tuple[float | None, int]:
    """Return the value of the digits at start:end with the power of ten that follows, and where that ends."""
    printed = plain[start:end]
    scale = _TIMES_TEN.match(plain, end) or _RAISED.match(plain, end)
    if scale is None and printed == "10" and "<" in plain[max(0, start - 2) : start]:
        scale = _STRIPPED_POWER.match(plain, end)
        if scale:
            return float(f"1e-{scale[1]}"), scale.end()
    if len(printed) > _LONGEST:
        return None, scale.end() if scale else end
    if scale is None:
        return float(_plain_digits(printed)), end
    exponent = _exponent(scale)
    if abs(exponent) > _LARGEST_EXPONENT:
        return None, scale.end()
    if scale.re is _TIMES_TEN:
        return float(f"{_plain_digits(printed)}e{exponent}"), scale.end()  # rounds once, unlike 1.2 * 10**-3
    return (float(f"1e{exponent}") if printed == "10" else None), scale.end()


def read_numerals(plain: str) -> Iterator[tuple[int, int, float | None]]:
    """Yield (start, end, value) of every numeral, in order; value is None for a power of anything but ten.

    Signs, units and whether the digits belong to a name are for others to say. Values are finite.
    """
    position = 0
    while digit := _DIGIT.search(plain, position):
        start = digit.start()
        match = _NUMERAL.match(plain, start)
        end = match.end() if match else digit.end()
        if start > position and plain[start - 1] == "." and plain[start:end].isdigit():
            start -= not plain[max(0, start - 2) : start - 1].isalnum()  # .05
        value, position = _read_value(plain, start, end)
        yield start, position, value
