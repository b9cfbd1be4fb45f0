"""Dates in queries: what ``date:2019..2021``, ``before:``, ``after:`` and ``age:`` stand for."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from whoosh.query import NumericRange

from indexer.query.times import time_value

DATE_FIELDS = ("date", "before", "after", "age")
"""The fields whose values are dates or ages."""

PUBLISHED = "published"
"""The field of the index that they look at."""

_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_AGE = re.compile(r"([<>]=?|)(\d{1,4})([hdwmy])")
_UNIT = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def parse_date(field: str, value: str, now: datetime) -> NumericRange | None:
    """The range of times that a field with a value asks for; None when it is no date.

    Args:
        field: One of `DATE_FIELDS`.
        value: A year, month or day (``2019``, ``2019-05``, ``2019-05-31``), for ``date`` also two
            with ``..`` between, one of which may be missing; for ``age`` a number of hours, days,
            weeks, months or years (``<7d``, ``>1y``).
        now: The time that ages are counted back from.
    """
    value = unicodedata.normalize("NFKC", value)
    if field == "age":
        return _age(value, now)
    if field == "date" and ".." in value:
        first, last = value.split("..", 1)
        begin, end = _period(first), _period(last)
        if (first and not begin) or (last and not end) or not (begin or end):
            return None
        return _range(begin[0] if begin else None, end[1] if end else None)
    period = _period(value)
    if period is None:
        return None
    begins, ends = period
    if field == "before":
        return _range(None, begins)
    return _range(begins, ends if field == "date" else None)


def _age(value: str, now: datetime) -> NumericRange | None:
    found = _AGE.fullmatch(value)
    if not found:
        return None
    sign, number, unit = found.groups()
    bound = now - int(number) * _UNIT[unit] if int(number) * _UNIT[unit] < _MOST else None
    return _range(None, bound) if sign.startswith(">") else _range(bound, None)


_MOST = timedelta(days=365 * 1900)


def _period(text: str) -> tuple[datetime, datetime] | None:
    """The first moment of a year, month or day, and the first one after it."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        begin = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
    except ValueError:
        return None
    try:
        if day:
            return begin, begin + timedelta(days=1)
        if month:
            return begin, begin.replace(year=begin.year + month // 12, month=month % 12 + 1)
        return begin, begin.replace(year=begin.year + 1)
    except (ValueError, OverflowError):  # the last one there is
        return begin, datetime.max.replace(tzinfo=UTC)


def _range(start: datetime | None, end: datetime | None) -> NumericRange:
    """From one moment on until before another."""
    first = time_value(start) if start else 1
    return NumericRange(PUBLISHED, first, time_value(end) if end else None, endexcl=True)
