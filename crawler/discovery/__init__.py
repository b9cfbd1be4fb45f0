"""Finding pages: what a page links to and asks of crawlers, what sitemaps and feeds name."""

from __future__ import annotations

from crawler.discovery.links import Discovery, discover
from crawler.discovery.maps import SiteMap, read_map

__all__ = ["Discovery", "SiteMap", "discover", "read_map"]
