"""Execution: a request on a snapshot, exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.compilation import Compiler
from indexer.engines.whoosh.evaluation import evaluate
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
        total: How many documents match query and filters.
        documents: Those that may be among the first.
        scores: Their scores.
        is_sorted: Whether the documents are the first ones in their order.
        every: All that match the query, whatever the filters; without facets, as ``documents``.
    """

    leaf: Leaf
    total: int
    documents: Ints
    scores: NDArray[np.float64]
    is_sorted: bool
    every: Ints


def execute(request: Request, snapshot: Snapshot, by_whoosh: ByWhoosh) -> Found:
    """Answer a request.

    Args:
        request: The request.
        snapshot: The segments.
        by_whoosh: For nodes that are not known here.
    """
    last = request.offset + request.limit
    selections = []
    for number, leaf in enumerate(snapshot.leaves):
        compiler = Compiler(snapshot, number, lambda node, leaf=leaf: by_whoosh(leaf, node))  # type: ignore[misc]
        operation = compiler.compile(request.query)
        if request.sort == "relevance" and not request.facets and last <= _LONGEST_HEAP:
            selections.append(_select_best(operation, leaf, request.filters, last))
        else:
            selections.append(_select_every(operation, leaf, request.filters))
    return Found(
        total=sum(selection.total for selection in selections),
        matches=_first(selections, request.sort, last)[request.offset :],
        facets={name: _facet(name, selections, request.filters) for name in request.facets},
    )


def _select_best(
    operation: Operation, leaf: Leaf, filters: Mapping[str, frozenset[str]], most: int
) -> _Selection:
    if kernel.compiled is None:
        return _select_every(operation, leaf, filters)
    program = kernel.Program(operation, leaf.segment.count)
    mask, ranks = _mask(leaf, filters), leaf.segment.columns.id_ranks
    documents, scores, total = program.best(kernel.compiled, mask, ranks, most)
    return _Selection(leaf, total, documents, scores, True, documents)


def _select_every(
    operation: Operation, leaf: Leaf, filters: Mapping[str, frozenset[str]]
) -> _Selection:
    documents, scores = _matches(operation, leaf)
    every = documents
    mask = _mask(leaf, filters, alive=False)
    if mask is not None:
        kept = mask[documents]
        documents, scores = documents[kept], scores[kept]
    return _Selection(leaf, len(documents), documents, scores, False, every)


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
    if len(selections) == 1 and selections[0].is_sorted:
        return _matches_of(selections[0])
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


def _matches_of(selection: _Selection) -> tuple[Match, ...]:
    ids = selection.leaf.segment.columns.ids_of(selection.documents)
    return tuple(map(Match, ids, selection.scores.tolist()))


def _ranks(selection: _Selection, sort: str) -> NDArray[np.float64] | NDArray[np.int64]:
    """Smaller for what comes first."""
    if sort == "relevance":
        return -selection.scores
    times = selection.leaf.segment.columns.published[selection.documents]
    # Undated documents come last in either order.
    return np.where(times == UNDATED, np.iinfo(np.int64).max, times if sort == "oldest" else -times)
