"""Sitemaps and feeds: what a site tells machines of its pages."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from lxml import etree

from crawler.limits import LONGEST_BODY
from crawler.url import normalize_url

_GZIP = b"\x1f\x8b"
_WITH_GZIP_HEADER = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class SiteMap:
    """What a sitemap or a feed names, normalised, in its order and each once.

    Attributes:
        links: Pages.
        maps: Further sitemaps, when it is an index of such.
    """

    links: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()


def read_map(url: str, content: bytes) -> SiteMap | None:
    """Read a sitemap, an index of sitemaps (sitemaps.org), an RSS or an Atom feed.

    Args:
        url: Where it is from.
        content: Its bytes, which may be those of a gzip file.

    Returns:
        What it names; None when it is nothing of the kind, or larger than 8 MB when unpacked.
    """
    text = _unpack(content)
    if text is None:
        return None
    # No entity is read, so that none can grow; and nothing else but this text.
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(text.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None:
        return _read_lines(url, text)
    if not isinstance(root.tag, str):
        return None
    kind = etree.QName(root).localname.lower()
    if kind == "sitemapindex":
        return SiteMap(maps=_normalize(url, _texts(root, "loc")))
    if kind == "urlset":
        return SiteMap(_normalize(url, _texts(root, "loc")))
    if kind in {"rss", "rdf"}:
        return SiteMap(_normalize(url, _texts(root, "link")))
    if kind == "feed":
        return SiteMap(_normalize(url, _entry_links(root)))
    return None


def _unpack(content: bytes) -> bytes | None:
    if not content.startswith(_GZIP):
        return content
    decompressor = zlib.decompressobj(_WITH_GZIP_HEADER)
    try:
        text = decompressor.decompress(content, LONGEST_BODY + 1)
    except zlib.error:
        return None
    return text if len(text) <= LONGEST_BODY else None


def _read_lines(url: str, text: bytes) -> SiteMap | None:
    """A sitemap may be a plain list of addresses, one a line."""
    lines = text.decode("utf-8-sig", "replace").split()
    if lines and all(line.startswith(("http://", "https://")) for line in lines):
        return SiteMap(_normalize(url, lines))
    return None


def _texts(root: etree._Element, name: str) -> list[str]:
    found = root.iter(f"{{*}}{name}")
    return [element.text for element in found if element.text]


def _entry_links(root: etree._Element) -> list[str]:
    links = (link for entry in root.iter("{*}entry") for link in entry.iter("{*}link"))
    return [link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"]


def _normalize(url: str, found: list[str]) -> tuple[str, ...]:
    normal = (normalize_url(link.strip(), url) for link in found)
    return tuple(dict.fromkeys(filter(None, normal)))
