"""Figures: what the record of a run comes to.

========================================  ==========================================
``index from tokens/ENGINE``              articles a second
``index from text/ENGINE``                the same, analysis included
``seconds from tokens|text/ENGINE``       the time that took; ``, once`` of the corpus itself
``index memory/ENGINE``                   MB that building needs beyond its input
``disk/ENGINE``                           MB; ``disk/xiaosou/segments`` and ``/arrays``
``memory/ENGINE``                         MB after all queries in a fresh process
``open/ENGINE/cpu|wall|rss``              milliseconds and MB, to the first result
``open whole/ENGINE/cpu|wall|rss``        the same of a whole search
``OPERATION/CLASS/ENGINE/p50|p95``        microseconds
``facets/ENGINE/p50|p95``                 microseconds
``whole/ENGINE/p50|p95``                  microseconds
``replace/ENGINE``                        milliseconds
``exact/ENGINE``                          share of queries with the right ten best hits
========================================  ==========================================

Latencies are processor time of the thread; of a query the fastest call counts.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from harness.clock import QUANTILES, quantile
from harness.record import Record
from speedrun.agreement import is_right

_MB = 1e6
_ARRAYS = ".arrays"


def figures(record: Record) -> dict[str, float]:
    """Work the figures out of a record."""
    return {name: value for part in _PARTS for name, value in part(record)}


Named = Iterator[tuple[str, float]]


def _building(record: Record) -> Named:
    for row in record["builds"]:
        if row["form"] != "plain":
            continue
        engine, source, once = row["engine"], row["source"], ", once" if row["once"] else ""
        yield f"seconds from {source}/{engine}{once}", row["wall"]
        if once:
            continue
        yield f"index from {source}/{engine}", row["articles"] / row["wall"]
        if source == "tokens":
            yield f"index memory/{engine}", (row["rss_peak"] - row["rss_before"]) / _MB
            yield f"disk/{engine}", sum(row["bytes"].values()) / _MB
            if engine == "xiaosou":
                arrays = row["bytes"].get(_ARRAYS, 0)
                yield "disk/xiaosou/arrays", arrays / _MB
                yield "disk/xiaosou/segments", (sum(row["bytes"].values()) - arrays) / _MB


def _opening(record: Record) -> Named:
    rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in record["openings"]:
        variant = "".join(f" without {name}" for name in row["blocked"])
        rows[f"{_TASKS[row['task']]}/{row['engine']}{variant}"].append(row)
    for name, measured in rows.items():
        rss = statistics.median(row["rss"] for row in measured) / _MB
        if name.startswith("memory/"):
            yield name, rss
            continue
        yield f"{name}/cpu", statistics.median(row["cpu"] for row in measured) * 1e3
        yield f"{name}/wall", statistics.median(row["wall"] for row in measured) * 1e3
        yield f"{name}/rss", rss


def _calling(record: Record) -> Named:
    best: defaultdict[str, list[float]] = defaultdict(list)
    for row in record["calls"]:
        kind = record["queries"][row["query"]]["kind"]
        name = "facets" if row["operation"] == "facets" else f"{row['operation']}/{kind}"
        best[f"{name}/{row['engine']}"].append(min(row["cpu"]) / 1e3)
    for row in record["whole"]:
        best[f"whole/{row['engine']}"].append(min(row["cpu"]) / 1e3)
    for name, times in best.items():
        for part in QUANTILES:
            yield f"{name}/{part}", quantile(times, part)


def _updating(record: Record) -> Named:
    times: defaultdict[str, list[float]] = defaultdict(list)
    for row in record["updates"]:
        times[row["engine"]].append(row["wall"] * 1e3)
    for engine, measured in times.items():
        yield f"replace/{engine}", statistics.median(measured)


def _exactness(record: Record) -> Named:
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for row in record["exact"]:
        right[row["engine"]].append(is_right(row))
    for engine, judged in right.items():
        yield f"exact/{engine}", sum(judged) / len(judged)


_TASKS = {"open": "open", "whole": "open whole", "memory": "memory"}
_PARTS = (_building, _opening, _calling, _updating, _exactness)
