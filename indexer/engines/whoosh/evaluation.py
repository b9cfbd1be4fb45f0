"""Evaluation of operations by numpy: every match with its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.adjacency import find_phrase
from indexer.engines.whoosh.integers import Ints, common_of, places_in
from indexer.engines.whoosh.operations import (
    Adjacent,
    AllOf,
    AnyOf,
    Constant,
    Everything,
    Fields,
    Listed,
    Operation,
    Optional,
    Postings,
    Without,
    most_of,
)
from indexer.query.fields import BM25_K1

_SORTED = 256  # up to so many matches are sorted without choosing the best first
_ROWS = 32  # of scores, of which the best are chosen by the best of each column
_DENSE = 16  # a union this many times smaller than the segment is sorted, else added up in place
_FEW = 4  # so many times fewer documents are looked up in a list one by one


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents of a segment that match, ascending, and their scores."""

    documents: Ints
    scores: NDArray[np.float64]


def evaluate(operation: Operation, count: int) -> Matches:
    """Every match of an operation.

    Args:
        operation: The operation.
        count: The number of documents of the segment.
    """
    match operation:
        case Postings():
            return _whole(operation)
        case Listed(documents, scores):
            each = np.full(len(documents), scores) if isinstance(scores, float) else scores
            return Matches(documents, each)
        case Adjacent(tokens, begins, fields):
            documents = find_phrase(tokens, begins, fields)
            return Matches(documents, np.zeros(len(documents)))
        case AnyOf(parts):
            return _added([evaluate(part, count) for part in parts], count)
        case AllOf(parts):
            if all(map(_is_whole, parts)):
                return _common(parts)  # type: ignore[arg-type]
            common = evaluate(parts[0], count)
            for part in parts[1:]:
                there, scores = _scores_at(part, common.documents, count)
                common = Matches(common.documents[there], common.scores[there] + scores)
            return common
        case Optional(required, optional):
            found = evaluate(required, count)
            there, scores = _scores_at(optional, found.documents, count)
            raised = found.scores.copy()
            raised[there] += scores
            return Matches(found.documents, raised)
        case Without(required, excluded):
            found = evaluate(required, count)
            there, _ = _scores_at(excluded, found.documents, count)
            left = np.ones(len(found.documents), bool)
            left[there] = False
            return Matches(found.documents[left], found.scores[left])
        case Constant(part, score):
            found = evaluate(part, count)
            return Matches(found.documents, np.full(len(found.documents), score))
        case Everything(score):
            return Matches(np.arange(count, dtype=np.int32), np.full(count, score))


def best(
    operation: Operation,
    count: int,
    mask: NDArray[np.bool_] | None,
    ranks: NDArray[np.int32],
    most: int,
) -> tuple[Matches, int]:
    """The matches with the highest scores, best first, and how many match in all.

    Args:
        operation: The operation.
        count: The number of documents of the segment.
        mask: Which documents count; None for all.
        ranks: The order of documents with equal scores.
        most: How many are wanted at most.
    """
    found = evaluate(operation, count)
    if mask is not None:
        found = _chosen(found, mask[found.documents])
    total = len(found.documents)
    if total > max(most, _SORTED) and most:
        found = _chosen(found, (found.scores >= _bound(found.scores, most)).nonzero()[0])
    order = np.lexsort((ranks[found.documents], -found.scores))[:most]
    return _chosen(found, order), total


def _bound(scores: NDArray[np.float64], most: int) -> float:
    """A score that at least so many reach, and few more do."""
    columns = len(scores) // _ROWS
    if columns >= most:  # so many of the best scores of each column reach the least of them
        scores = scores[: columns * _ROWS].reshape(_ROWS, columns).max(axis=0)
    place = len(scores) - most
    return float(np.partition(scores, place)[place])


def _chosen(found: Matches, which: NDArray[Any]) -> Matches:
    return Matches(found.documents[which], found.scores[which])


@lru_cache(maxsize=1024)
def _whole(operation: Postings) -> Matches:
    """Every match of a term, remembered, for numpy takes the most time to score them."""
    found = _postings(operation, operation.documents, operation.frequencies)
    return Matches(found.documents.astype(np.intp), found.scores)


def _postings(operation: Postings, found: Ints, frequencies: Ints) -> Matches:
    """BM25F: weighted frequencies are added before saturation."""
    weighted = operation.scales.reshape(-1, 2).take(found, axis=0)
    weighted *= frequencies.reshape(-1, 2)
    if operation.fields == Fields.BOTH:
        sums, documents = weighted[:, 0] + weighted[:, 1], found
    else:
        there = weighted[:, operation.fields].nonzero()[0]
        sums, documents = weighted[there, operation.fields], found[there]
    return Matches(documents, operation.weight * sums / (sums + BM25_K1))


def _is_whole(operation: Operation) -> bool:
    """Whether all documents of a list match."""
    return isinstance(operation, Listed) or (
        isinstance(operation, Postings) and operation.fields == Fields.BOTH
    )


def _common(parts: Sequence[Postings | Listed]) -> Matches:
    """The documents that all lists have; only they are scored."""
    documents, places = common_of([part.documents for part in parts])
    scores = np.zeros(len(documents))
    for part, where in zip(parts, places, strict=True):
        known = _whole(part).scores if isinstance(part, Postings) else part.scores
        scores += known if isinstance(known, float) else known[where]
    return Matches(documents, scores)


def _scores_at(
    operation: Operation, documents: Ints, count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which of these documents an operation finds, by their places, and their scores there."""
    if isinstance(operation, Postings) and len(documents) * _FEW < len(operation.documents):
        places, where = places_in(operation.documents, documents)
        chosen = places[where]
        pairs = operation.frequencies.reshape(-1, 2)[chosen]
        found = _postings(operation, operation.documents[chosen], pairs)
    elif isinstance(operation, AnyOf) and len(documents) * _FEW < most_of(operation):
        sums = np.zeros(len(documents))
        any_there = np.zeros(len(documents), bool)
        for part in operation.parts:
            there, scores = _scores_at(part, documents, count)
            sums[there] += scores
            any_there[there] = True
        return any_there.nonzero()[0], sums[any_there]
    else:
        found = evaluate(operation, count)
    places, where = places_in(found.documents, documents)
    return where.nonzero()[0], found.scores[places[where]]


def _added(parts: list[Matches], count: int) -> Matches:
    """The documents of any part, with the sums of their scores."""
    if sum(len(part.documents) for part in parts) * _DENSE < count:
        documents = np.concatenate([part.documents for part in parts])
        distinct, places = np.unique(documents, return_inverse=True)
        sums = np.bincount(places, np.concatenate([part.scores for part in parts]))
        return Matches(distinct, sums.astype(np.float64, copy=False))
    # One after the other, for arrays of all of them are so large that the system has to clear
    # memory for them, which takes longer than adding.
    scores, found = np.zeros(count), np.zeros(count, bool)
    for part in parts:
        scores[part.documents] += part.scores
        found[part.documents] = True
    those = found.nonzero()[0]
    return Matches(those, scores[those])
