"""The spider: Scrapy fetches what the frontier has waiting, and each answer becomes a visit."""

from __future__ import annotations

import logging
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Self, cast

from scrapy import Request, Spider, signals
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import DontCloseSpider

from crawler.errors import CrawlError
from crawler.further import read_further, read_further_failure
from crawler.politeness import settings_for
from crawler.response import read_failure, read_response
from crawler.url import normalize_url
from indexer.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.frontier import Frontier
    from crawler.hosts import Hosts
    from crawler.source import Source
    from crawler.visit import Pending, Visit


def fetch(frontier: Frontier, source: Source, hosts: Hosts, contact: str = "") -> None:
    """Visit every page the frontier has waiting. It can be called once a process.

    Args:
        frontier: The frontier of the source; it is left without a page to take.
        source: What is crawled.
        hosts: What the hosts asked for.
        contact: Whom they can write to.

    Raises:
        StoreError: A visit could not be recorded; the crawl ended there and can go on later.
        CrawlError: The crawl ended before its pages did.
    """
    own_handlers = logging.root.handlers
    for handler in own_handlers:  # Scrapy lets its loggers tell everything
        handler.setLevel(logging.ERROR)
    settings = {
        **settings_for(source, contact),
        "SCHEDULER": FrontierScheduler,
        "LOG_INSTALL_ROOT_HANDLER": not own_handlers,
    }
    process = AsyncCrawlerProcess(settings)
    _quieten()
    crawler = process.create_crawler(FrontierSpider)
    process.crawl(crawler, frontier=frontier, source=source, hosts=hosts)
    # A signal ends the process at once: what was under way is fetched again by the next crawl.
    process.start(install_signal_handlers=False)
    spider = crawler.spider
    if isinstance(spider, FrontierSpider) and spider.fault:
        raise spider.fault
    if process.bootstrap_failed or frontier.has_pending():
        raise CrawlError("the crawl ended early: the log says why, the next crawl goes on with it")


class FrontierSpider(Spider):
    """Turns the pages that wait into requests, and what comes of these into visits.

    Attributes:
        fault: What is wrong with the store. Nothing more is fetched when there is something.
        hosts: What the hosts asked for.
        pauses: The seconds between two requests that a host's robots.txt asks for, by its name.
    """

    name = "xiaosou"

    def __init__(self, *, frontier: Frontier, source: Source, hosts: Hosts) -> None:
        super().__init__()
        self.fault: StoreError | None = None
        self.hosts = hosts
        self.pauses: dict[str, float] = {}
        self._frontier = frontier
        self._source = source

    def wait_for_others(self) -> None:
        """Stay while other workers have pages under way, which may bring more.

        Raises:
            DontCloseSpider: There are such, and Scrapy asks again in a moment.
        """
        try:
            if self.fault is None and not self._frontier.is_silent:
                waits = self._frontier.others_at_work()
            else:
                waits = False
        except StoreError as error:
            self.fault = error
            return
        if waits:
            raise DontCloseSpider

    def has_pending(self) -> bool:
        """Whether there is a page to request now."""
        try:
            return self.fault is None and self._frontier.has_pending()
        except StoreError as error:
            self.fault = error
            return False

    def take(self) -> Request | None:
        """A request for the next page, if there is one."""
        page = self._frontier.take() if self.has_pending() else None
        if page is None:
            return None
        return Request(
            page.url,
            headers=_validators(page),
            callback=self.parse,
            errback=partial(self.fail, page=page),
            cb_kwargs={"page": page},
            meta={"dont_redirect": True},  # where it moved to is a page of its own
        )

    def parse(self, response: Response, page: Pending) -> Request | None:
        """Record what an answer holds, or ask for the page its article goes on at."""
        return self._go_on(read_response(response, page, self._source))

    def parse_further(self, response: Response, visit: Visit) -> Request | None:
        """Go on with an article of several pages."""
        return self._go_on(read_further(response, visit, self._source))

    def add_maps(self, urls: Iterable[str]) -> None:
        """Add the sitemaps that a robots.txt names, those on the source's hosts."""
        normal = filter(None, map(normalize_url, urls))
        self._frontier.add_maps(filter(self._source.has_host_of, normal))

    def fail(self, failure: Failure, page: Pending) -> None:
        """Record that there was no answer."""
        if isinstance(failure.value, StoreError):
            self.fault = failure.value
            return
        self._record(read_failure(failure.value, page))

    def fail_further(self, failure: Failure, visit: Visit) -> None:
        """Record an article whose next page was not given."""
        if isinstance(failure.value, StoreError):
            self.fault = failure.value
            return
        self._record(read_further_failure(failure.value, visit, self._source))

    def _go_on(self, visit: Visit) -> Request | None:
        if not visit.goes_on_at:
            self._record(visit)
            return None
        return Request(
            visit.goes_on_at,
            callback=self.parse_further,
            errback=partial(self.fail_further, visit=visit),
            cb_kwargs={"visit": visit},
            meta={"dont_redirect": True},
        )

    def _record(self, visit: Visit) -> None:
        try:
            self._frontier.record(visit)
        except StoreError as error:
            self.fault = error


class FrontierScheduler(BaseScheduler):
    """Gives Scrapy the pages that wait in the frontier, as fast as it takes them.

    Requests that Scrapy wants to try again, and those for further pages of an article, come first.
    They are kept in memory, for the pages they belong to still wait in the frontier.
    """

    def __init__(self, spider: FrontierSpider) -> None:
        self._spider = spider
        self._again: deque[Request] = deque()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy when the spider exists."""
        spider = cast("FrontierSpider", crawler.spider)
        crawler.signals.connect(spider.wait_for_others, signal=signals.spider_idle)
        return cls(spider)

    def has_pending_requests(self) -> bool:
        """Whether there is a request to make now."""
        return bool(self._again) or self._spider.has_pending()

    def enqueue_request(self, request: Request) -> bool:
        """Keep a request that comes before those for other pages."""
        self._again.append(request)
        return True

    def next_request(self) -> Request | None:
        """The next request to make, if there is one."""
        return self._again.popleft() if self._again else self._spider.take()


def _validators(page: Pending) -> dict[str, str]:
    """The headers that ask for a page only if it has changed (RFC 9110, section 13.1)."""
    given = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified}
    return {name: value for name, value in given.items() if value}


def _quieten() -> None:
    """Log nothing that ends up as a page's outcome anyway."""
    for name in ("twisted", "trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
