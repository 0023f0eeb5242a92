"""Reads what a number counts: the unit printed after it, and the thousands and millions in between.

Unit libraries parse physical quantities that stand alone; abstracts print "4.3 F1 points", "13.1-fold", "20G HBM" and
"9.5K tokens per second", and mean by "x" a factor, a variable or a dimension.
"""

import re

_SUFFIXES = {
    "k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12,
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
}  # fmt: skip

_SUFFIX = re.compile(r"([kKMBT])(?![A-Za-z0-9])|[\s-]{1,2}(thousand|million|billion|trillion)(?![A-Za-z])")

_QUALITY = (
    r"(?<![0-9])(?:[A-Z][\w@+\-]{0,24}|[a-z]{1,12}-?[A-Z]\w{0,12}"
    r"|(?:accuracy|absolute|relative|percentage|recall|precision|average|success|macro|micro)(?:-\w{1,8})?)"
)
"""A metric between a number and its "points": "4.3 F1 points", "35 accuracy points", but not "12 data points"."""

_NO_SCALE = r"(?![\s-]{1,2}(?:Likert|scales?|rating|clouds?))"
_NO_VALIDATION = r"(?!\s(?:cross|CV|average|accuracy|stratified|validation))"

_UNITS: tuple[tuple[str, str], ...] = (
    ("points", r"(?:%|percent(?:age)?)?[\s-]{0,2}(?:absolute\s)?(?:%\s?)?"
               r"(?:percentage[\s-]{0,2}points?|percent[\s-]points?|pps?|p\.p\.|ppts?|pts?)"),
    ("points", r"%[\s-]?(?:p|points?)"),
    ("points", rf"(?:%\s)?(?:{_QUALITY}\s){{0,2}}points?{_NO_SCALE}"),
    ("%", r"%|percent(?:age)?|per\scent|pct"),
    ("x", rf"(?:×|[xX])(?!\s{{0,8}}[0-9])|times(?!\s(?:per|a)\s)|folds?{_NO_VALIDATION}"),
    ("orders of magnitude", r"orders?[\s-]of[\s-]magnitudes?"),
    ("tokens/s", r"(?:tokens?|tok)\s?(?:/\s?s(?:ec(?:ond)?)?|per\ssecond)"),
    ("FPS", r"FPS|fps|frames?\s?(?:/\s?s(?:ec(?:ond)?)?|per\ssecond)"),
    ("ms", r"ms(?:ec)?|milliseconds?|milli-seconds?"),
    ("µs", r"[µu]s|microseconds?"),
    ("ns", r"ns|nanoseconds?"),
    ("s", r"s(?:ecs?)?|seconds?"),
    ("min", r"mins?|minutes?"),
    ("h", r"h(?:rs?)?|hours?"),
    ("days", r"days?"),
    ("weeks", r"weeks?"),
    ("months", r"months?"),
    ("years", r"years?"),
    ("percentile", r"(?:st|nd|rd|th)[\s-]percentiles?|percentiles?"),
    ("°C", r"°\s{0,6}C|degrees\sCelsius"),
    ("degrees", r"°|deg(?:rees?)?"),
    ("bpm", r"bpm"),
    ("GB", r"G(?=\s(?:HBM|V?RAM|GPU|memory))"),
    ("$", r"USD|US\sdollars?|dollars?"),
    ("", r"TOPS/W|GFLOPS/W|[KMGTPE]i?B(?:/s|ps)?|[KMGT]bps|[kmMµn]?Wh?|[kKMG]?Hz|[kmMµn]?J|dBm?|[ckmnµ]m|kg|[mk]V"
         r"|[KMGTPE]?FLOP[sS]?|[KMGT]?MACs|[KMGT]OPS|[MG]Ops|(?:mega|giga|tera|peta|exa)flops|bits?|m(?=[\s,.;)]|$)"
         r"|K(?=[,.;)]|$)"),
)  # fmt: skip
"""Canonical unit and what is printed for it; the first that fits wins. An empty name means: as printed."""

_UNIT = re.compile(
    r"(?:\s{0,24}-?\s?|,(?=%))(?:"
    + "|".join(f"({pattern})(?:(?<=[%×°])|(?![A-Za-z0-9]))" for _, pattern in _UNITS)
    + ")"
)


def read_unit(plain: str, end: int) -> tuple[str | None, float, int]:
    """Read what follows a number that ends at `end`.

    Returns the unit or None, the factor that a suffix such as "k" or "million" multiplies by, and where both end.
    """
    factor = 1.0
    suffix = _SUFFIX.match(plain, end)
    if suffix:
        factor = _SUFFIXES[suffix[1] or suffix[2]]
        end = suffix.end()
    match = _UNIT.match(plain, end)
    if match and match.lastindex:
        name = _UNITS[match.lastindex - 1][0]
        return name or match[match.lastindex], factor, match.end()
    return None, factor, end
