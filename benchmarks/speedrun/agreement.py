"""Agreement: whether engines find the same, and whether the ten best hits are the right ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from harness.record import Record
from indexer.query.request import FACET_SIZE

_TOLERANCE = 1e-6  # of scores, relative: more than rounding can make


def differences(record: Record) -> list[str]:
    """Where engines count differently, a line each; nothing when all agree."""
    asked = [query["text"] for query in record["queries"]]
    lines = list(_unequal(record["calls"], "count", "query", asked))
    lines += _unequal(_best_values(record["calls"]), "facets", "query", asked)
    in_one_language = [row for row in record["whole"] if row["engine"] != "xiaosou"]
    lines += _unequal(in_one_language, "total", "text", record["texts"])
    return lines


def is_right(row: dict[str, Any]) -> bool:
    """Whether ten hits are the best by exhaustive evaluation; equal scores may change places.

    Args:
        row: With ``best``, the scores of the ten best hits by exhaustive evaluation, and
            ``scores``, those of the hits an engine gave, by the same.
    """
    best, scores = row["best"], row["scores"]
    return len(best) == len(scores) and all(
        abs(one - other) <= _TOLERANCE * one for one, other in zip(best, scores, strict=True)
    )


def _unequal(
    rows: list[dict[str, Any]], value: str, number: str, asked: list[str]
) -> Iterator[str]:
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        if value in row:
            found[row[number]][row["engine"]] = row[value]
    for query, values in found.items():
        if any(one != next(iter(values.values())) for one in values.values()):
            yield f"{value} of {asked[query]}: {values}"


def _best_values(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with only the most frequent values of each facet, as xiaosou lists them."""
    return [
        {
            **row,
            "facets": {
                name: sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_SIZE]
                for name, counts in row["facets"].items()
            },
        }
        for row in rows
        if "facets" in row
    ]
