"""Adjacency: where tokens stand one after another, by their positions in a segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.integers import Ints


def find_phrases(tokens: Sequence[Ints]) -> Ints:
    """Where tokens stand side by side.

    Args:
        tokens: The positions of each token, ascending.

    Returns:
        The positions of the first token there, ascending.
    """
    (offset, begins), *others = sorted(enumerate(tokens), key=lambda token: len(token[1]))
    begins = begins - begins.dtype.type(offset)
    for offset, positions in others:
        begins = _followed(begins, positions, offset)
    return begins


def find_near(tokens: Sequence[Ints], slop: int) -> Ints:
    """Where tokens stand in order, each at most ``slop`` positions after the one before.

    Args:
        tokens: The positions of each token, ascending.
        slop: The greatest distance; 1 is adjacent.

    Returns:
        The positions of the last token there, ascending.
    """
    ends, *others = tokens
    for positions in others:
        if not len(ends):
            break
        before = ends.searchsorted(positions) - 1
        ends = positions[(before >= 0) & (positions - ends[before] <= slop)]
    return ends


def _followed(begins: Ints, positions: Ints, offset: int) -> Ints:
    if kernel.compiled is not None:
        kept = np.empty_like(begins)
        return kept[: kernel.compiled.keep_followed(begins, positions, kept, offset)]
    wanted = begins + begins.dtype.type(offset)
    places = positions.searchsorted(wanted)
    places[places == len(positions)] = 0
    return begins[positions[places] == wanted] if len(positions) else begins[:0]
