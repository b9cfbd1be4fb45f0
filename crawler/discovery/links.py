"""The links of a page, and whether they may be followed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from parsel import Selector
from scrapy.linkextractors import IGNORED_EXTENSIONS
from w3lib.html import get_base_url, get_meta_refresh

from crawler.discovery.directives import AGENTS, Directives, read_directives
from crawler.url import normalize_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

_FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_FILES = frozenset(IGNORED_EXTENSIONS)
_ADDRESSES = {"a": "href", "area": "href", "frame": "src"}
_SPACE = "\t\n\f\r "
_TOP = 4096  # characters in which a page says how its links are meant


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
    root = Selector(body=text.encode("utf-8", "replace") or b"<html/>", type="html").root
    base = get_base_url(text[:_TOP], url)
    links: list[str | None] = [_onward(text[:_TOP], url)]
    feeds: list[str | None] = []
    canonical: set[str] = set()
    meta: list[str] = []
    for element in root.iter("meta", "link"):
        given = element.attrib
        if element.tag == "meta":
            if given.get("name", "").strip().lower() in AGENTS and "content" in given:
                meta.append(given["content"])
        elif "rel" in given and "href" in given:
            rel = _rel(element)
            if not rel.isdisjoint({"next", "prev"}):  # where a list does not show it
                links.append(normalize_url(given["href"], base))
            if "alternate" in rel and given.get("type", "").strip().lower() in _FEEDS:
                feeds.append(normalize_url(given["href"], base))
            if "canonical" in rel and element.getparent().tag == "head":
                canonical.add(given["href"].strip())
    directives = read_directives(meta, header)
    if directives.follow:
        links += _links(root, base)
    else:
        links, feeds = [], []
    return Discovery(
        tuple(dict.fromkeys(filter(None, links))),
        tuple(dict.fromkeys(filter(None, feeds))),
        # What the page says it is found under, if it says one thing only.
        (normalize_url(canonical.pop(), base) or "") if len(canonical) == 1 else "",
        directives,
    )


def _onward(top: str, url: str) -> str | None:
    """Where a page sends its readers on to by itself."""
    with suppress(ValueError):  # it may be no address
        _, onward = get_meta_refresh(top, url, ignore_tags=("script", "noscript"))
        return normalize_url(onward or "")
    return None


def _links(root: _Element, base: str) -> Iterable[str]:
    for element in root.iter(*_ADDRESSES):
        address = element.get(_ADDRESSES[element.tag])
        if address is not None and "nofollow" not in _rel(element):
            link = normalize_url(address.strip(_SPACE), base)
            if link and not _is_file(link):
                yield link


def _rel(element: _Element) -> set[str]:
    return set(element.get("rel", "").lower().replace(",", " ").split())


def _is_file(url: str) -> bool:
    """Whether a normalised URL is that of a picture, an archive or the like."""
    name = urlsplit(url).path.rpartition("/")[2].partition(";")[0]
    return name.rpartition(".")[2].lower() in _FILES
