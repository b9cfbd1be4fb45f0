"""How the collection is and how its sources were crawled, as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from sqlalchemy import Row, func, select

from indexer import __version__
from indexer.index import Index
from indexer.store.tables import pages, runs
from web.authorization import require
from web.keys import READ, Keys
from web.parameters import MAX_DEPTH, MAX_LIMIT, read_number

_WAITING = "waiting"  # pages that were found and not visited yet
_CRAWLS = 20


def routes(index: Index, keys: Keys) -> Blueprint:
    """Status, sources and crawls."""
    api = Blueprint("crawls_api", __name__)

    @api.before_request
    def authorize() -> None:
        require(keys, READ)

    @api.get("/api/status")
    def status() -> dict[str, Any]:
        known = index.stats()
        return {
            "version": __version__,
            "articles": known.articles,
            "indexed": known.indexed,
            "behind": known.behind,
            "index_bytes": known.index_bytes,
            "generation": known.generation.name,
        }

    @api.get("/api/sources")
    def sources() -> dict[str, Any]:
        counted = select(pages.c.source, pages.c.outcome, func.count().label("count")).group_by(
            pages.c.source, pages.c.outcome
        )
        last = select(func.max(runs.c.id)).group_by(runs.c.source)
        found: dict[str, dict[str, Any]] = {}
        with index.store.read() as connection:
            for row in connection.execute(
                select(runs).where(runs.c.id.in_(last)).order_by(runs.c.source)
            ):
                found[row.source] = {"name": row.source, "pages": {}, "last_crawl": _crawl(row)}
            for row in connection.execute(counted):
                if row.source in found:
                    found[row.source]["pages"][row.outcome or _WAITING] = row.count
        return {"sources": list(found.values())}

    @api.get("/api/crawls")
    def crawls() -> dict[str, Any]:
        limit = read_number(request.args, "limit", _CRAWLS, 0, MAX_LIMIT)
        offset = read_number(request.args, "offset", 0, 0, MAX_DEPTH)
        newest = select(runs).order_by(runs.c.id.desc()).limit(limit).offset(offset)
        with index.store.read() as connection:
            return {"crawls": [_crawl(row) for row in connection.execute(newest)]}

    return api


def _crawl(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "source": row.source,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }
