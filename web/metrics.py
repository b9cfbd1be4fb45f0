"""Figures of the running application, for Prometheus."""

from __future__ import annotations

import os
import time
from collections import Counter

import prometheus_client
from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from indexer.index import Index

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names the folder in which several processes share figures."""

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_SEARCHES = ("search.results", "search_api.search")


class Metrics:
    """Requests and their time by endpoint, and the size of the collection.

    Attributes:
        content_type: That of the exposition.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, index: Index) -> None:
        self._registry = CollectorRegistry()
        self._requests = prometheus_client.Counter(
            "xiaosou_requests",
            "Answered requests.",
            ("endpoint", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "xiaosou_request_seconds",
            "Time until a request was answered.",
            ("endpoint",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        # Not with those that processes share, for all of them know it.
        self._collection = CollectorRegistry()
        Gauge("xiaosou_articles", "Articles in the store.", registry=self._collection).set_function(
            index.store.count
        )

    def install(self, app: Flask) -> None:
        """Count the requests of an application."""
        app.before_request(self._begin)
        app.after_request(self._end)

    def exposition(self) -> bytes:
        """All figures in the text format of Prometheus.

        Raises:
            StoreError: The store cannot be read.
        """
        return generate_latest(self._requests_of_all()) + generate_latest(self._collection)

    def search_times(self) -> list[tuple[str, int]]:
        """How many searches took how long: the upper bound and the number."""
        within: Counter[float] = Counter()
        for metric in self._requests_of_all().collect():
            for sample in metric.samples:
                if "le" in sample.labels and sample.labels["endpoint"] in _SEARCHES:
                    within[float(sample.labels["le"])] += int(sample.value)
        longest = _SECONDS[-1]
        labels = [f"≤ {bound * 1000:g} ms" for bound in _SECONDS] + [f"> {longest * 1000:g} ms"]
        totals = [within[bound] for bound in (*_SECONDS, float("inf"))]
        return [
            (label, total - below)
            for label, total, below in zip(labels, totals, [0, *totals], strict=False)
        ]

    def _requests_of_all(self) -> CollectorRegistry:
        """The figures of this process, or of all that share a folder."""
        if SHARED_FOLDER not in os.environ:
            return self._registry
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return shared

    def _begin(self) -> None:
        g.began = time.perf_counter()

    def _end(self, response: Response) -> Response:
        # Only names of our own: whoever asks for what is not there makes no new ones.
        endpoint = request.endpoint or "none"
        self._requests.labels(endpoint, response.status_code).inc()
        self._seconds.labels(endpoint).observe(time.perf_counter() - g.began)
        return response
