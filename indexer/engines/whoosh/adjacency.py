"""Adjacency: where tokens stand one after another, by their positions in a segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.operations import Fields


def find_in_order(
    tokens: Sequence[Ints], slop: int, bases: Ints, fields: Fields
) -> NDArray[np.int32]:
    """The documents with tokens in order, each at most ``slop`` positions after the one before.

    Args:
        tokens: The positions of each token, ascending.
        slop: The greatest distance; 1 is adjacent.
        bases: The first position of each text, title and body by turns, and the first beyond all.
        fields: In which texts.
    """
    if slop > 1:
        places = _near(tokens, slop)
    elif kernel.compiled is None:
        places = _adjacent(tokens)
    else:
        offsets = sorted(range(len(tokens)), key=lambda offset: len(tokens[offset]))
        positions = [tokens[offset] for offset in offsets]
        found = np.empty(len(positions[0]), np.int32)
        return found[: kernel.compiled.find_phrase(positions, offsets, bases, fields, found)]
    texts = bases.searchsorted(places, "right") - 1
    if fields != Fields.BOTH:
        texts = texts[texts & 1 == fields]
    documents = (texts >> 1).astype(np.int32)
    return documents[np.diff(documents, prepend=-1) > 0]


def _adjacent(tokens: Sequence[Ints]) -> Ints:
    """The positions of the first token where all stand side by side, ascending."""
    (offset, begins), *others = sorted(enumerate(tokens), key=lambda token: len(token[1]))
    begins = begins - begins.dtype.type(offset)
    for offset, positions in others:
        if not len(positions):
            return begins[:0]
        wanted = begins + begins.dtype.type(offset)
        places = positions.searchsorted(wanted)
        places[places == len(positions)] = 0
        begins = begins[positions[places] == wanted]
    return begins


def _near(tokens: Sequence[Ints], slop: int) -> Ints:
    """The positions of the last token where all stand in order and near, ascending."""
    ends, *others = tokens
    for positions in others:
        if not len(ends):
            break
        before = ends.searchsorted(positions) - 1
        ends = positions[(before >= 0) & (positions - ends[before] <= slop)]
    return ends
