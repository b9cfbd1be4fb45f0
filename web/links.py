"""Links to where an article is from."""

from __future__ import annotations

from urllib.parse import urlsplit


def outward(url: str) -> str:
    """The URL when a browser may follow it, else nothing.

    Only ``http`` and ``https`` lead to a page. Anything else, such as ``urn:`` or ``javascript:``,
    is to be shown as text.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""
