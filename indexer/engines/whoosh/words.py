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
        for number in EXPANSIONS[type(node)](stream, node):
            term = stream.term(number).decode()
            count = leaf.frequency(node.fieldname, term)
            if count:
                found[term] += count
    return found


def values(snapshot: Snapshot, field: str) -> frozenset[str]:
    """The values of a field that is indexed whole; those of deleted documents may be among them."""
    return frozenset(
        value for leaf in snapshot.leaves for value in leaf.segment.columns.facet(field).values
    ) - {""}
