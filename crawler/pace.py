"""How fast a host is asked: as it answers, as its robots.txt says, and not while it wants rest.

The workers of all crawls take turns at a host, so that the delay holds for all of them together.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, Self, cast
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.extensions.throttle import AutoThrottle

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.core.downloader import Slot
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.spider import FrontierSpider

ADAPTIVE = "PACE_ADAPTIVE"
"""The Scrapy setting that says whether the delay follows the time a host takes to answer."""

LONGEST_REST = 120.0
"""Seconds a crawl waits for a host; when it asks for more, its pages are left for another crawl."""

_BUSY = frozenset({429, 503})
_SHORTEST = 0.001  # seconds; Scrapy waits only where there is a delay


class Pace(AutoThrottle):
    """Sets the delay between two requests to a host.

    It is never less than the source's, nor than the Crawl-delay of the host's robots.txt. A host
    that answers 429 or 503 with Retry-After is left alone as long as it says.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._adaptive = crawler.settings.getbool(ADAPTIVE)
        crawler.signals.connect(self._reach, signal=signals.request_reached_downloader)

    def _reach(self, request: Request, spider: Spider) -> None:
        _, slot = self._get_slot(request, spider)
        if slot:
            slot.delay = max(slot.delay, self._least(request.url))

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        if self._adaptive:
            super()._adjust_delay(slot, latency, response)
        slot.delay = max(slot.delay, self._least(response.url))
        if response.status in _BUSY and (rest := read_retry_after(response)):
            self._rest(slot, rest, response.url)

    def _least(self, url: str) -> float:
        return least_delay(self.crawler, url)

    def _rest(self, slot: Slot, rest: float, url: str) -> None:
        hosts = cast("FrontierSpider", self.crawler.spider).hosts
        if rest > LONGEST_REST:
            hosts.hold(origin_of(url), timedelta(seconds=rest))
            return
        hosts.rest(origin_of(url), rest)
        slot.delay = max(slot.delay, _SHORTEST)
        slot.lastseen = max(slot.lastseen, monotonic() + rest - slot.delay)


class TurnMiddleware:
    """Lets a request wait for its turn at its host; of those for one host one waits at a time."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._waiting: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass when its turn has come; at once where there is no delay.

        Raises:
            HeldError: The host wants to be left alone meanwhile.
            StoreError: The store cannot be used.
        """
        downloader = self._crawler.engine.downloader
        key = downloader.get_slot_key(request)
        hosts, origin = cast("FrontierSpider", self._crawler.spider).hosts, origin_of(request.url)
        async with self._waiting[key]:
            while True:
                slot = downloader.slots.get(key)
                delay = max(least_delay(self._crawler, request.url), slot.delay if slot else 0.0)
                wait = hosts.take_turn(origin, delay) if delay > 0 else 0.0
                if not wait:
                    break
                await asyncio.sleep(wait)
        hosts.check_hold(origin)


def least_delay(crawler: Crawler, url: str) -> float:
    """The least delay for a host, in seconds: its source's, or what its robots.txt asks for."""
    spider = cast("FrontierSpider", crawler.spider)
    pause = spider.pauses.get(urlsplit(url).hostname or "", 0.0)
    return max(pause, crawler.settings.getfloat("DOWNLOAD_DELAY"))


def origin_of(url: str) -> str:
    """The origin of a URL, such as ``https://example.com:8443``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def read_retry_after(response: Response) -> float:
    """The seconds that an answer's Retry-After asks for; 0 when it asks for nothing.

    It may be a number of seconds or a date (RFC 9110, section 10.2.3).
    """
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(min(int(text), timedelta.max.days))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
