"""A source: a site, or a part of one, to collect articles from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from functools import lru_cache

from crawler.errors import SourceError
from crawler.extraction import Selectors
from crawler.pattern import is_endless
from crawler.revisit import Revisits
from crawler.url import host_of

_NO_SELECTORS = Selectors()
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Source:
    """What to crawl, how politely, how often, and what its pages hold.

    Attributes:
        name: Its name in commands and tables: lower-case Latin letters, digits, ``.``, ``_``
            and ``-``.
        seeds: The normalised URLs a crawl begins with.
        hosts: Further hosts links are followed to, as `crawler.url.host_of` spells them; those of
            the seeds need not be named.
        private_hosts: The hosts, without a port, that may have a private or loopback address.
        allow: When there are any, a URL must match one of them, anywhere in it.
        deny: A URL must match none of them.
        articles: The pages that are articles; None leaves it to extraction to find out.
        selectors: Where things stand on its pages.
        site: The name of the site, in place of what its pages say; empty to believe them.
        category: The same for the category.
        language: The same for the language.
        zone: The time zone of dates that are printed without one.
        delay: Seconds between two requests to a host.
        interval: How long after the start of a crawl the next one is due, and the shortest time
            after which a page is visited again.
        longest_interval: The longest time after which a page is visited again.
        max_pages: How many pages one crawl visits at most.
    """

    name: str
    seeds: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()
    allow: tuple[re.Pattern[str], ...] = ()
    deny: tuple[re.Pattern[str], ...] = ()
    articles: re.Pattern[str] | None = None
    selectors: Selectors = _NO_SELECTORS
    site: str = ""
    category: str = ""
    language: str = ""
    zone: tzinfo = UTC
    delay: float = 1.0
    interval: timedelta = timedelta(days=1)
    longest_interval: timedelta = timedelta(days=30)
    max_pages: int = 10_000

    @property
    def revisits(self) -> Revisits:
        """The bounds between which its pages are visited again."""
        return Revisits(self.interval, max(self.interval, self.longest_interval))

    def has_host_of(self, url: str) -> bool:
        """Whether a normalised URL is on one of the source's hosts."""
        return host_of(url) in _hosts_of(self.seeds, self.hosts)

    def covers(self, url: str) -> bool:
        """Whether a normalised URL is within the source's bounds; its seeds always are."""
        if url in self.seeds:
            return True
        if not self.has_host_of(url) or is_endless(url):
            return False
        if self.allow and not any(pattern.search(url) for pattern in self.allow):
            return False
        return not any(pattern.search(url) for pattern in self.deny)

    def may_hold_article(self, url: str) -> bool:
        """Whether the article of this page, if it has one, is wanted."""
        return self.articles is None or bool(self.articles.search(url))


def check_name(name: str) -> str:
    """Return a source's name as it is.

    Raises:
        SourceError: It is no name for a source.
    """
    if not _NAME.fullmatch(name):
        raise SourceError(
            f"{name!r} is no name for a source: use lower-case letters, digits, '.', '_' and '-'"
        )
    return name


@lru_cache
def _hosts_of(seeds: tuple[str, ...], hosts: tuple[str, ...]) -> frozenset[str]:
    return frozenset([*map(host_of, seeds), *hosts])
