"""Execution: a request on a snapshot, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.compilation import Compiler
from indexer.engines.whoosh.evaluation import best, evaluate
from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.operations import Listed, Operation
from indexer.engines.whoosh.snapshot import Leaf, Snapshot
from indexer.query import Found, Match, Request
from indexer.query.request import FACET_SIZE
from indexer.query.times import UNDATED

ByWhoosh = Callable[[Leaf, Query], Listed]
"""Finds the matches of a node in a segment by Whoosh's own matchers."""

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
    if is_short:
        return _find_best(request, operations)
    return _find_every(request, operations)


def _find_best(request: Request, operations: Sequence[tuple[Leaf, Operation]]) -> Found:
    """Only the first matches are taken out of each segment."""
    last = request.offset + request.limit
    total = 0
    found: list[Match] = []
    for leaf, operation in operations:
        ids, scores, count = _best(operation, leaf, _mask(leaf, request.filters), last)
        total += count
        found += map(Match, ids, scores)
    if len(operations) > 1:
        found.sort(key=lambda match: (-match.score, match.id))
    return Found(total, tuple(found[request.offset : last]), {})


def _best(
    operation: Operation, leaf: Leaf, mask: NDArray[np.bool_] | None, most: int
) -> tuple[list[str], list[float], int]:
    """The ids of the first matches in a segment, their scores, and how many match in all."""
    columns, documents = leaf.segment.columns, leaf.segment.count
    if kernel.compiled is not None:
        program = kernel.Program(operation, documents)
        return program.best(kernel.compiled, mask, columns.id_ranks, columns.ids, most)
    found, total = best(operation, documents, mask, columns.id_ranks, most)
    return columns.ids_of(found.documents), found.scores.tolist(), total


def _find_every(request: Request, operations: Sequence[tuple[Leaf, Operation]]) -> Found:
    """Every match is taken, for facets, another order, or far down."""
    selections = [_select(operation, leaf, request.filters) for leaf, operation in operations]
    return Found(
        total=sum(len(selection.documents) for selection in selections),
        matches=_first(selections, request.sort, request.offset + request.limit)[request.offset :],
        facets={name: _facet(name, selections, request.filters) for name in request.facets},
    )


def _select(operation: Operation, leaf: Leaf, filters: Mapping[str, frozenset[str]]) -> _Selection:
    documents, scores = _matches(operation, leaf)
    every = documents
    mask = _mask(leaf, filters, alive=False)
    if mask is not None:
        kept = mask[documents]
        documents, scores = documents[kept], scores[kept]
    return _Selection(leaf, documents, scores, every)


def _matches(operation: Operation, leaf: Leaf) -> tuple[Ints, NDArray[np.float64]]:
    """Every document alive that matches, and its score."""
    if kernel.compiled is not None:
        return kernel.Program(operation, leaf.segment.count).matches(kernel.compiled, leaf.alive)
    found = evaluate(operation, leaf.segment.count)
    if leaf.alive is None:
        return found.documents, found.scores
    kept = leaf.alive[found.documents]
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


def _first(selections: list[_Selection], sort: str, limit: int) -> tuple[Match, ...]:
    """The first matches in this order, ties by id.

    Only as many ids are read as could decide: those of the matches that rank with the last one
    or before it.
    """
    selections = [selection for selection in selections if len(selection.documents)]
    if limit <= 0 or not selections:
        return ()
    ranks = [_ranks(selection, sort) for selection in selections]
    count = sum(map(len, ranks))
    last = None
    if limit < count:
        every = np.concatenate(ranks)
        last = np.partition(every, limit - 1)[limit - 1]
    candidates: list[tuple[float, str, float]] = []
    for selection, own_ranks in zip(selections, ranks, strict=True):
        documents, scores = selection.documents, selection.scores
        if last is not None:
            near = own_ranks <= last
            documents, scores, own_ranks = documents[near], scores[near], own_ranks[near]
        ids = selection.leaf.segment.columns.ids_of(documents)
        candidates += zip(own_ranks.tolist(), ids, scores.tolist(), strict=True)
    candidates.sort()
    return tuple([Match(identity, score) for _, identity, score in candidates[:limit]])


def _ranks(selection: _Selection, sort: str) -> NDArray[np.float64] | NDArray[np.int64]:
    """Smaller for what comes first."""
    if sort == "relevance":
        return -selection.scores
    times = selection.leaf.segment.columns.published[selection.documents]
    # Undated documents come last in either order.
    return np.where(times == UNDATED, np.iinfo(np.int64).max, times if sort == "oldest" else -times)
