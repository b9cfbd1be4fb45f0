"""Latencies: every query on every engine, in turn, so that what disturbs the machine hits all."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from harness.clock import Timing, timed
from indexer.progress import Report
from peers.peer import OPERATIONS, Searcher
from speedrun.queries import Query
from speedrun.whole import WholeSearch

FACETED = "common term"
"""The class of queries whose facets are counted."""

Row = dict[str, Any]
"""The calls of one query on one engine: ``wall`` and ``cpu`` in nanoseconds, and what came."""

_ROUNDS = 3
_BURST = 4  # calls in a row; the first of them finds caches cold
_BURST_TIME = 20_000_000  # nanoseconds after which a burst ends
_TIME = 60_000_000  # nanoseconds after which a slow query is not asked again
_LEAST = 2  # calls of a slow query


def measure_queries(
    searchers: Mapping[str, Searcher], queries: Sequence[Query], report: Report
) -> list[Row]:
    """Time every operation of every query on every engine that offers it.

    Returns:
        Rows with ``query`` (its number), ``engine``, ``operation``, ``wall``, ``cpu``, and by the
        operation ``ids``, ``count`` or ``facets``.
    """
    rows: dict[tuple[str, int, str], Row] = {}
    prepared = {
        (number, name): searcher.prepare(query)
        for name, searcher in searchers.items()
        for number, query in enumerate(queries)
    }
    turns = list(_turns(queries, list(searchers)))
    with _settled_memory():
        for done, (operation, number, name) in enumerate(turns, start=1):
            searcher, asked = searchers[name], prepared[number, name]
            if asked is not None and operation in searcher.operations:
                row = rows.setdefault(
                    (operation, number, name),
                    {"query": number, "engine": name, "operation": operation},
                )
                _ask(row, searcher, operation, asked)
            report("queries", done, len(turns))
    return list(rows.values())


def measure_whole(
    searches: Mapping[str, WholeSearch], texts: Sequence[str], report: Report
) -> list[Row]:
    """Time whole searches.

    Returns:
        Rows with ``text`` (its number), ``engine``, ``wall``, ``cpu``, ``ids`` and ``total``.
    """
    rows: dict[tuple[int, str], Row] = {}
    with _settled_memory():
        for round_ in range(_ROUNDS):
            for number, text in enumerate(texts):
                for name, search in searches.items():
                    row = rows.setdefault((number, name), {"text": number, "engine": name})
                    _search(row, search, text)
                report("whole searches", round_ * len(texts) + number + 1, _ROUNDS * len(texts))
    return list(rows.values())


def _turns(queries: Sequence[Query], names: list[str]) -> Iterator[tuple[str, int, str]]:
    """Operation, query and engine of each turn; another engine begins each time."""
    for _ in range(_ROUNDS):
        for operation in OPERATIONS:
            for number, query in enumerate(queries):
                if operation == "facets" and query.kind != FACETED:
                    continue
                first = number % len(names)
                for name in names[first:] + names[:first]:
                    yield operation, number, name


def _ask(row: Row, searcher: Searcher, operation: str, asked: Any) -> None:
    result = _burst(row, lambda: searcher.run(operation, asked))
    if operation == "ids" and "ids" not in row:
        row["ids"] = searcher.named(result)
    elif operation == "count":
        row["count"] = int(result) if result is not None else row["count"]
    elif operation == "facets" and result is not None:
        row["facets"] = result


def _search(row: Row, search: WholeSearch, text: str) -> None:
    answer = _burst(row, lambda: timed(lambda: search.search(text)))
    if "ids" not in row:
        row |= {"ids": search.ids(answer), "total": search.total(text)}


def _burst(row: Row, call: Callable[[], tuple[Timing, Any]]) -> Any:
    """Call several times in a row and add the times to the row; a slow call fewer times, or not.

    Returns:
        What the last call gave; None when there was none.
    """
    wall, cpu = row.setdefault("wall", []), row.setdefault("cpu", [])
    if len(wall) >= _LEAST and sum(wall) > _TIME:
        return None
    before = sum(wall)
    result = None
    for _ in range(_BURST):
        timing, result = call()
        wall.append(timing.wall)
        cpu.append(timing.cpu)
        if sum(wall) - before > _BURST_TIME:
            break
    return result


@contextmanager
def _settled_memory() -> Iterator[None]:
    """Keep the garbage collector from walking through what the benchmark itself holds."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
