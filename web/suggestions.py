"""Suggestions while somebody types, in the form that browsers' own search boxes read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from indexer.analysis import fold
from indexer.index import Index
from indexer.suggest import Suggestion
from web.popularity import Popularity

MEDIA_TYPE = "application/x-suggestions+json"
"""OpenSearch Suggestions 1.1: what was typed, and a list of queries."""

LIMIT = 8
"""How many suggestions are given unless more are asked for."""

_POPULAR = 3  # queries of others at most, before what the collection's words and titles suggest
_CHARACTERS = 100  # that are looked at
_SECONDS = 60  # that a browser may keep them


def routes(index: Index, popularity: Popularity) -> Blueprint:
    """Suggestions of an index, and of what people ask again and again."""
    pages = Blueprint("suggestions", __name__)

    @pages.get("/suggest")
    def show() -> Response:
        text = request.args.get("q", "")[:_CHARACTERS]
        texts = [suggestion.text for suggestion in suggest(index, popularity, text, LIMIT)]
        response = Response(current_app.json.dumps([text, texts]), mimetype=MEDIA_TYPE)
        response.cache_control.private = True
        response.cache_control.max_age = _SECONDS
        return response

    return pages


def suggest(index: Index, popularity: Popularity, text: str, limit: int) -> list[Suggestion]:
    """What may be meant by the beginning of a query: besides words and titles, common queries.

    Args:
        index: The collection.
        popularity: The queries that may be shown to others; they get the kind ``query``.
        text: What was typed.
        limit: How many to return at most, up to `indexer.suggest.MAX_LIMIT`.

    Raises:
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    begun = text[:_CHARACTERS]
    popular = [Suggestion(query, "query") for query in popularity.beginning(begun, _POPULAR)]
    distinct: dict[str, Suggestion] = {}  # what is the same but for case or script comes once
    for suggestion in (*popular, *index.suggest(begun, limit=limit)):
        distinct.setdefault(fold(suggestion.text), suggestion)
    return [*distinct.values()][:limit]
