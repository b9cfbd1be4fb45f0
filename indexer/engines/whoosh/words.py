"""Words and values of an index, for whoever makes queries."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from indexer.engines.whoosh.expanding import EXPANSIONS
from indexer.engines.whoosh.snapshot import Snapshot


def expand(snapshot: Snapshot, node: Any) -> Counter[str]:
    """The terms that a node on a stream stands for, and how many documents have each."""
    found: Counter[str] = Counter()
    for leaf in snapshot.leaves:
        stream = leaf.segment.stream(node.fieldname)
        numbers = np.asarray(EXPANSIONS[type(node)](stream, node), np.int64)
        if len(numbers):
            counts = stream.counts(int(numbers[0]), int(numbers[-1]) + 1, leaf.alive)
            counts = counts[numbers - numbers[0]]
            there = counts > 0
            texts = stream.texts(numbers[there])
            for text, count in zip(texts, counts[there].tolist(), strict=True):
                found[text] += count
    return found


def values(snapshot: Snapshot, field: str) -> frozenset[str]:
    """The values of a field that is indexed whole; those of deleted documents may be among them."""
    return frozenset(
        value for leaf in snapshot.leaves for value in leaf.segment.columns.facet(field).values
    ) - {""}
