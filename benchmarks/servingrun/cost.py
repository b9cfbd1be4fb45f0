"""Processor time of a page and of its JSON, without a server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import EnvironBuilder, run_wsgi_app

from indexer import Index
from web import create_app
from web.parameters import PAGE_FILTERS

Quantiles = dict[str, float]
"""The median and the 95th percentile, ``p50`` and ``p95``."""

ROUNDS = 3  # the fastest counts


def measure_cost(index: Index, queries: Sequence[str]) -> tuple[dict[str, Quantiles], bytes]:
    """Milliseconds of processor time for each way to ask, and the page of one query."""
    app = create_app(index)

    def call(request: dict[str, Any]) -> bytes:
        parts, _, _ = run_wsgi_app(app, request)
        return b"".join(parts)

    ways: dict[str, tuple[Callable[[str], Any], Callable[[Any], object]]] = {
        "Index.search with facets": (str, lambda query: index.search(query, facets=PAGE_FILTERS)),
        "page": (partial(_request, "/search"), call),
        "Index.search": (str, index.search),
        "JSON": (partial(_request, "/api/search"), call),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for query in queries:
        # All ways of a query at once: what else the machine does meanwhile meets them alike.
        for name, (prepare, ask) in ways.items():
            times[name].append(_cpu_of(prepare, ask, query))
    for whole, search in (("page", "Index.search with facets"), ("JSON", "Index.search")):
        beyond = [a - b for a, b in zip(times[whole], times[search], strict=True)]
        times[f"{whole} beyond the search"] = beyond
    page = call(_request("/search", queries[0]))
    return {name: quantiles(values) for name, values in times.items()}, page


def quantiles(values: Sequence[float]) -> Quantiles:
    """The median and the 95th percentile."""
    ordered = sorted(values)
    return {"p50": statistics.median(ordered), "p95": ordered[int(len(ordered) * 0.95)]}


def _request(path: str, query: str) -> dict[str, Any]:
    """A request as a server hands it to the application."""
    builder = EnvironBuilder(
        path=path, query_string=urlencode({"q": query}), headers=[("Accept-Encoding", "gzip")]
    )
    return builder.get_environ()


def _cpu_of(prepare: Callable[[str], Any], ask: Callable[[Any], object], query: str) -> float:
    """The least milliseconds of processor time of this thread for a query, once prepared."""
    fastest = float("inf")
    for _ in range(ROUNDS):
        asked = prepare(query)
        start = time.thread_time()
        ask(asked)
        fastest = min(fastest, time.thread_time() - start)
    return fastest * 1000
