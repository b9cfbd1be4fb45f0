"""Merging: the arrays of several segments as those of one, without deleted documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.arrayfile import Arrays
from indexer.engines.whoosh.integers import Ints, spread
from indexer.engines.whoosh.stream import all_keys, stream_arrays

_POSTINGS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Part:
    """A segment to be merged.

    Attributes:
        arrays: Its arrays.
        kept: For each of its documents, whether it goes on.
    """

    arrays: Arrays
    kept: NDArray[np.bool_]

    @cached_property
    def count(self) -> int:
        """How many documents go on."""
        return int(self.kept.sum())


def merge_stream(name: str, parts: Sequence[Part], positions: bool) -> Mapping[str, NDArray[Any]]:
    """Merge a stream; the documents keep their order, part after part.

    Args:
        name: The stream.
        parts: The segments.
        positions: Whether the stream has positions.
    """
    sources = []
    first = 0
    for part in parts:
        sources.append(_Source(name, part, first))
        first += part.count
    vocabulary = sorted(set().union(*(source.terms for source in sources)))
    numbers = {term: number for number, term in enumerate(vocabulary)}
    for source in sources:
        source.ordinals = np.fromiter(map(numbers.__getitem__, source.terms), np.int64)
    counts = np.zeros(len(vocabulary), np.int64)
    for source in sources:
        counts[source.ordinals] += source.counts
    # Where the next posting of each term goes.
    free = np.cumsum(counts) - counts
    total = int(counts.sum())
    documents = np.empty(total, np.int32)
    widest = np.result_type(*(source.frequencies.dtype for source in sources), np.uint8)
    frequencies = np.empty((total, 2), widest)
    for source in sources:
        source.begins = free[source.ordinals]
        free[source.ordinals] += source.counts
        for places, chosen in source.postings():
            documents[places] = source.numbers[source.documents[chosen]]
            frequencies[places] = source.frequencies[chosen]
    lengths = np.concatenate([source.texts("lengths") for source in sources])
    extents = merged = None
    if positions:
        extents = np.concatenate([source.texts("extents") for source in sources])
        merged = _merge_positions(sources, frequencies)
    left = counts > 0
    return stream_arrays(
        name,
        terms=[term for term, there in zip(vocabulary, left.tolist(), strict=True) if there],
        ends=np.cumsum(counts[left]),
        documents=documents,
        frequencies=frequencies.reshape(-1),
        lengths=lengths,
        extents=extents,
        positions=merged,
    )


def _merge_positions(sources: list[_Source], frequencies: Ints) -> Ints:
    counts = frequencies.sum(axis=1, dtype=np.int64)
    begins = np.cumsum(counts) - counts
    stored = [source.part.arrays.whole(f"{source.name}/positions") for source in sources]
    merged: Ints = np.empty(int(counts.sum()), np.result_type(*stored, np.uint16))
    for source, positions in zip(sources, stored, strict=True):
        for places, chosen in source.postings():
            sizes = counts[places]
            origins = spread(source.position_begins[chosen], sizes)
            merged[spread(begins[places], sizes)] = positions[origins]
    return merged


class _Source:
    """A stream of a segment on its way into another.

    Attributes:
        numbers: For each document its new number; of no meaning for those left behind.
        terms: The terms.
        counts: For each term, how many of its postings go on.
        ordinals: For each term its new number.
        begins: For each term, where its postings begin in the merged stream.
    """

    ordinals: NDArray[np.int64]
    begins: NDArray[np.int64]

    def __init__(self, name: str, part: Part, first: int) -> None:
        self.name = name
        self.part = part
        self.numbers = first + np.cumsum(part.kept) - 1
        self.terms = all_keys(name, part.arrays)
        self.documents = part.arrays.whole(f"{name}/documents")
        self.frequencies = part.arrays.whole(f"{name}/frequencies").reshape(-1, 2)
        self._ends = part.arrays.whole(f"{name}/ends")
        self._going: NDArray[np.bool_] | None = None
        # For each posting and for the end, how many before it go on.
        self._ranks: NDArray[np.int64] = np.arange(len(self.documents) + 1)
        if not part.kept.all():
            self._going = part.kept[self.documents]
            self._ranks = np.concatenate([[0], np.cumsum(self._going)])
        self.counts = np.diff(self._ranks[self._ends], prepend=0)

    @cached_property
    def position_begins(self) -> NDArray[np.int64]:
        """For each posting, where its positions begin."""
        counts = self.frequencies.sum(axis=1, dtype=np.int64)
        begins: NDArray[np.int64] = np.cumsum(counts) - counts
        return begins

    def texts(self, what: str) -> Ints:
        """The lengths or extents of the texts that go on."""
        values = self.part.arrays.whole(f"{self.name}/{what}").reshape(-1, 2)
        kept: Ints = values[self.part.kept].reshape(-1)
        return kept

    def postings(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """The postings that go on: their places in the merged stream, and in this one."""
        begins = self._ends - np.diff(self._ends, prepend=0)
        shifts = self.begins - np.concatenate([[0], np.cumsum(self.counts)[:-1]])
        for start in range(0, len(self.documents), _POSTINGS_AT_ONCE):
            chosen = np.arange(start, min(start + _POSTINGS_AT_ONCE, len(self.documents)))
            owners = begins.searchsorted(chosen, "right") - 1
            if self._going is not None:
                there = self._going[chosen]
                chosen, owners = chosen[there], owners[there]
            yield self._ranks[chosen] + shifts[owners], chosen
