"""How the crawler behaves towards the sites it visits, as settings of Scrapy."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
)

from crawler.components import COMPONENTS
from crawler.errors import CrawlError
from crawler.guard import INTERNET, PORTS, PRIVATE_HOSTS
from crawler.limits import CONCURRENCY, LONGEST_BODY, LONGEST_WAIT
from crawler.pace import ADAPTIVE
from crawler.robots import PRODUCT
from crawler.url import host_of
from indexer import __version__

if TYPE_CHECKING:
    from crawler.source import Source

# What did not answer in time is not asked again in the same crawl.
_RETRIED = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    ResponseDataLossError,
    OSError,
)


def check_contact(source: Source, contact: str) -> None:
    """Let a crawl begin that says whom to write to, or stays on this machine.

    Raises:
        CrawlError: Other people's machines would be crawled by nobody.
    """
    if not contact and not all(map(_is_loopback, source.seeds)):
        raise CrawlError(
            "set a contact before crawling the sites of others, so that they can reach you: "
            'contact = "you@example.com" in settings.toml, or XIAOSOU_CONTACT'
        )


def user_agent(contact: str) -> str:
    """How the crawler names itself: its product, its version, and whom to write to."""
    return f"{PRODUCT}/{__version__} (+{contact})" if contact else f"{PRODUCT}/{__version__}"


def settings_for(source: Source, contact: str) -> dict[str, Any]:
    """Scrapy's settings for a crawl of this source.

    Args:
        source: What is crawled.
        contact: Whom its sites can write to; without one only loopback is connected to.
    """
    return {
        **COMPONENTS,
        "USER_AGENT": user_agent(contact),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
        },
        INTERNET: bool(contact),
        PRIVATE_HOSTS: source.private_hosts,
        PORTS: [*map(host_of, source.seeds), *source.hosts],
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_DELAY": source.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": source.delay,
        "AUTOTHROTTLE_MAX_DELAY": max(source.delay, 60),
        ADAPTIVE: not all(map(_is_loopback, source.seeds)),
        "CONCURRENT_REQUESTS": CONCURRENCY,
        "DOWNLOAD_MAXSIZE": LONGEST_BODY,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": LONGEST_WAIT,
        "RETRY_EXCEPTIONS": _RETRIED,
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "LOG_LEVEL": "ERROR",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
    }


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
