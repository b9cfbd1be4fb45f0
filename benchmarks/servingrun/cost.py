"""Processor time of a page and of its JSON, without a server."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
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

    def call(path: str, query: str) -> bytes:
        builder = EnvironBuilder(
            path=path,
            query_string=urlencode({"q": query}),
            headers=[("Accept-Encoding", "gzip")],
        )
        parts, _, _ = run_wsgi_app(app, builder.get_environ())
        return b"".join(parts)

    ways: dict[str, Callable[[str], object]] = {
        "Index.search with facets": lambda query: index.search(query, facets=PAGE_FILTERS),
        "page": lambda query: call("/search", query),
        "Index.search": index.search,
        "JSON": lambda query: call("/api/search", query),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for query in queries:
        # All ways of a query at once: what else the machine does meanwhile meets them alike.
        for name, ask in ways.items():
            times[name].append(_cpu_of(ask, query))
    for whole, search in (("page", "Index.search with facets"), ("JSON", "Index.search")):
        beyond = [a - b for a, b in zip(times[whole], times[search], strict=True)]
        times[f"{whole} beyond the search"] = beyond
    return {name: quantiles(values) for name, values in times.items()}, call("/search", queries[0])


def quantiles(values: Sequence[float]) -> Quantiles:
    """The median and the 95th percentile."""
    ordered = sorted(values)
    return {"p50": statistics.median(ordered), "p95": ordered[int(len(ordered) * 0.95)]}


def _cpu_of(ask: Callable[[str], object], query: str) -> float:
    """The least milliseconds of processor time of this thread for a query."""
    fastest = float("inf")
    for _ in range(ROUNDS):
        start = time.thread_time()
        ask(query)
        fastest = min(fastest, time.thread_time() - start)
    return fastest * 1000
