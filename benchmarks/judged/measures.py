"""Measures of a ranking, and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

Measure = Callable[[Sequence[str], Mapping[str, int]], float]
"""Gives a value from 0 to 1 for the ids of a ranking, best first, and the relevant ids' grades."""

_RESAMPLES = 2000
_SEED = 1


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """One divided by the place of the first relevant document, if it is among the first ten."""
    places = (place for place, id_ in enumerate(ranking[:10], start=1) if id_ in grades)
    return 1 / next(places, math.inf)


def discounted_gain(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """The sum of the first ten's grades, each divided by the logarithm of its place, in relation
    to that of the best ranking (nDCG@10; Järvelin and Kekäläinen, 2002).
    """  # noqa: D205 - one sentence
    gained = _gain([grades.get(id_, 0) for id_ in ranking[:10]])
    return gained / _gain(sorted(grades.values(), reverse=True)[:10])


def recall_at_10(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """The share of the relevant documents that is among the first ten."""
    return _recall(ranking[:10], grades)


def recall_at_100(ranking: Sequence[str], grades: Mapping[str, int]) -> float:
    """The share of the relevant documents that is among the first hundred."""
    return _recall(ranking[:100], grades)


MEASURES: Mapping[str, Measure] = {
    "MRR@10": reciprocal_rank,
    "nDCG@10": discounted_gain,
    "recall@10": recall_at_10,
    "recall@100": recall_at_100,
}
"""The measures by name."""

DEPTH = 100
"""How many documents a ranking has for these measures."""


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The bounds between which the mean of other queries like these lies, 95 times of 100.

    By the percentile bootstrap (B. Efron, 1979), with a fixed seed.
    """
    drawn = np.random.default_rng(_SEED).integers(len(values), size=(_RESAMPLES, len(values)))
    low, high = np.quantile(np.asarray(values)[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def _recall(found: Sequence[str], grades: Mapping[str, int]) -> float:
    return sum(id_ in grades for id_ in found) / len(grades)
