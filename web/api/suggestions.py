"""Suggestions as JSON."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request

from indexer.index import Index
from web.errors import BadParameterError
from web.parameters import MAX_LIMIT, read_number
from web.popularity import Popularity
from web.suggestions import LIMIT, suggest


def routes(index: Index, popularity: Popularity) -> Blueprint:
    """Suggestions of an index, and of what people ask again and again."""
    api = Blueprint("suggestions_api", __name__)

    @api.get("/api/suggest")
    def show() -> Response:
        if "q" not in request.args:
            raise BadParameterError("parameter.missing", name="q")
        limit = read_number(request.args, "limit", LIMIT, 0, MAX_LIMIT)
        found = suggest(index, popularity, request.args["q"], limit)
        return jsonify({"suggestions": [asdict(suggestion) for suggestion in found]})

    return api
