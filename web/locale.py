"""The languages of the interface: how each says things and writes numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from indexer.results import Notice
from web.catalogue import CHINESE, CHINESE_API, CHINESE_CRAWLER, ENGLISH
from web.wording import Wording

PARAMETER = "hl"
"""The name of the parameter that asks for a language, and of the cookie that remembers it."""

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Locale:
    """A language of the interface.

    Attributes:
        code: Its name in links: ``zh`` or ``en``.
        name: Its name in itself.
        catalogue: What it says, by key.
        write_date: How it writes the day of a time.
        api: What it says of the API, by what the OpenAPI document says; the same where it has none.
        crawler: What it says of what the crawler tells in English.
    """

    code: str
    name: str
    catalogue: Mapping[str, str]
    write_date: Callable[[datetime], str]
    api: Mapping[str, str]
    crawler: Wording

    @property
    def tag(self) -> str:
        """Its name for browsers (BCP 47)."""
        return self.catalogue["tag"]

    def text(self, key: str, **values: object) -> str:
        """What the catalogue says under a key, with the values filled in."""
        return self.catalogue[key].format(**values)

    def count(self, key: str, count: int) -> str:
        """What the catalogue says of so many things."""
        return self.text(f"{key}.{'one' if count == 1 else 'many'}", count=self.number(count))

    def number(self, value: int) -> str:
        """A whole number, in groups of three digits."""
        return f"{value:,}"

    def seconds(self, value: float) -> str:
        """A short time in seconds, to the millisecond."""
        return f"{value:.3f}"

    def megabytes(self, count: int) -> str:
        """A number of bytes, in millions."""
        return f"{count / 1e6:,.1f} MB"

    def describe(self, text: str) -> str:
        """What the OpenAPI document says, in this language."""
        return self.api.get(text, text)

    def report(self, text: str) -> str:
        """What the crawler tells, in this language; empty where it has no words for that."""
        return self.crawler.say(text)

    def outcome(self, code: str) -> str:
        """What came of visits to pages, or its code when that is all there is."""
        return self.catalogue.get(f"outcome.{code}", code)

    def date(self, time: datetime) -> str:
        """The day of a time, in the time's own zone."""
        return self.write_date(time)

    def minute(self, time: datetime) -> str:
        """A time to the minute, in its own zone."""
        return f"{self.write_date(time)} {time:%H:%M}"

    def notice(self, notice: Notice) -> str:
        """What a notice says, in its own words when the catalogue has none for it."""
        return self.catalogue.get(f"notice.{notice.code}", notice.text)

    def language(self, code: str) -> str:
        """The name of a language, or its code when that is all there is."""
        return self.catalogue.get(f"language.{code}", code)


def language_tag(code: str) -> str:
    """A language code for an attribute ``lang``; empty when it is not one a browser knows."""
    return code if _LANGUAGE_TAG.fullmatch(code) else ""


def _english_date(time: datetime) -> str:
    return f"{time.day} {_MONTHS[time.month - 1]} {time.year}"


def _chinese_date(time: datetime) -> str:
    return f"{time.year}年{time.month}月{time.day}日"


_CHINESE = Locale("zh", "中文", CHINESE, _chinese_date, CHINESE_API, Wording(CHINESE_CRAWLER))
_ENGLISH = Locale("en", "English", ENGLISH, _english_date, {}, Wording({}))

LOCALES = {locale.code: locale for locale in (_CHINESE, _ENGLISH)}
"""The languages of the interface, by code."""
