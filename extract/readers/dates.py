"""Dates as sources print them.

A library that guesses would read 'Jan 22' as a day of the current year. A date without a year stays text here.
"""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)

PRINTED_DATE = rf"(?:{_MONTH} \d{{1,2}}(?:, ?\d{{4}})?|\d{{1,2}} {_MONTH}(?:,? \d{{4}})?|\d{{4}}-\d{{2}}-\d{{2}})"
"""A pattern (ignoring case) for 'Jan 22', 'Oct 2, 2024', '2 October 2024' and '2024-10-02'."""

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", re.DOTALL)
_MONTH_FIRST = re.compile(rf"({_MONTH}) (\d{{1,2}}), ?(\d{{4}})", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"(\d{{1,2}}) ({_MONTH}),? (\d{{4}})", re.IGNORECASE)


def full_date(text: str) -> date | None:
    """Return the day that the text names in full, or None: 'Jan 22', '2024' and '2024-13-01' name none."""
    text = text.strip()
    try:
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _MONTH_FIRST.fullmatch(text):
            return date(int(match[3]), _month(match[1]), int(match[2]))
        if match := _DAY_FIRST.fullmatch(text):
            return date(int(match[3]), _month(match[2]), int(match[1]))
    except ValueError:
        return None
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1
