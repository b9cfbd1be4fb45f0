"""How the crawler behaves towards the sites it visits: Scrapy's settings, and robots.txt."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.guard import PORTS, PRIVATE_HOSTS, GuardedHandler, GuardedResolver
from crawler.url import host_of
from indexer import __version__

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.source import Source

USER_AGENT = f"xiaosou/{__version__}"

LONGEST_BODY = 8 * 1024 * 1024  # bytes, after decompression
LONGEST_WAIT = 30  # seconds for a whole answer
CONCURRENCY = 16  # requests under way


_RETRIED = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
    OSError,
)


class ForbiddenByRobotsError(IgnoreRequest):
    """The site's robots.txt forbids the page."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Obeys robots.txt, and says so by an error of its own."""

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Let a request pass that robots.txt allows.

        Raises:
            ForbiddenByRobotsError: It forbids it.
        """
        try:
            await super().process_request(request)
        except IgnoreRequest as error:
            raise ForbiddenByRobotsError(str(error)) from error


def settings_for(source: Source) -> dict[str, Any]:
    """Scrapy's settings for a crawl of this source."""
    return {
        "USER_AGENT": USER_AGENT,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
        },
        "ROBOTSTXT_OBEY": True,
        "DOWNLOADER_MIDDLEWARES": {RobotsTxtMiddleware: None, RobotsMiddleware: 100},
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(("http", "https"), GuardedHandler),
            **dict.fromkeys(("data", "file", "ftp", "s3")),
        },
        "TWISTED_DNS_RESOLVER": GuardedResolver,
        PRIVATE_HOSTS: source.private_hosts,
        PORTS: [*map(host_of, source.seeds), *source.hosts],
        "HTTPPROXY_ENABLED": False,  # nobody can say what a proxy connects to
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_DELAY": source.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": not all(map(_is_loopback, source.seeds)),
        "AUTOTHROTTLE_START_DELAY": source.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(source.delay, 60),
        "CONCURRENT_REQUESTS": CONCURRENCY,
        "DOWNLOAD_MAXSIZE": LONGEST_BODY,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": LONGEST_WAIT,
        # What did not answer in time is not waited for again in the same crawl.
        "RETRY_EXCEPTIONS": _RETRIED,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "COOKIES_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,  # a visit is recorded whatever the status
        "URLLENGTH_LIMIT": 0,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOGSTATS_INTERVAL": 0,
        "LOG_LEVEL": "ERROR",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
    }


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
