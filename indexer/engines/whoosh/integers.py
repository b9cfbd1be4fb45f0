"""Arrays of integers of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.integer[Any]]
"""An array of integers of any size."""


def narrowed(values: Ints) -> NDArray[Any]:
    """The same non-negative numbers in the smallest unsigned type that holds them all."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))), copy=False)


def places_in(
    values: NDArray[Any], wanted: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each wanted value stands among ascending values, and whether it is there at all."""
    places = values.searchsorted(wanted)
    if not len(values):
        return places, np.zeros(len(wanted), bool)
    places[places == len(values)] = 0
    return places, values[places] == wanted


def common_of(lists: Sequence[Ints]) -> tuple[Ints, list[NDArray[np.int64]]]:
    """What all of some ascending lists have, and where it stands in each.

    It is quickest with the shortest one first.
    """
    common, *others = lists
    steps = []
    for values in others:
        found, there = places_in(values, common)
        chosen = there.nonzero()[0]
        common = common[chosen]
        steps.append((found, chosen))
    # What was chosen last is followed back, so that each list is gone through once.
    kept = np.arange(len(common))
    places = []
    for found, chosen in reversed(steps):
        kept = chosen[kept]
        places.append(found[kept])
    return common, [kept, *reversed(places)]


def spread(first: NDArray[np.int64], counts: Ints) -> NDArray[np.int64]:
    """Runs of numbers one after another, given where each begins and how long it is."""
    counts = counts.astype(np.int64, copy=False)
    shifts = first - (np.cumsum(counts) - counts)
    return np.repeat(shifts, counts) + np.arange(int(counts.sum()))
