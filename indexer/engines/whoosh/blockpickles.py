"""What is in blocks of postings, as Whoosh's W3 codec (`whoosh.codec.whoosh3`) pickles it.

A block is a tuple of three: the numbers of the documents, the weights and the values::

    numbers   (7, 2, …)      each document's number less the one before it in the block
    weights   None           all are 1
              2.0            all are alike
              (1.0, 3.0, …)
    values    None           of a field without frequencies
              b"…"           the frequencies, each in four bytes, the high one first
              (b"…", …)      of each posting the frequency in four bytes and the pickled list of
                             its positions, each less the one before it
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.pickling import (
    FLOAT_SIZE,
    Bytes,
    binary_head_sizes,
    high_first,
    int_sizes,
    put,
    put_binary_heads,
    put_floats,
    put_ints,
    put_table,
)

LIST = b"\x80\x02]q\0"
"""How a pickled list of positions begins: protocol 2, an empty list, remember it."""


def pickle_blocks(
    ends: Ints, documents: Ints, frequencies: Ints | None, positions: Ints | None
) -> tuple[Bytes, Ints]:
    """Pickle blocks of postings.

    Args:
        ends: For each block, where its postings end; none is empty.
        documents: The document number of each posting, ascending within a block.
        frequencies: As in `FieldPostings`; None for a field that does not keep them.
        positions: As in `FieldPostings`; None for a field that does not keep them.

    Returns:
        The bytes of the blocks, and the size of each.
    """
    numbers = _Numbers(ends, documents)
    weights: _Part = _Nothing(ends)
    values: _Part = _Nothing(ends)
    if frequencies is not None:
        weights = _Weights(ends, frequencies)
        values = (
            _FrequencyValues(ends, frequencies)
            if positions is None
            else _PositionValues(ends, frequencies, positions)
        )
    sizes = 2 + numbers.sizes + weights.sizes + values.sizes + 2
    places = np.cumsum(sizes) - sizes
    content = np.zeros(sizes.sum(), np.uint8)
    put(content, places, b"\x80\x03")
    places += 2
    for part in (numbers, weights, values):
        part.put(content, places)
        places += part.sizes
    put(content, places, b"\x87.")
    return content, sizes


class _Part(ABC):
    """A part of each block; ``sizes`` has its length."""

    sizes: Ints

    @abstractmethod
    def put(self, content: Bytes, places: Ints) -> None:
        """Write it, in each block at its place."""


class _Groups:
    """Items of different sizes, some of them one after another in each group."""

    def __init__(self, ends: Ints, item_sizes: Ints) -> None:
        self._counts = np.diff(ends, prepend=0)
        item_ends = np.cumsum(item_sizes)
        group_ends = item_ends[ends - 1]
        self.sizes = np.diff(group_ends, prepend=0)
        begins = np.repeat(group_ends - self.sizes, self._counts)
        self._offsets = item_ends - item_sizes - begins

    def places(self, group_places: Ints) -> Ints:
        """Where each item goes, given where the items of each group go."""
        return np.repeat(group_places, self._counts) + self._offsets


class _Nothing(_Part):
    """None in place of weights or values."""

    def __init__(self, ends: Ints) -> None:
        self.sizes = np.ones(len(ends), np.int64)

    def put(self, content: Bytes, places: Ints) -> None:
        put(content, places, b"N")


class _Numbers(_Part):
    """Tuples of document numbers, as differences."""

    def __init__(self, ends: Ints, documents: Ints) -> None:
        self._numbers = _differences(documents, ends)
        self._groups = _Groups(ends, int_sizes(self._numbers))
        self.sizes = 1 + self._groups.sizes + 1

    def put(self, content: Bytes, places: Ints) -> None:
        put(content, places, b"(")
        put_ints(content, self._groups.places(places + 1), self._numbers)
        put(content, places + self.sizes - 1, b"t")


class _Weights(_Part):
    """None, floats or tuples of floats."""

    def __init__(self, ends: Ints, frequencies: Ints) -> None:
        firsts = np.concatenate(([0], ends[:-1]))
        least = np.minimum.reduceat(frequencies, firsts)
        self._mixed = least != np.maximum.reduceat(frequencies, firsts)
        self._ones = ~self._mixed & (least == 1)
        # Of weights that are all alike the first is written, of ones none.
        self._kept = np.repeat(self._mixed, ends - firsts)
        self._kept[firsts] |= ~self._ones
        self._weights = frequencies[self._kept]
        self._groups = _Groups(ends, FLOAT_SIZE * self._kept)
        self.sizes = self._ones + self._groups.sizes + 2 * self._mixed

    def put(self, content: Bytes, places: Ints) -> None:
        put(content, places[self._ones], b"N")
        put(content, places[self._mixed], b"(")
        floats = self._groups.places(places + self._mixed)
        put_floats(content, floats[self._kept], self._weights)
        put(content, (places + self.sizes - 1)[self._mixed], b"t")


class _FrequencyValues(_Part):
    """The frequencies as bytes."""

    def __init__(self, ends: Ints, frequencies: Ints) -> None:
        self._frequencies = frequencies
        self._groups = _Groups(ends, np.full(len(frequencies), 4))
        self._head_sizes = binary_head_sizes(self._groups.sizes)
        self.sizes = self._head_sizes + self._groups.sizes

    def put(self, content: Bytes, places: Ints) -> None:
        put_binary_heads(content, places, self._groups.sizes)
        items = self._groups.places(places + self._head_sizes)
        put_table(content, items, high_first(self._frequencies))


class _PositionValues(_Part):
    """Tuples of values, each a frequency and the pickled list of positions."""

    def __init__(self, ends: Ints, frequencies: Ints, positions: Ints) -> None:
        position_ends = np.cumsum(frequencies)
        self._frequencies = frequencies
        self._deltas = _differences(positions, position_ends)
        self._lists = _Groups(position_ends, int_sizes(self._deltas))
        # A list of one is made by "append", a longer one by "mark" and "append all".
        self._several = frequencies > 1
        self._lengths = 4 + len(LIST) + self._several + self._lists.sizes + 2
        self._head_sizes = binary_head_sizes(self._lengths)
        self._values = _Groups(ends, self._head_sizes + self._lengths)
        self.sizes = 1 + self._values.sizes + 1

    def put(self, content: Bytes, places: Ints) -> None:
        put(content, places, b"(")
        put(content, places + self.sizes - 1, b"t")
        values = self._values.places(places + 1)
        put_binary_heads(content, values, self._lengths)
        values += self._head_sizes
        put_table(content, values, high_first(self._frequencies))
        put(content, values + 4, LIST)
        put(content, (values + 4 + len(LIST))[self._several], b"(")
        deltas = self._lists.places(values + 4 + len(LIST) + self._several)
        put_ints(content, deltas, self._deltas)
        values += self._lengths - 2
        content[values] = np.where(self._several, ord("e"), ord("a"))
        put(content, values + 1, b".")


def _differences(values: Ints, ends: Ints) -> Ints:
    """Each value less the one before it in its group; the groups end at ``ends``."""
    differences = np.diff(values, prepend=values[:1] * 0)
    firsts = ends[:-1]
    differences[firsts] = values[firsts]
    return differences
