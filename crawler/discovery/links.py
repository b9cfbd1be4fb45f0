"""The links of a page, and whether they may be followed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse
from scrapy.linkextractors import LinkExtractor
from scrapy.utils.response import get_base_url, get_meta_refresh

from crawler.discovery.directives import AGENTS, Directives, read_directives
from crawler.url import normalize_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsel import Selector

_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_EXTRACTOR = LinkExtractor(tags=("a", "area", "frame"), attrs=("href", "src"), unique=False)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a page offers to a crawler.

    Attributes:
        links: The pages it links to, normalised, in its order and each once; none when it asks
            that its links not be followed.
        feeds: The feeds it names, normalised.
        canonical: The URL that it says it is found under, normalised; empty for none.
        directives: What it allows.
    """

    links: tuple[str, ...]
    feeds: tuple[str, ...]
    canonical: str
    directives: Directives


def discover(url: str, text: str, header: Iterable[str] = ()) -> Discovery:
    """Find what a page links to and what it asks of crawlers.

    Links to pictures, archives and other files that are no pages are left out, and so are those
    marked ``rel=nofollow``. A page that sends its readers on by itself (``<meta
    http-equiv=refresh>``) links to where it sends them.

    Args:
        url: Where the page is from.
        text: Its HTML.
        header: The values of its X-Robots-Tag.
    """
    response = HtmlResponse(url, body=text.encode("utf-8", "replace"), encoding="utf-8")
    directives = read_directives(_meta(response), header)
    links = dict.fromkeys(filter(None, _links(response))) if directives.follow else {}
    feeds = dict.fromkeys(filter(None, _feeds(response))) if directives.follow else {}
    return Discovery(tuple(links), tuple(feeds), _canonical(response), directives)


def _feeds(response: HtmlResponse) -> Iterator[str | None]:
    for link in response.xpath("//link[@rel and @type and @href]"):
        if _rel(link) >= {"alternate"} and link.attrib["type"].strip().lower() in _FEEDS:
            yield normalize_url(link.attrib["href"], get_base_url(response))


def _canonical(response: HtmlResponse) -> str:
    """What the page says it is found under, if it says one thing only."""
    links = response.xpath("//head/link[@rel and @href]")
    named = {link.attrib["href"].strip() for link in links if "canonical" in _rel(link)}
    return (normalize_url(named.pop(), get_base_url(response)) or "") if len(named) == 1 else ""


def _rel(link: Selector) -> set[str]:
    return set(link.attrib["rel"].lower().split())


def _links(response: HtmlResponse) -> Iterator[str | None]:
    with suppress(ValueError):  # it sends its readers to what is no address
        _, onward = get_meta_refresh(response)
        yield normalize_url(onward or "")
    # The next page of a list, where it is not linked to in sight.
    for element in response.xpath("//link[@rel and @href]"):
        if not _rel(element).isdisjoint({"next", "prev"}):
            yield normalize_url(element.attrib["href"], get_base_url(response))
    for link in _EXTRACTOR.extract_links(response):
        if not link.nofollow:
            yield normalize_url(link.url)


def _meta(response: HtmlResponse) -> Iterator[str]:
    """The contents of the ``meta`` elements that speak to this crawler."""
    for meta in response.xpath("//meta[@name and @content]"):
        if meta.xpath("@name").get("").strip().lower() in AGENTS:
            yield meta.xpath("@content").get("")
