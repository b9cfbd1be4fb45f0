"""The links of a page, and whether they may be followed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.utils.response import get_meta_refresh

from crawler.url import normalize_url

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROBOTS = ("robots", "xiaosou")
_EXTRACTOR = LinkExtractor(tags=("a", "area", "frame"), attrs=("href", "src"), unique=False)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a page offers to a crawler.

    Attributes:
        links: The pages it links to, normalised, in its order and each once; none when it asks
            that its links not be followed.
        indexable: Whether it lets itself be found in a search.
    """

    links: tuple[str, ...]
    indexable: bool


def discover(url: str, text: str) -> Discovery:
    """Find what a page links to and what it asks of crawlers.

    Links to pictures, archives and other files that are no pages are left out, and so are those
    marked ``rel=nofollow``. A page that sends its readers on by itself (``<meta
    http-equiv=refresh>``) links to where it sends them.

    Args:
        url: Where the page is from.
        text: Its HTML.
    """
    response = HtmlResponse(url, body=text.encode("utf-8", "replace"), encoding="utf-8")
    directives = set(_directives(response))
    follow = directives.isdisjoint({"nofollow", "none"})
    links = dict.fromkeys(filter(None, _links(response))) if follow else {}
    return Discovery(tuple(links), indexable=directives.isdisjoint({"noindex", "none"}))


def _links(response: HtmlResponse) -> Iterator[str | None]:
    with suppress(ValueError):  # it sends its readers to what is no address
        _, onward = get_meta_refresh(response)
        yield normalize_url(onward or "")
    for link in _EXTRACTOR.extract_links(response):
        if not link.nofollow:
            yield normalize_url(link.url)


def _directives(response: HtmlResponse) -> Iterator[str]:
    """What ``<meta name="robots">`` asks for, in lower case."""
    for meta in response.xpath("//meta[@name and @content]"):
        name, content = meta.xpath("@name").get(""), meta.xpath("@content").get("")
        if name.strip().lower() in _ROBOTS:
            yield from (word.strip().lower() for word in content.split(","))
