"""What can go wrong with the demo site."""

from __future__ import annotations

from crawler.errors import CrawlError


class DemoError(CrawlError):
    """The demo site's articles are not as they must be, or it cannot be served."""
