"""Which parts of Scrapy take part in a crawl, as settings.

Every part costs time for each page, and there are many that do nothing here: pages that wait, their
bounds and what comes of them are the frontier's.
"""

from __future__ import annotations

from typing import Any

from scrapy.settings.default_settings import EXTENSIONS_BASE, SPIDER_MIDDLEWARES_BASE
from scrapy.statscollectors import DummyStatsCollector

from crawler.guard import GuardedHandler, GuardedResolver
from crawler.pace import Pace, TurnMiddleware
from crawler.robots import RobotsMiddleware

# By their names: some take long to import.
_NO_MIDDLEWARES = (
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware",  # our own in its place
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
    # Where a page sends its readers on to is a page of its own.
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware",
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware",  # it could connect to anything
    "scrapy.downloadermiddlewares.stats.DownloaderStats",
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware",
)

COMPONENTS: dict[str, Any] = {
    "DOWNLOADER_MIDDLEWARES": {
        **dict.fromkeys(_NO_MIDDLEWARES),
        RobotsMiddleware: 100,
        TurnMiddleware: 950,  # next to the downloader
    },
    "DOWNLOAD_HANDLERS": {
        **dict.fromkeys(("http", "https"), GuardedHandler),
        **dict.fromkeys(("data", "file", "ftp", "s3")),
    },
    "TWISTED_DNS_RESOLVER": GuardedResolver,
    # A visit is recorded whatever the status, and leads to no requests but our own.
    "SPIDER_MIDDLEWARES": dict.fromkeys(SPIDER_MIDDLEWARES_BASE),
    "CONCURRENT_ITEMS": 1,  # there are none, and Scrapy makes so many tasks for each answer
    "EXTENSIONS": {**dict.fromkeys(EXTENSIONS_BASE), Pace: 0},
    "STATS_CLASS": DummyStatsCollector,
}
"""What takes part beside the spider and the scheduler."""
