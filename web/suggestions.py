"""Suggestions while somebody types, in the form that browsers' own search boxes read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from indexer.analysis import fold
from indexer.index import Index
from web.popularity import Popularity

MEDIA_TYPE = "application/x-suggestions+json"
"""OpenSearch Suggestions 1.1: what was typed, and a list of queries."""

_LIMIT = 8
_POPULAR = 3  # of them at most, before what the collection's words and titles suggest
_CHARACTERS = 100  # that are looked at
_SECONDS = 60  # that a browser may keep them


def routes(index: Index, popularity: Popularity) -> Blueprint:
    """Suggestions of an index, and of what people ask again and again."""
    pages = Blueprint("suggestions", __name__)

    @pages.get("/suggest")
    def suggest() -> Response:
        text = request.args.get("q", "")[:_CHARACTERS]
        popular = popularity.beginning(text, _POPULAR)
        found = [suggestion.text for suggestion in index.suggest(text, limit=_LIMIT)]
        distinct: dict[str, str] = {}  # what is the same but for case or script comes once
        for query in (*popular, *found):
            distinct.setdefault(fold(query), query)
        suggested = [*distinct.values()][:_LIMIT]
        response = Response(current_app.json.dumps([text, suggested]), mimetype=MEDIA_TYPE)
        response.cache_control.private = True
        response.cache_control.max_age = _SECONDS
        return response

    return pages
