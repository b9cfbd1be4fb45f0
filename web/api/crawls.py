"""How the collection is and how crawls went, as JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from indexer import __version__
from indexer.index import Index
from web.authorization import require
from web.crawling import Crawl, crawls
from web.keys import READ, Keys
from web.parameters import MAX_DEPTH, MAX_LIMIT, read_number

_CRAWLS = 20


def routes(index: Index, keys: Keys) -> Blueprint:
    """Status and crawls."""
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
            "generation": known.generation,
        }

    @api.get("/api/crawls")
    def get_crawls() -> dict[str, Any]:
        limit = read_number(request.args, "limit", _CRAWLS, 0, MAX_LIMIT)
        offset = read_number(request.args, "offset", 0, 0, MAX_DEPTH)
        return {"crawls": [crawl_row(crawl) for crawl in crawls(index.store, limit, offset)]}

    return api


def crawl_row(crawl: Crawl) -> dict[str, Any]:
    """A crawl, ready for JSON."""
    return {
        "id": crawl.id,
        "source": crawl.source,
        "started_at": crawl.started_at.isoformat(),
        "finished_at": crawl.finished_at.isoformat() if crawl.finished_at else None,
        "trouble": crawl.trouble,
        "pages": crawl.pages,
    }
