"""Execution: a request on a snapshot, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.collapsing import Hidden, Ranked, collapse
from indexer.engines.whoosh.compilation import Compiler
from indexer.engines.whoosh.evaluation import best, evaluate
from indexer.engines.whoosh.integers import Ints, places_in
from indexer.engines.whoosh.operations import Listed, Operation
from indexer.engines.whoosh.snapshot import Leaf, Snapshot
from indexer.query import Found, Match, Request
from indexer.query.request import FACET_SIZE
from indexer.query.times import UNDATED

ByWhoosh = Callable[[Leaf, Query], Listed]
"""Finds the matches of a node in a segment by Whoosh's own matchers."""

_new = tuple.__new__
_LONGEST_HEAP = 1000  # beyond, every match is taken and sorted


@dataclass(frozen=True, slots=True)
class _Selection:
    """What a segment has of the answer.

    Attributes:
        leaf: The segment.
        documents: Those that match query and filters.
        scores: Their scores.
        every: All that match the query, whatever the filters.
    """

    leaf: Leaf
    documents: Ints
    scores: NDArray[np.float64]
    every: Ints

    def without(self, hidden: NDArray[np.bool_]) -> _Selection:
        """The same without some of the documents that match."""
        kept = ~hidden[self.documents]
        return _Selection(self.leaf, self.documents[kept], self.scores[kept], self.every)


def execute(request: Request, snapshot: Snapshot, by_whoosh: ByWhoosh) -> Found:
    """Answer a request.

    Args:
        request: The request.
        snapshot: The segments.
        by_whoosh: For nodes that are not known here.
    """
    operations = [
        (leaf, Compiler(snapshot, number, partial(by_whoosh, leaf)).compile(request.query))
        for number, leaf in enumerate(snapshot.leaves)
    ]
    last = request.offset + request.limit
    is_short = request.sort == "relevance" and not request.facets and last <= _LONGEST_HEAP
    found: _Best | _Every = (_Best if is_short else _Every)(request, operations)
    if request.collapse and request.limit:
        matches = collapse(found, snapshot.leaves, request.offset, last)
    else:
        ranked = found.first(last, {})[request.offset :]
        # As Match(identity, score), in half the time.
        matches = [_new(Match, (identity, score, 0)) for _, _, identity, score in ranked]
    return Found(found.total, tuple(matches), found.facets())


class _Best:
    """A search of which only the first matches are taken out of each segment; a `Ranking`.

    Attributes:
        total: How many documents match, once the first were asked for.
    """

    def __init__(self, request: Request, operations: Sequence[tuple[Leaf, Operation]]) -> None:
        self._operations = operations
        self._masks = [_mask(leaf, request.filters) for leaf, _ in operations]
        self.total = 0

    def first(self, most: int, hidden: Hidden) -> Sequence[Ranked]:
        """See `Ranking.first`."""
        total = 0
        found: list[Ranked] = []
        for number, (leaf, operation) in enumerate(self._operations):
            mask = self._masks[number]
            if number in hidden:
                mask = ~hidden[number] if mask is None else mask & ~hidden[number]
            documents, ids, scores, count = _best(operation, leaf, mask, most)
            total += count
            found += zip(repeat(number), documents, ids, scores, strict=False)
        if not hidden:
            self.total = total
        if len(self._operations) > 1:
            found.sort(key=lambda match: (-match[3], match[2]))
        return found[:most]

    def matching(self, leaf: int, documents: Ints) -> Ints:
        """See `Ranking.matching`."""
        there, operation = self._operations[leaf]
        chosen = np.zeros(there.segment.count, bool)
        chosen[documents] = True
        mask = self._masks[leaf]
        if mask is not None:
            chosen &= mask
        return _matches(operation, there.segment.count, chosen)[0]

    def facets(self) -> Mapping[str, list[tuple[str, int]]]:
        """None were asked for."""
        return {}


class _Every:
    """A search of which every match is taken, for facets, another order, or far down; a `Ranking`.

    Attributes:
        total: How many documents match.
    """

    def __init__(self, request: Request, operations: Sequence[tuple[Leaf, Operation]]) -> None:
        self._request = request
        self._selections = [
            _select(operation, leaf, request.filters) for leaf, operation in operations
        ]
        self.total = sum(len(selection.documents) for selection in self._selections)

    def first(self, most: int, hidden: Hidden) -> Sequence[Ranked]:
        """See `Ranking.first`."""
        shown = [
            selection.without(hidden[number]) if number in hidden else selection
            for number, selection in enumerate(self._selections)
        ]
        return _first(shown, self._request.sort, most)

    def matching(self, leaf: int, documents: Ints) -> Ints:
        """See `Ranking.matching`."""
        return documents[places_in(self._selections[leaf].documents, documents)[1]]

    def facets(self) -> Mapping[str, list[tuple[str, int]]]:
        """The most frequent values of each field that was asked for."""
        filters = self._request.filters
        return {name: _facet(name, self._selections, filters) for name in self._request.facets}


def _best(
    operation: Operation, leaf: Leaf, mask: NDArray[np.bool_] | None, most: int
) -> tuple[list[int], list[str], list[float], int]:
    """The first matches in a segment, their ids and scores, and how many match in all."""
    columns, documents = leaf.segment.columns, leaf.segment.count
    if kernel.compiled is not None:
        program = kernel.Program(operation, documents)
        return program.best(kernel.compiled, mask, columns.id_ranks, columns.ids, most)
    found, total = best(operation, documents, mask, columns.id_ranks, most)
    ids = columns.ids_of(found.documents)
    return found.documents.tolist(), ids, found.scores.tolist(), total


def _select(operation: Operation, leaf: Leaf, filters: Mapping[str, frozenset[str]]) -> _Selection:
    documents, scores = _matches(operation, leaf.segment.count, leaf.alive)
    every = documents
    mask = _mask(leaf, filters, alive=False)
    if mask is not None:
        kept = mask[documents]
        documents, scores = documents[kept], scores[kept]
    return _Selection(leaf, documents, scores, every)


def _matches(
    operation: Operation, count: int, mask: NDArray[np.bool_] | None
) -> tuple[Ints, NDArray[np.float64]]:
    """Every document that matches, and its score.

    Args:
        operation: What to find.
        count: The number of documents of the segment.
        mask: Which of them count; None for all.
    """
    if kernel.compiled is not None:
        return kernel.Program(operation, count).matches(kernel.compiled, mask)
    found = evaluate(operation, count)
    if mask is None:
        return found.documents, found.scores
    kept = mask[found.documents]
    return found.documents[kept], found.scores[kept]


def _mask(
    leaf: Leaf, filters: Mapping[str, frozenset[str]], *, alive: bool = True
) -> NDArray[np.bool_] | None:
    """Which documents pass the filters; None when all do."""
    mask = leaf.alive if alive else None
    for name, wanted in filters.items():
        passing = leaf.segment.columns.facet(name).holds(wanted)
        mask = passing if mask is None else mask & passing
    return mask


def _facet(
    name: str, selections: list[_Selection], filters: Mapping[str, frozenset[str]]
) -> list[tuple[str, int]]:
    """The most frequent values of a field, its own filter left out."""
    others = {field: wanted for field, wanted in filters.items() if field != name}
    counts: Counter[str] = Counter()
    for selection in selections:
        documents = selection.every
        mask = _mask(selection.leaf, others, alive=False)
        if mask is not None:
            documents = documents[mask[documents]]
        counts += selection.leaf.segment.columns.facet(name).count(documents)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_SIZE]


def _first(selections: list[_Selection], sort: str, limit: int) -> list[Ranked]:
    """The first matches in this order, ties by id.

    Only as many ids are read as could decide: those of the matches that rank with the last one
    or before it.
    """
    ranks = [_ranks(selection, sort) for selection in selections]
    count = sum(map(len, ranks))
    if limit <= 0 or not count:
        return []
    last = None
    if limit < count:
        every = np.concatenate(ranks)
        last = np.partition(every, limit - 1)[limit - 1]
    candidates: list[tuple[float, str, float, int, int]] = []
    for number, (selection, own_ranks) in enumerate(zip(selections, ranks, strict=True)):
        documents, scores = selection.documents, selection.scores
        if last is not None:
            near = own_ranks <= last
            documents, scores, own_ranks = documents[near], scores[near], own_ranks[near]
        ids = selection.leaf.segment.columns.ids_of(documents)
        own = own_ranks.tolist(), ids, scores.tolist(), documents.tolist()
        candidates += zip(*own, repeat(number), strict=False)
    candidates.sort()
    return [
        (number, document, identity, score)
        for _, identity, score, document, number in candidates[:limit]
    ]


def _ranks(selection: _Selection, sort: str) -> NDArray[np.float64] | NDArray[np.int64]:
    """Smaller for what comes first."""
    if sort == "relevance":
        return -selection.scores
    times = selection.leaf.segment.columns.published[selection.documents]
    # Undated documents come last in either order.
    return np.where(times == UNDATED, np.iinfo(np.int64).max, times if sort == "oldest" else -times)
