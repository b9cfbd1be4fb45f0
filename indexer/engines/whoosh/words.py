"""Words and values of an index, for whoever makes queries."""

from __future__ import annotations

from collections import Counter
from typing import Any

from indexer.engines.whoosh.expanding import EXPANSIONS
from indexer.engines.whoosh.snapshot import Snapshot


def expand(snapshot: Snapshot, node: Any) -> Counter[str]:
    """The terms that a node on a stream stands for, and how many documents have each."""
    found: Counter[str] = Counter()
    for leaf in snapshot.leaves:
        stream = leaf.segment.stream(node.fieldname)
        numbers = EXPANSIONS[type(node)](stream, node)
        if numbers:
            counts = stream.counts(numbers[0], numbers[-1] + 1, leaf.alive).tolist()
            for number in numbers:
                if count := counts[number - numbers[0]]:
                    found[stream.term(number).decode()] += count
    return found


def values(snapshot: Snapshot, field: str) -> frozenset[str]:
    """The values of a field that is indexed whole; those of deleted documents may be among them."""
    return frozenset(
        value for leaf in snapshot.leaves for value in leaf.segment.columns.facet(field).values
    ) - {""}
