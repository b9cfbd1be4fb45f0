"""The table of a run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from harness.clock import quantile
from harness.record import Record
from harness.table import render

_QUANTILES = ("p50", "p95", "p99")
_MB = 1 << 20


def table(record: Record) -> str:
    """The table of a record, and whether both found the same numbers of articles."""
    deployments: list[dict[str, Any]] = record["deployments"]
    header = ("", *(f"{one['engine']}, {one['store']}" for one in deployments))
    columns = [dict(_rows(one)) for one in deployments]
    rows = [(name, *(column.get(name, "") for column in columns)) for name in columns[-1]]
    hits = zip(*(one["asked"]["1"]["hits"] for one in deployments), strict=True)
    different = sum(len(set(counts)) > 1 for counts in hits)
    verdict = f"numbers of hits differ on {different} queries" if different else "equal hit counts"
    return f"{render(header, rows)}\n{verdict}"


def _rows(one: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The names and figures of a deployment."""
    filled = one["filled"]
    articles = filled["articles"]
    yield "articles", f"{articles:,}"
    yield "stored, articles/s", f"{articles / filled['storing']:,.0f}"
    yield "indexed, articles/s", f"{articles / filled['indexing']:,.0f}"
    yield "indexing, CPU ms/article", f"{filled['indexing cpu'] * 1000 / articles:.2f}"
    if filled["indexing cpu of node"]:
        yield (
            "the node's, CPU ms/article",
            f"{filled['indexing cpu of node'] * 1000 / articles:.2f}",
        )
    yield "store, bytes/article", f"{filled['store bytes'] / articles:,.0f}"
    yield "index, bytes/article", f"{filled['index bytes'] / articles:,.0f}"
    for clients, asked in one["asked"].items():
        times = list(chain.from_iterable(asked["times"]))
        name = "1 client" if clients == "1" else f"{clients} clients"
        for part in _QUANTILES:
            yield f"{name}, {part} ms", f"{quantile(times, part):.1f}"
        yield f"{name}, searches/s", f"{len(times) / asked['seconds']:.1f}"
        yield f"{name}, MB each", f"{max(asked['memory']) / _MB:,.0f}"
    if one.get("node memory"):
        yield "memory of the node, MB", f"{one['node memory'] / _MB:,.0f}"
