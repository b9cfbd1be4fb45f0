"""What a host allows: its robots.txt (RFC 9309), and until when it wants to be left alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.failure import HeldError, OutOfBoundsError, RefusalError, explain_failure
from indexer.errors import StoreError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.spider import FrontierSpider

PRODUCT = "xiaosou"
"""The name by which robots.txt, and pages, speak of this crawler."""

_MOST_MOVES = 5  # RFC 9309, section 2.3.1.2
_LONGEST = 512 * 1024  # bytes that are read; RFC 9309 asks for 500 KiB at least
_OWN = "robots"
_TOO_MANY_REQUESTS = 429


class RobotsMiddleware:
    """Lets a request pass when its host allows it.

    Without a robots.txt (4xx) everything is allowed; when it cannot be had (5xx, no answer) nothing
    is, until the next crawl. It is asked for once a day.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, asyncio.Task[Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    @property
    def _spider(self) -> FrontierSpider:
        return cast("FrontierSpider", self._crawler.spider)

    async def process_request(self, request: Request) -> None:
        """Let a request pass that its host allows.

        Raises:
            OutOfBoundsError: The host's robots.txt forbids the page.
            RefusalError: Nothing is to be asked for now, for the host has no robots.txt to give.
            HeldError: Or it wants to be left alone.
            StoreError: The store cannot be used.
        """
        if _OWN in request.meta:
            return
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._spider.hosts.check_hold(origin)
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin))
        rules = await asyncio.shield(self._rules[origin])
        if not rules.can_fetch(request.url, PRODUCT):
            raise OutOfBoundsError("forbidden by robots.txt")
        if delay := rules.crawl_delay(PRODUCT):
            self._spider.pauses[parts.hostname or ""] = float(delay)

    async def _read(self, origin: str) -> Protego:
        text = self._spider.hosts.robots(origin)
        if text is None:
            text = await self._ask(origin)
            self._spider.hosts.keep_robots(origin, text)
        rules = Protego.parse(text)
        self._spider.add_maps(rules.sitemaps)
        return rules

    async def _ask(self, origin: str) -> str:
        """The text of a host's robots.txt, empty when it has none."""
        request = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            meta={_OWN: True, "redirect_ttl": _MOST_MOVES},
            priority=1000,
        )
        try:
            response: Response = await self._crawler.engine.download_async(request)
        except (StoreError, HeldError, asyncio.CancelledError):
            raise
        except IgnoreRequest:
            return ""  # too long, moved too often, or to where we do not go: it is not there
        except Exception as error:
            raise RefusalError(f"no robots.txt: {explain_failure(error)}") from error
        if response.status >= 500 or response.status == _TOO_MANY_REQUESTS:
            raise RefusalError(f"no robots.txt: HTTP {response.status}")
        found = 200 <= response.status < 300
        return response.body[:_LONGEST].decode("utf-8-sig", "ignore") if found else ""
