"""The in-memory engine.

It looks at every document for every query and keeps nothing on disk.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document
from indexer.analysis.signature import stack
from indexer.duplicate import Grouped, bands_of, group
from indexer.engines.memory.evaluation import Evaluation, Indexed, frequency_of, keys_of
from indexer.query import Found, Match, Request
from indexer.query.occurrences import Occurrences
from indexer.query.request import FACET_SIZE


class MemoryEngine:
    """Documents in a dictionary; an `Index` fills it anew from the store."""

    volatile = True

    def __init__(self) -> None:
        self._documents: dict[str, Indexed] = {}
        self._cursor = 0
        self._lock = threading.Lock()

    @property
    def cursor(self) -> int:
        """See `Engine.cursor`."""
        return self._cursor

    def apply(self, changes: Iterable[tuple[str, Document | None]], cursor: int) -> None:
        """See `Engine.apply`."""
        documents = dict(self._documents)
        added = []
        for identity, document in changes:
            documents.pop(identity, None)
            if document:
                added.append(Indexed(document))
        _set_groups(added, list(documents.values()))
        documents |= {indexed.document.id: indexed for indexed in added}
        with self._lock:
            self._documents, self._cursor = documents, cursor

    def find(self, request: Request) -> Found:
        """See `Engine.find`."""
        documents = self._documents
        evaluation = Evaluation(list(documents.values()))
        scored = [
            (document, score)
            for document in documents.values()
            if (score := evaluation.score(request.query, document)) is not None
        ]
        matching = [pair for pair in scored if _passes(pair[0], request, ignored="")]
        matching.sort(key=lambda pair: _rank(request.sort, *pair))
        heads, sizes = _collapsed(matching) if request.collapse else (matching, Counter())
        page = heads[request.offset : request.offset + request.limit]
        return Found(
            total=len(matching),
            matches=tuple(
                Match(indexed.document.id, score, max(sizes[indexed.group] - 1, 0))
                for indexed, score in page
            ),
            facets={
                name: _facet(name, [pair[0] for pair in scored if _passes(pair[0], request, name)])
                for name in request.facets
            },
        )

    def expand(self, node: Any) -> Mapping[str, int]:
        """See `Engine.expand`."""
        documents = list(self._documents.values())
        return Counter(key for document in documents for key in keys_of(node, document))

    def frequencies(self, stream: str, terms: Sequence[str]) -> list[int]:
        """See `Engine.frequencies`."""
        documents = list(self._documents.values())
        return [frequency_of(stream, term, documents) for term in terms]

    def occurrences(self, id: str, node: Any) -> Occurrences | None:  # noqa: A002 - as in Article
        """See `Engine.occurrences`."""
        documents = self._documents
        if id not in documents:
            return None
        return Evaluation(list(documents.values())).occurrences(node, documents[id])

    def values(self, field: str) -> frozenset[str]:
        """See `Engine.values`."""
        documents = self._documents.values()
        return frozenset(getattr(other.document, field) for other in documents) - {""}

    def duplicates(self, id: str) -> tuple[str, ...]:  # noqa: A002 - as in Article
        """See `Engine.duplicates`."""
        documents = self._documents
        if id not in documents:
            return ()
        name = documents[id].group
        others = (other for other in documents if documents[other].group == name)
        return tuple(sorted(other for other in others if other != id))

    def contents(self) -> Iterator[tuple[str, int]]:
        """See `Engine.contents`."""
        for identity, indexed in self._documents.items():
            yield identity, indexed.document.seq

    def close(self) -> None:
        """See `Engine.close`."""


def _passes(document: Indexed, request: Request, ignored: str) -> bool:
    return all(
        getattr(document.document, name) in wanted
        for name, wanted in request.filters.items()
        if name != ignored
    )


def _rank(sort: str, indexed: Indexed, score: float) -> tuple[float, float, str]:
    document = indexed.document
    if sort == "relevance":
        return (0, -score, document.id)
    if document.published is None:
        return (1, 0, document.id)
    time = document.published.timestamp()
    return (0, time if sort == "oldest" else -time, document.id)


def _set_groups(added: list[Indexed], there: list[Indexed]) -> None:
    """Tell the groups of new documents by those that are there."""
    signatures, numbers = _signed(added)
    known, known_numbers = _signed(there)
    groups = np.array([other.group for other in there], np.int64)
    everyone = np.ones(len(there), bool)
    grouped = Grouped(bands_of(known), known, groups, known_numbers, everyone)
    for indexed, name in zip(added, group(signatures, numbers, [grouped]).tolist(), strict=True):
        indexed.group = name


def _signed(documents: list[Indexed]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    numbers = np.array([indexed.document.seq for indexed in documents], np.int64)
    return stack(indexed.document.signature for indexed in documents), numbers


def _collapsed(
    ranked: list[tuple[Indexed, float]],
) -> tuple[list[tuple[Indexed, float]], Counter[int]]:
    """The first of each group, and how many there are of it."""
    sizes = Counter(indexed.group for indexed, _ in ranked)
    heads = {indexed.group: (indexed, score) for indexed, score in reversed(ranked)}
    return [pair for pair in ranked if heads[pair[0].group] == pair], sizes


def _facet(name: str, documents: list[Indexed]) -> list[tuple[str, int]]:
    values = (getattr(document.document, name) for document in documents)
    counts = Counter(value for value in values if value)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_SIZE]
