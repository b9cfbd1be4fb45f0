"""Searches as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from indexer.index import Index
from web.parameters import ApiParameters
from web.querylog import QueryLog
from web.validation import tag


def routes(index: Index, log: QueryLog | None) -> Blueprint:
    """Search as JSON; the log is told what is searched for."""
    api = Blueprint("search_api", __name__)

    @api.get("/api/search")
    def search() -> Response:
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
        if log and not asked.offset:
            log.add(asked.query, results.total)
        found = results.to_dict()
        total, took = found.pop("total"), found.pop("took")
        rest = current_app.json.dumps(found)[1:]
        response = Response(
            f'{{"total": {total}, "took": {took}, {rest}', mimetype="application/json"
        )
        # The same but for the time it took is the same.
        tag(response, f"{total} {rest}".encode())
        return response

    return api
