"""The table of a run, made of its records."""

from __future__ import annotations

from collections.abc import Sequence

from harness.record import Record
from harness.table import render
from judged.measures import MEASURES, interval
from judged.run import times, values


def table(records: Sequence[Record], engines: Sequence[str]) -> str:
    """All measures of all sets by engine, each with the interval of its bootstrap."""
    rows: list[list[str]] = []
    for record in records:
        rows.append([f"{record['set']}, {len(record['queries'])} queries"])
        rows += [
            [name, *(_cell(values(record, engine, name)) for engine in engines)]
            for name in MEASURES
        ]
        rows.append(["p50 / p95, ms", *(_times(record, engine) for engine in engines)])
    return render(["", *engines], rows)


def _cell(found: Sequence[float]) -> str:
    low, high = interval(found)
    return f"{sum(found) / len(found):.4f} ({low:.3f}–{high:.3f})"


def _times(record: Record, engine: str) -> str:
    return " / ".join(f"{milliseconds:.2f}" for milliseconds in times(record, engine).values())
