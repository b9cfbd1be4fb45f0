"""Sources as JSON: how they are, what declares them, and orders to the schedule."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from indexer.index import Index
from indexer.store.orders import Kind, Order, State
from indexer.store.schedules import is_scheduled
from web.api.crawls import crawl_row
from web.authorization import require
from web.crawling import Source, find_source, sources
from web.errors import RefusedOrderError, UnknownSourceError
from web.keys import CRAWL, READ, Keys
from web.ordering import MAX_DECLARATION, MAX_NAME, place
from web.parameters import read_text


def routes(index: Index, keys: Keys) -> Blueprint:
    """The sources of a collection."""
    api = Blueprint("sources_api", __name__)

    @api.before_request
    def authorize() -> None:
        require(keys, READ if request.method in ("GET", "HEAD", "OPTIONS") else CRAWL)

    @api.get("/api/sources")
    def get_all() -> dict[str, Any]:
        rows = [_row(source) for source in sources(index.store)]
        return {"scheduled": is_scheduled(index.store), "sources": rows}

    @api.get("/api/sources/<name>")
    def get(name: str) -> dict[str, Any]:
        source = _find(name)
        declaration = source.declaration
        return {**_row(source), "declaration": declaration.text if declaration else None}

    @api.put("/api/sources/<name>")
    def put(name: str) -> ResponseReturnValue:
        text = _declaration()
        if len(name) > MAX_NAME:
            raise UnknownSourceError
        return _answer(place(index.store, name, Kind.EDIT, text))

    @api.post("/api/sources/<name>/crawl")
    def start(name: str) -> ResponseReturnValue:
        return _answer(place(index.store, _find(name).name, Kind.START))

    @api.delete("/api/sources/<name>/crawl")
    def stop(name: str) -> ResponseReturnValue:
        return _answer(place(index.store, _find(name).name, Kind.STOP))

    def _find(name: str) -> Source:
        source = find_source(index.store, name)
        if source is None:
            raise UnknownSourceError
        return source

    return api


def _declaration() -> str:
    try:
        row = request.get_json()
    except RecursionError:
        raise BadRequest from None
    text = row.get("declaration") if isinstance(row, dict) else None
    if not isinstance(text, str):
        raise BadRequest
    return read_text({"declaration": text}, "declaration", MAX_DECLARATION)


def _answer(order: Order) -> ResponseReturnValue:
    """What came of an order: 200 when it was obeyed, 202 while it waits.

    Raises:
        RefusedOrderError: It was refused.
    """
    if order.state is State.REFUSED:
        raise RefusedOrderError(order.refusal, of_declaration=order.kind is Kind.EDIT)
    row = {"source": order.source, "order": order.kind, "state": order.state}
    return row, 202 if order.state is State.WAITING else 200


def _row(source: Source) -> dict[str, Any]:
    known = source.declaration
    return {
        "name": source.name,
        "declared": known is not None,
        "trouble": known.trouble if known else "",
        "next_crawl": known.next_at.isoformat() if known and known.next_at else None,
        "waiting": known is not None and known.waiting,
        "running_since": known.running_since.isoformat() if known and known.running_since else None,
        "last_crawl": crawl_row(source.last_crawl) if source.last_crawl else None,
        "pages": source.pages,
    }
