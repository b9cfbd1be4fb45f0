"""Conditional requests, and answers sent packed: what a client has already is not sent again."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, request
from isal import isal_zlib
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header
from xxhash import xxh3_128_hexdigest

_LEVEL = 2  # of 0 to 3; a page gets a thirtieth larger than by zlib at 1, in a fifth of the time
_GZIP = 31  # the form of gzip, and a window of 32 KiB
_SMALLEST = 1000  # bytes; packing less gains nothing
_CONDITIONS = frozenset(
    f"HTTP_IF_{name}" for name in ("MATCH", "NONE_MATCH", "MODIFIED_SINCE", "UNMODIFIED_SINCE")
)
_TAGGED = ("article", "copy", "history", "articles_api", "description", "feed")
"""The blueprints whose answers are the same as long as nothing changed."""


def install(app: Flask) -> None:
    """Have the application answer conditional requests, and pack what it answers."""
    app.after_request(_finish)


def tag(response: Response, content: bytes) -> None:
    """Give an answer a tag that is the same as long as its content is.

    Args:
        response: The answer.
        content: What it tells.
    """
    # Weak, for packed and unpacked it is the same.
    response.set_etag(xxh3_128_hexdigest(content), weak=True)


def _finish(response: Response) -> Response:
    if response.is_streamed or response.direct_passthrough or request.method not in ("GET", "HEAD"):
        return response
    if response.status_code == 200:
        if request.blueprint in _TAGGED and not response.get_etag()[0]:
            tag(response, response.get_data())
        if not _CONDITIONS.isdisjoint(request.environ) and response.get_etag()[0]:
            response.make_conditional(request)
    _pack(response)
    return response


def _pack(response: Response) -> None:
    body = response.get_data()
    if len(body) < _SMALLEST or response.content_encoding:
        return
    response.vary.add("Accept-Encoding")
    if _takes_gzip(request.headers.get("Accept-Encoding", "")):
        # No time in it: the same answer has the same bytes.
        response.set_data(isal_zlib.compress(body, _LEVEL, wbits=_GZIP))
        response.content_encoding = "gzip"


@lru_cache(maxsize=64)
def _takes_gzip(header: str) -> bool:
    # Browsers say the same again and again.
    return parse_accept_header(header, Accept).quality("gzip") > 0
