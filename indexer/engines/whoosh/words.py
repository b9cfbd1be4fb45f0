"""Words and values of an index, for whoever makes queries."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from indexer.engines.whoosh.expanding import EXPANSIONS
from indexer.engines.whoosh.integers import places_in
from indexer.engines.whoosh.snapshot import Snapshot
from indexer.query.nodes import Character
from indexer.query.occurrences import Occurrences, occurrences_of


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


def occurrences(snapshot: Snapshot, identity: bytes, node: Any) -> Occurrences | None:
    """What a document has of a term of a stream, or of a character; None without a document."""
    for number, leaf in enumerate(snapshot.leaves):
        documents = leaf.living(leaf.segment.columns.find([identity]))
        if not len(documents):
            continue
        stream = leaf.segment.stream(node.fieldname)
        bounds = stream.bounds(*stream.range_of(node.text))
        holders, frequencies = stream.documents(*bounds), stream.frequencies(*bounds)
        if isinstance(node, Character):
            found = snapshot.with_character(node.text)[number]
            holders, frequencies = found.documents, found.frequencies
        places, there = places_in(holders, documents)
        both = frequencies.reshape(-1, 2)[places[0]].tolist() if there[0] else [0, 0]
        lengths = stream.lengths().reshape(-1, 2)[documents[0]].tolist()
        return occurrences_of(both, lengths, snapshot.averages(node.fieldname, True).tolist())
    return None


def values(snapshot: Snapshot, field: str) -> frozenset[str]:
    """The values of a field that is indexed whole; those of deleted documents may be among them."""
    return frozenset(
        value for leaf in snapshot.leaves for value in leaf.segment.columns.facet(field).values
    ) - {""}
