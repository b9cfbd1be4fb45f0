"""Many articles at once, in and out, as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType

from indexer.article import Article
from indexer.index import Index
from indexer.jsonlines import BadLine, parse
from web.authorization import require
from web.keys import READ, WRITE, Keys

MEDIA_TYPE = "application/x-ndjson"

PATH = "/api/import"
"""Where articles are imported."""

MAX_BYTES = 1 << 30
"""How much an import may be."""

_MAX_LINE = 16 << 20  # bytes
_CHUNK = 1 << 20  # bytes
_TOLD = 20  # bad lines that are told of


def routes(index: Index, keys: Keys) -> Blueprint:
    """Import and export; neither holds more than a batch of articles in memory."""
    api = Blueprint("transfer_api", __name__)

    @api.post(PATH)
    def take_in() -> dict[str, Any]:
        require(keys, WRITE)
        if request.mimetype != MEDIA_TYPE:
            raise UnsupportedMediaType
        request.max_content_length = MAX_BYTES
        bad: list[BadLine] = []
        try:
            counts = index.add(_articles(parse(_lines(request.stream)), bad))
        except HTTPException:
            index.catch_up()  # with what was stored before the request broke off
            raise
        return {
            "new": counts.new,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "bad": len(bad),
            "bad_lines": [{"number": line.number, "reason": line.reason} for line in bad[:_TOLD]],
        }

    @api.get("/api/export")
    def give_out() -> Response:
        require(keys, READ)
        lines = (
            json.dumps(article.to_dict(), ensure_ascii=False).encode() + b"\n"
            for article in index.store.articles()
        )
        response = Response(lines, mimetype=MEDIA_TYPE)
        response.headers["Content-Disposition"] = 'attachment; filename="articles.jsonl"'
        response.cache_control.no_store = True
        return response

    return api


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    # Not by readline, which takes what comes over the network byte by byte.
    rest = b""
    while chunk := stream.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in (*lines, rest):
            if len(line) > _MAX_LINE:
                raise RequestEntityTooLarge
        yield from lines
    yield rest


def _articles(parsed: Iterable[Article | BadLine], bad: list[BadLine]) -> Iterator[Article]:
    """The articles; what is none goes to the list."""
    for line in parsed:
        if isinstance(line, BadLine):
            bad.append(line)
        else:
            yield line
