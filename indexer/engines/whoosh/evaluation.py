"""Evaluation of operations by numpy: every match with its score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.operations import (
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
            return _postings(operation, operation.documents, operation.frequencies)
        case Listed(documents, scores):
            each = np.full(len(documents), scores) if isinstance(scores, float) else scores
            return Matches(documents, each)
        case AnyOf(parts):
            return _added([evaluate(part, count) for part in parts], count)
        case AllOf(parts):
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


def _postings(operation: Postings, found: Ints, frequencies: Ints) -> Matches:
    """BM25F: weighted frequencies are added before saturation."""
    scales = operation.scales.reshape(-1, 2)
    pairs = frequencies.reshape(-1, 2)
    documents: Ints = found
    if operation.fields == Fields.BOTH:
        sums = pairs[:, 1] * scales[documents, 1]
        titled = pairs[:, 0].nonzero()[0]
        sums[titled] += pairs[titled, 0] * scales[documents[titled], 0]
    else:
        chosen = pairs[:, operation.fields]
        there = chosen.nonzero()[0]
        documents = documents[there]
        sums = chosen[there] * scales[documents, operation.fields]
    return Matches(documents, operation.weight * (sums / (sums + BM25_K1)))


def _scores_at(
    operation: Operation, documents: Ints, count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which of these documents an operation finds, by their places, and their scores there."""
    if isinstance(operation, Postings) and len(documents) * _FEW < len(operation.documents):
        places, where = _places(documents, operation.documents)
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
    places, where = _places(documents, found.documents)
    return where.nonzero()[0], found.scores[places[where]]


def _added(parts: list[Matches], count: int) -> Matches:
    """The documents of any part, with the sums of their scores."""
    documents = np.concatenate([part.documents for part in parts])
    scores = np.concatenate([part.scores for part in parts])
    if len(documents) * _DENSE < count:
        distinct, places = np.unique(documents, return_inverse=True)
        return Matches(distinct, _sums(places, scores, len(distinct)))
    found = np.zeros(count, bool)
    found[documents] = True
    distinct = found.nonzero()[0]
    return Matches(distinct, _sums(documents, scores, count)[distinct])


def _sums(places: Ints, values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The sum of the values that have each place."""
    return np.bincount(places, values, count).astype(np.float64, copy=False)


def _places(wanted: Ints, values: Ints) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each wanted value stands among ascending values, and whether it is there at all."""
    places = values.searchsorted(wanted)
    if not len(values):
        return places, np.zeros(len(wanted), bool)
    places[places == len(values)] = 0
    return places, values[places] == wanted
