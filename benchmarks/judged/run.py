"""A run: every ranker on every set, and the record of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness.clock import QUANTILES, quantile, timed
from harness.record import Record, begin_record
from indexer.progress import Report
from judged.measures import DEPTH, MEASURES
from judged.rankers import LIBRARIES, RANKERS
from judged.sets import JudgedSet


def measure(sets: Sequence[JudgedSet], engines: Sequence[str], report: Report) -> list[Record]:
    """Rank every query of every set.

    Returns:
        A record for each set: its queries with the relevant documents, and under ``rankings`` for
        each engine and query what was found, best first, and in what time.
    """
    return [_measure_set(judged, engines, report) for judged in sets]


def _measure_set(judged: JudgedSet, engines: Sequence[str], report: Report) -> Record:
    record = begin_record("quality", judged.corpus, LIBRARIES, {"depth": DEPTH})
    record["set"] = judged.name
    record["engines"] = list(engines)
    record["queries"] = [
        {"id": query.id, "text": query.text, "grades": dict(query.grades)}
        for query in judged.queries
    ]
    record["rankings"] = {engine: list(_rankings(judged, engine, report)) for engine in engines}
    return record


def _rankings(judged: JudgedSet, engine: str, report: Report) -> Iterator[dict[str, Any]]:
    stage = f"{judged.name}, {engine}"
    report(stage, 0, len(judged.queries))
    with TemporaryDirectory(prefix="xiaosou-quality-") as folder:
        ranker = RANKERS[engine](judged.corpus, Path(folder))
        try:
            for number, query in enumerate(judged.queries, start=1):
                timing, found = timed(lambda text=query.text: ranker.rank(text))  # type: ignore[misc]
                yield {"found": found, "wall": timing.wall, "cpu": timing.cpu}
                report(stage, number, len(judged.queries))
        finally:
            ranker.close()


def values(record: Record, engine: str, measure_name: str) -> list[float]:
    """A measure's value for each query of a set's record."""
    measure_of = MEASURES[measure_name]
    return [
        measure_of(ranking["found"], query["grades"])
        for query, ranking in zip(record["queries"], record["rankings"][engine], strict=True)
    ]


def figures(records: Sequence[Record]) -> dict[str, float]:
    """The mean of every measure, as ``measure/set/engine``, and milliseconds of processor time,
    as ``p50|p95/set/engine``.
    """  # noqa: D205 - one sentence
    measured: dict[str, float] = {}
    for record in records:
        for engine in record["engines"]:
            place = f"{record['set']}/{engine}"
            for name in MEASURES:
                found = values(record, engine, name)
                measured[f"{name}/{place}"] = sum(found) / len(found)
            for part, milliseconds in times(record, engine).items():
                measured[f"{part}/{place}"] = milliseconds
    return measured


def times(record: Record, engine: str) -> dict[str, float]:
    """Milliseconds of processor time that queries take, by the names of `QUANTILES`."""
    taken = [ranking["cpu"] / 1e6 for ranking in record["rankings"][engine]]
    return {part: quantile(taken, part) for part in QUANTILES}
