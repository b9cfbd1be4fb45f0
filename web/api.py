"""The same as JSON, for programs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from indexer.index import Index
from web.article import find
from web.parameters import ApiParameters


def routes(index: Index) -> Blueprint:
    """Search and articles as JSON, and whether the collection can be read."""
    api = Blueprint("api", __name__)

    @api.get("/api/search")
    def search() -> dict[str, Any]:
        asked = ApiParameters.read(request.args)
        results = index.search(
            asked.query,
            limit=asked.limit,
            offset=asked.offset,
            filters=asked.filters,
            sort=asked.sort,
            facets=asked.facets,
            match=asked.match,
        )
        return results.to_dict()

    @api.get("/api/articles/<id>")
    def article(id: str) -> dict[str, Any]:  # noqa: A002 - the name of the attribute
        found = find(index, id)
        return {"id": found.id, **found.to_dict()}

    @api.get("/healthz")
    def health() -> dict[str, Any]:
        return {"status": "ok", "articles": index.store.count()}

    return api
