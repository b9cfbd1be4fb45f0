"""Arrays of integers of any size."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.integer[Any]]
"""An array of integers of any size."""


def narrowed(values: Ints) -> NDArray[Any]:
    """The same non-negative numbers in the smallest unsigned type that holds them all."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))), copy=False)


def spread(first: NDArray[np.int64], counts: Ints) -> NDArray[np.int64]:
    """Runs of numbers one after another, given where each begins and how long it is."""
    counts = counts.astype(np.int64, copy=False)
    shifts = first - (np.cumsum(counts) - counts)
    return np.repeat(shifts, counts) + np.arange(int(counts.sum()))
