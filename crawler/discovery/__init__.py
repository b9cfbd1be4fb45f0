"""Finding pages: what a page links to and what it asks of crawlers."""

from __future__ import annotations

from crawler.discovery.links import Discovery, discover

__all__ = ["Discovery", "discover"]
