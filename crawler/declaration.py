"""A source's declaration: a short TOML file that says what to crawl."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta, tzinfo
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crawler.errors import SourceError
from crawler.extraction import Selectors
from crawler.source import Source, check_name
from crawler.url import host_of, normalize_url

_T = TypeVar("_T")

_INTERVAL = re.compile(r"([1-9][0-9]{0,4})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LANGUAGE = re.compile(r"[a-z]{2}")


def parse_source(name: str, text: str, place: str) -> Source:
    """Read a declaration.

    Args:
        name: The source's name.
        text: The TOML.
        place: Where it stands, for messages; the name of the file.

    Raises:
        SourceError: It is not TOML, lacks seeds, has an unknown key or a value that cannot be.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{place} is not TOML: {error}") from None
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _READERS:
            raise SourceError(f"{place}: unknown key {key!r}, known are {', '.join(_READERS)}")
        values[key] = _read(_READERS[key], value, f"{place}: {key}")
    if not values.get("seeds"):
        raise SourceError(f"{place}: seeds must name at least one address to begin with")
    return Source(name=check_name(name), **values)


def write_source(seed: str) -> str:
    """The text of a declaration for a new source, with every key in it and what it is for.

    Args:
        seed: A normalised URL.
    """
    return _TEMPLATE.format(seed=json.dumps(seed), host=host_of(seed))


def write_interval(interval: timedelta) -> str:
    """An interval as a declaration has it, in the largest unit that divides it."""
    seconds = int(interval.total_seconds())
    unit = next(unit for unit in reversed(_SECONDS) if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def _read(reader: Callable[[Any], _T], value: Any, place: str) -> _T:
    try:
        return reader(value)
    except SourceError as error:
        raise SourceError(f"{place}: {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise SourceError(f"{value!r} is not text in quotes")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise SourceError(f"{value!r} is not a list of texts in quotes")
    return tuple(_text(item) for item in value)


def _seeds(value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_seed(item) for item in _texts(value)))


def _seed(value: str) -> str:
    url = normalize_url(value)
    if url is None:
        raise SourceError(f"{value!r} is no web address, write it as https://example.com/page")
    return url


def _hosts(value: Any) -> tuple[str, ...]:
    return tuple(_host(item) for item in _texts(value))


def _host(value: str) -> str:
    return host_of(_host_url(value))


def _host_url(value: str) -> str:
    url = normalize_url(f"http://{value}/")
    if url is None or re.search(r"[/?#]", value):
        raise SourceError(f"{value!r} is no host, write it as m.example.com")
    return url


def _private_hosts(value: Any) -> tuple[str, ...]:
    return tuple(urlsplit(_host_url(item)).hostname or "" for item in _texts(value))


def _pattern(value: Any) -> re.Pattern[str]:
    try:
        return re.compile(_text(value))
    except re.error as error:
        raise SourceError(f"{value!r} is no regular expression: {error}") from None


def _patterns(value: Any) -> tuple[re.Pattern[str], ...]:
    return tuple(_pattern(item) for item in _texts(value))


def _language(value: Any) -> str:
    if not _LANGUAGE.fullmatch(_text(value)):
        raise SourceError(f"{value!r} is no two-letter code such as 'zh' or 'en'")
    return str(value)


def _zone(value: Any) -> tzinfo:
    try:
        return ZoneInfo(_text(value))
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise SourceError(f"{value!r} is no time zone such as 'Asia/Shanghai'") from None


def _delay(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 3600:
        raise SourceError(f"{value!r} is no number of seconds from 0 to 3600")
    return float(value)


def _interval(value: Any) -> timedelta:
    match = _INTERVAL.fullmatch(_text(value))
    if not match:
        raise SourceError(f"{value!r} is no interval such as '1d', '12h', '30m', '90s' or '2w'")
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])


def _max_pages(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SourceError(f"{value!r} is no whole number from 1 up")
    return value


def _selectors(value: Any) -> Selectors:
    if not isinstance(value, Mapping):
        raise SourceError(f"{value!r} is not a table, begin it with [selectors]")
    known = [field.name for field in fields(Selectors)]
    if unknown := [key for key in value if key not in known]:
        raise SourceError(f"unknown key {unknown[0]!r}, known are {', '.join(known)}")
    selectors: dict[str, Any] = {
        key: _read(_texts if key == "remove" else _text, selector, key)
        for key, selector in value.items()
    }
    return Selectors(**selectors)


_READERS: dict[str, Callable[[Any], Any]] = {
    "seeds": _seeds,
    "hosts": _hosts,
    "private_hosts": _private_hosts,
    "allow": _patterns,
    "deny": _patterns,
    "articles": _pattern,
    "delay": _delay,
    "interval": _interval,
    "longest_interval": _interval,
    "max_pages": _max_pages,
    "zone": _zone,
    "site": _text,
    "category": _text,
    "language": _language,
    "selectors": _selectors,
}

_TEMPLATE = """\
# A source of xiaosou. Only the seeds are needed; a line that begins with # is an example.

# Where a crawl begins.
seeds = [{seed}]

# Links are followed on the hosts of the seeds. More hosts, patterns a URL must match one of, and
# patterns it must not match; regular expressions in single quotes.
#hosts = ["m.{host}"]
#allow = ['/jokes/', '/advice/']
#deny = ['/login', '[?&]print=']

# Hosts that may have an address of a private network, or of this machine.
#private_hosts = ["intranet.example"]

# Which pages are articles. Without it, the page's text decides.
#articles = '/[0-9]+\\.html$'

# Seconds between two requests, when to crawl again (s, m, h, d or w), how late at the latest a page
# that does not change, how many pages at most.
delay = 1.0
interval = "1d"
#longest_interval = "30d"
#max_pages = 10000

# The time zone of the dates on the pages.
#zone = "Asia/Shanghai"

# Names that win over what the pages say.
#site = "A good laugh"
#category = "Office jokes"
#language = "en"

# Where things stand on the pages, as CSS selectors that win over the rules.
#[selectors]
#title = "h1"
#body = "div.article"
#date = "time"
#author = ".author"
#category = ".breadcrumb a:last-child"
#site = ".logo"
#remove = [".share", ".advertisement"]
# The elements that hold an article each, where a page has several.
#each = "div.joke"
"""
