r"""Reads numerals: digits with their grouping, decimals and powers of ten.

`float` and `locale` read one convention each and never find where a number starts. Here `1,024`, `1{,}024`, `1 024`
(with a space that does not break), `0,946`, `.05`, `1.2e-3`, `3 × 10^{-4}`, `10^5` and `10⁻³` are all read in place.
"""

import math
import re
from collections.abc import Iterator

_DIGIT = re.compile(r"[0-9]")
"""Found first: a search for one class of characters is four times as fast as one for the whole numeral."""

_NUMERAL = re.compile(
    r"""
    (?: [0-9]{1,3} (?: (?:,|\{,\}|\\,|\xa0|[ ](?=000(?![0-9]))) [0-9]{3} ){1,8} (?![0-9])
      | 0,[0-9]{1,6}(?![0-9,])                              # a decimal comma: no number is grouped after a zero
      | [0-9]{1,2},[0-9]{1,2}(?=\s{0,2}%)                   # or with fewer than three digits in its last group
      | [0-9]+
    ) (?: \.[0-9]+ )?
    """,
    re.VERBOSE,
)

_EXPONENT = r"(?:\s?\^\s?(?:\{\s?\(?([+\-–]?\s?[0-9]{1,4})\)?\s?\}|\(([+\-–]?[0-9]{1,4})\)|([+\-–]?[0-9]{1,4}))|([⁺⁻]?[⁰¹²³⁴-⁹]{1,4}))"
_POWER = re.compile(
    rf"\s{{0,8}}[×x·*]\s{{0,8}}10\s?{_EXPONENT}|\s?[×x·*]\s?10(-[0-9]{{1,2}})(?![0-9.])|[eE]([+\-]?[0-9]{{1,3}})(?![0-9A-Za-z])"
)
_RAISED = re.compile(_EXPONENT)
_LOST_CARET = re.compile(r"-[0-9]{1,3}(?![0-9.,]|\s?[%A-Za-z])")
"""`10-15` after a "<": what is left of 10^{-15} where superscripts were stripped."""

_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹–", "+-0123456789-")
_MAX_DIGITS = 24
"""Longer runs of digits are hashes and identifiers; the largest float is far away."""


def _exponent(match: re.Match[str]) -> int:
    printed = next(filter(None, match.groups()))
    return int(printed.translate(_SUPERSCRIPTS).replace(" ", ""))


def _value(printed: str) -> float:
    if printed.startswith("0,") or ("," in printed and len(printed) - printed.rfind(",") <= 3):
        printed = printed.replace(",", ".")
    for separator in ("{,}", "\\,", ",", "\xa0", " "):
        printed = printed.replace(separator, "")
    return float(printed)


def read_numerals(plain: str) -> Iterator[tuple[int, int, float | None]]:
    """Yield (start, end, value) of every numeral, in order; value is None for a power of something else, or too large.

    Signs, units and whether the digits belong to a name are for others to say.
    """
    position = 0
    while digit := _DIGIT.search(plain, position):
        start = digit.start()
        match = _NUMERAL.match(plain, start)
        assert match
        if plain[start - 1 : start] == "." and not plain[start - 2 : start - 1].isalnum() and start - 1 >= position:
            start -= 1
        position = match.end()
        value: float | None = None
        if position - start <= _MAX_DIGITS:
            value = _value(plain[start:position])
            if power := _POWER.match(plain, position):
                position = power.end()
                exponent = _exponent(power)
                value = float(f"{value!r}e{exponent}") if "e" not in repr(value) else value * 10.0 ** min(exponent, 300)
            elif raised := _RAISED.match(plain, position):
                position = raised.end()
                exponent = _exponent(raised)
                value = float(f"1e{exponent}") if match[0] == "10" else None
            elif (
                match[0] == "10"
                and plain[:start].endswith(("<", "< "))
                and (lost := _LOST_CARET.match(plain, position))
            ):
                position = lost.end()
                value = float(f"1e{lost[0]}")
            if value is not None and not math.isfinite(value):
                value = None
        yield start, position, value
