"""Reading dates as pages write them, in Chinese, in English and for machines."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = rf"(?:{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_WEEKDAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
_DAY_OF_WEEK = re.compile(rf"\b{_WEEKDAY}\b|(?:星期|周|週)[一二三四五六日天]", re.IGNORECASE)
_YEAR = r"(?:19|20)\d\d"
_DATES = (
    # 2024-03-05, 2024/3/5, 2024.3.5, 2024年3月5日
    rf"(?<!\d)(?P<year>{_YEAR})\s*(?P<sign>[-/.年])\s*(?P<month>[01]?\d)\s*(?:(?P=sign)|月)"
    r"\s*(?P<day>[0-3]?\d)(?!\d)\s*日?",
    # March 5, 2024; Mar. 5th 2024; Mar 5 Tue 2024
    rf"(?<![A-Za-z])(?P<month>{_NAME})\.?\s*(?P<day>[0-3]?\d)(?:st|nd|rd|th)?,?"
    rf"(?:\s+{_WEEKDAY},?)?\s+(?P<year>{_YEAR})(?!\d)",
    # 5 March 2024, 5th of March, 2024
    rf"(?<![\dA-Za-z])(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s*(?:of\s+)?(?P<month>{_NAME})\.?,?"
    rf"\s+(?P<year>{_YEAR})(?!\d)",
    # 25/12/2023 and 12/25/2023, where only one way of reading them is possible
    rf"(?<![\d./-])(?P<one>[0-3]?\d)(?P<sign>[./-])(?P<other>[0-3]?\d)(?P=sign)(?P<year>{_YEAR})"
    r"(?!\d)",
)
_DATE = tuple(re.compile(form, re.IGNORECASE) for form in _DATES)
_TIME = re.compile(
    r"""
    [\sT,/|·•@-]{0,5}
    (?: (?:星期|周|週)[一二三四五六日天] \s* | at\s+ )?
    (?P<half>上午|下午|晚上|凌晨|早上)? \s*
    (?P<hour>[0-2]?\d) \s*[:：时時点]\s* (?P<minute>[0-5]\d)
    (?: \s*[:：分]\s* (?P<second>[0-5]\d) (?:[.,]\d+)? 秒? )? 分?
    \s* (?P<noon>[ap]\.?m\b\.?)?
    \s* (?P<zone>[A-Z]{1,4}\b)? (?P<offset>[+-][01]?\d (?: :?[0-5]\d )? )?
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Hours from UTC. CST is left out: it is the time of China as well as of Chicago.
_ZONES = dict.fromkeys(["Z", "UTC", "GMT"], 0) | {"BST": 1, "CET": 1, "CEST": 2, "JST": 9, "KST": 9}
_ZONES |= {"EDT": -4, "EST": -5, "PDT": -7, "PST": -8}
_EARLIEST_YEAR = 1990


def parse_date(text: str, zone: tzinfo) -> datetime | None:
    """Read the first date of a text, with the time of day that follows it, in UTC.

    A date such as 3/5/2024, which may be of March or of May, is not read, nor is one before 1990
    or in the future.

    Args:
        text: Any text.
        zone: The zone of a time that does not tell its own; a mere day begins in it.
    """
    found = [match for form in _DATE for match in form.finditer(text)]
    for match in sorted(found, key=re.Match.start):
        day = _day_of(match.groupdict())
        if day is None:
            continue
        time = _TIME.match(text, match.end())
        moment = (_time_of(day, time, zone) if time else day.replace(tzinfo=zone)).astimezone(UTC)
        if moment <= datetime.now(UTC) + timedelta(days=1):
            return moment
    return None


def find_date_in(text: str) -> int:
    """Where the first date of a text begins; its end when there is none."""
    starts = (match.start() for form in _DATE for match in form.finditer(text))
    return min(starts, default=len(text))


def is_only_date(text: str) -> bool:
    """Whether a text is a date, perhaps with its day of the week and a time, and nothing else."""
    for form in _DATE:
        match = form.search(text)
        if match:
            time = _TIME.match(text, match.end())
            rest = text[: match.start()] + text[time.end() if time else match.end() :]
            return not re.search(r"\w", _DAY_OF_WEEK.sub("", rest))
    return False


def _day_of(parts: dict[str, str]) -> datetime | None:
    if "one" in parts:
        smaller, larger = sorted([int(parts["one"]), int(parts["other"])])
        if smaller != larger <= len(_MONTHS):
            return None
        month, day = smaller, larger
    else:
        name = parts["month"]
        month = int(name) if name.isdecimal() else _MONTHS.index(name[:3].lower()) + 1
        day = int(parts["day"])
    try:
        moment = datetime(int(parts["year"]), month, day)
    except ValueError:
        return None
    return moment if moment.year >= _EARLIEST_YEAR else None


def _time_of(day: datetime, time: re.Match[str], zone: tzinfo) -> datetime:
    hour, minute, second = (int(time[part] or 0) for part in ("hour", "minute", "second"))
    half = (time["half"] or time["noon"] or "").lower()
    if half.startswith(("p", "下午", "晚上")) and hour < 12:
        hour += 12
    elif half.startswith(("a", "凌晨")) and hour == 12:
        hour = 0
    if hour > 23:
        return day.replace(tzinfo=zone)
    return day.replace(hour=hour, minute=minute, second=second, tzinfo=_zone_of(time, zone))


def _zone_of(time: re.Match[str], zone: tzinfo) -> tzinfo:
    if time["offset"]:
        digits = time["offset"][1:].replace(":", "").rjust(2, "0").ljust(4, "0")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(-offset if time["offset"].startswith("-") else offset)
    name = (time["zone"] or "").upper()
    return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else zone
