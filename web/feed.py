"""A search as an RSS feed, and the description by which a browser adds the search to its own."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import Blueprint, Response, g, request

from indexer.index import Index
from indexer.query import SORTS
from web.parameters import PageParameters
from web.rendering import render

_ITEMS = 30
# What XML 1.0 cannot hold, however it is escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def routes(index: Index) -> Blueprint:
    """The feed of any search, and the OpenSearch description."""
    feeds = Blueprint("feed", __name__)

    @feeds.get("/search.rss")
    def rss() -> Response:
        asked = PageParameters.read(request.args, g.hl)
        newest_first = asked if "sort" in request.args else replace(asked, sort=SORTS[1])
        found = index.search(
            newest_first.text,
            limit=_ITEMS,
            filters=newest_first.filters,
            sort=newest_first.sort,
        )
        return _xml("search.rss.xml", "application/rss+xml", asked=asked, hits=found.hits)

    @feeds.get("/opensearch.xml")
    def description() -> Response:
        return _xml("opensearch.xml", "application/opensearchdescription+xml")

    return feeds


def xml_text(text: str) -> str:
    """The text with a replacement character for each that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def _xml(template: str, mimetype: str, **values: object) -> Response:
    document = xml_text(render(template, **values))
    response = Response(document, mimetype=mimetype)
    response.vary.update(("Accept-Language", "Cookie"))
    return response
