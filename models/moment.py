"""Moments as the store has them: in UTC, without saying so.

DuckDB would turn an aware moment into the local time of the machine before it keeps it.
"""

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """Return the moment in UTC, without a zone. One without zone is in UTC already."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def utc_now() -> datetime:
    """Return this moment in UTC, without a zone."""
    return utc(datetime.now(UTC))
