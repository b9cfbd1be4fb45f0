"""No other site may have a browser change something here (cross-site request forgery).

The browser itself says where a request comes from. What says nothing is no browser, and carries
nobody's cookies.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from web.errors import ForeignOriginError

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing, and may come from anywhere."""

_OWN = ("same-origin", "none")  # none: from the person, not from a page


def install(app: Flask) -> None:
    """Have the application refuse requests of other sites that could change something."""
    app.before_request(_check)


def _check() -> None:
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in _OWN:
            raise ForeignOriginError
        return
    # Browsers before 2023. Only the host is compared: behind a proxy the scheme is another one.
    origin = request.headers.get("Origin")
    if origin is not None and _host(origin) != request.host.lower():
        raise ForeignOriginError


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
