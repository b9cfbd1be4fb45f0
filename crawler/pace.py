"""How fast a host is asked: as it answers, as its robots.txt says, and not while it wants rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING, cast
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

    It is never less than the source's, nor than the Crawl-delay of the host's robots.txt, and
    several workers on one source share it. A host that answers 429 or 503 with Retry-After is left
    alone as long as it says.
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
        """The least delay for a host, in seconds."""
        spider = cast("FrontierSpider", self.crawler.spider)
        pause = spider.pauses.get(urlsplit(url).hostname or "", 0.0)
        return max(pause, self.mindelay) * spider.workers()

    def _rest(self, slot: Slot, rest: float, url: str) -> None:
        if rest > LONGEST_REST:
            parts = urlsplit(url)
            spider = cast("FrontierSpider", self.crawler.spider)
            until = datetime.now(UTC) + timedelta(seconds=rest)
            spider.hosts.hold(f"{parts.scheme}://{parts.netloc}", until)
            return
        slot.delay = max(slot.delay, _SHORTEST)
        slot.lastseen = max(slot.lastseen, monotonic() + rest - slot.delay)


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
