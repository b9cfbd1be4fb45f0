"""Whether the application lives, can answer, and how it does: for those who watch over it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from indexer.index import Index
from web.metrics import Metrics


def routes(index: Index, metrics: Metrics) -> Blueprint:
    """Health, readiness and metrics."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    def live() -> dict[str, Any]:
        return {"status": "ok", "articles": index.store.count()}

    @health.get("/readyz")
    def ready() -> dict[str, Any]:
        # Whatever is broken raises, and is answered with 503.
        index.search("ready", limit=0)
        return {"status": "ready"}

    @health.get("/metrics")
    def measured() -> Response:
        return Response(metrics.exposition(), content_type=metrics.content_type)

    return health
