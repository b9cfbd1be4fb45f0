"""Times as queries and columns have them: numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

UNDATED = 0
"""The value of an article without a date."""

_YEAR_1 = datetime.min.replace(tzinfo=UTC)


def time_value(published: datetime | None) -> int:
    """A time as a number: microseconds since the year 1, from one on, and `UNDATED` for none."""
    return (published - _YEAR_1) // timedelta.resolution + 1 if published else UNDATED
