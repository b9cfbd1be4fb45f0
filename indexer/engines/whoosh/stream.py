"""A stream of a segment: which documents have a term, how often, and where.

Title and body are one list: a posting has the frequency in either, so that BM25F can weigh and add
them. A position counts from the beginning of the segment, title before body, with a gap after each
text: so neighbouring tokens are found without looking at documents.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.arrayfile import Arrays
from indexer.engines.whoosh.integers import Ints, narrowed
from indexer.query.fields import PAIRS

GAP = 16
"""Positions that stay free after each text."""


class Stream:
    """One stream of a segment, for queries.

    Args:
        name: The stream.
        arrays: The arrays of the segment, made by `stream_arrays`.

    Attributes:
        has_positions: Whether positions are kept.
    """

    def __init__(self, name: str, arrays: Arrays) -> None:
        self._arrays = arrays
        self._documents = f"{name}/documents"
        self._frequencies = f"{name}/frequencies"
        self._lengths = f"{name}/lengths"
        self._positions = f"{name}/positions"
        self._position_ends = f"{name}/position_ends"
        self._bases = f"{name}/bases"
        self._keys = arrays.whole(f"{name}/keys")
        self._key_ends = arrays.whole(f"{name}/key_ends")
        self._ends: NDArray[np.int64] = arrays.whole(f"{name}/ends")
        self.has_positions = name == PAIRS
        self.ordinal = lru_cache(maxsize=8192)(self._ordinal)
        """The number of the first term that is not less than this one, in UTF-8."""
        self.places = lru_cache(maxsize=8192)(self._places)
        """The positions of a term, ascending."""

    def __len__(self) -> int:
        """The number of terms."""
        return len(self._ends)

    def term(self, ordinal: int) -> bytes:
        """The term with this number, in UTF-8."""
        begin = self._key_ends[ordinal - 1] if ordinal else 0
        return self._keys[begin : self._key_ends[ordinal]].tobytes()

    def terms(self, first: int, end: int) -> list[bytes]:
        """The terms with these numbers, in UTF-8."""
        return split_keys(self._keys, self._key_ends, first, end)

    def range_of(self, term: str) -> tuple[int, int]:
        """The number of this term and the one after it; twice the same when there is none."""
        encoded = term.encode()
        ordinal: int = self.ordinal(encoded)
        there = ordinal < len(self._ends) and self.term(ordinal) == encoded
        return ordinal, ordinal + there

    def range_with(self, prefix: str) -> tuple[int, int]:
        """The numbers of the terms with this prefix: of the first, and after the last."""
        encoded = prefix.encode()
        return self.ordinal(encoded), self.ordinal(encoded + b"\xff")

    def bounds(self, first: int, end: int) -> tuple[int, int]:
        """Where the postings of the terms with these numbers begin and end."""
        if first == end:
            return 0, 0
        return int(self._ends[first - 1]) if first else 0, int(self._ends[end - 1])

    def counts(self, first: int, end: int, alive: NDArray[np.bool_] | None) -> Ints:
        """How many documents have each of the terms with these numbers.

        Args:
            first: The number of the first term.
            end: The number after the last term; there is at least one.
            alive: Which documents count; None for all.
        """
        begin, _ = self.bounds(first, end)
        ends = self._ends[first:end] - begin
        if alive is None:
            return np.diff(ends, prepend=0)
        there = alive[self.documents(begin, begin + int(ends[-1]))]
        return np.diff(np.cumsum(there, dtype=np.int64)[ends - 1], prepend=0)

    def documents(self, begin: int, end: int) -> NDArray[np.int32]:
        """The documents of postings; ascending within a term."""
        return self._arrays.part(self._documents, begin, end)

    def frequencies(self, begin: int, end: int) -> NDArray[np.unsignedinteger[Any]]:
        """For postings, the frequencies in title and body, by turns."""
        return self._arrays.part(self._frequencies, 2 * begin, 2 * end)

    def lengths(self) -> NDArray[np.int32]:
        """For each document, the number of tokens in title and body, by turns."""
        return self._arrays.whole(self._lengths)

    def positions(self, first: int, end: int) -> Ints:
        """The positions of the terms with these numbers; ascending within a term."""
        ends = self._arrays.whole(self._position_ends)
        if first == end:
            return self._arrays.part(self._positions, 0, 0)
        begin = int(ends[first - 1]) if first else 0
        return self._arrays.part(self._positions, begin, int(ends[end - 1]))

    def _places(self, term: str) -> Ints:
        return self.positions(*self.range_of(term))

    def bases(self) -> Ints:
        """The first position of each text, title and body by turns, and the first beyond all."""
        return self._arrays.whole(self._bases)

    def _ordinal(self, encoded: bytes) -> int:
        if kernel.compiled is not None:
            return int(kernel.compiled.find_key(self._keys, self._key_ends, encoded))
        return bisect_left(range(len(self._ends)), encoded, key=self.term)


def stream_arrays(
    name: str,
    *,
    terms: Sequence[bytes],
    ends: NDArray[np.int64],
    documents: NDArray[np.int32],
    frequencies: Ints,
    lengths: Ints,
    extents: Ints | None = None,
    positions: Ints | None = None,
) -> Mapping[str, NDArray[Any]]:
    """The arrays of a stream, as they are kept.

    Args:
        name: The stream.
        terms: The terms, ascending.
        ends: For each term, where its postings end.
        documents: The documents of the postings.
        frequencies: For each posting the frequencies in title and body, by turns.
        lengths: For each document the number of tokens in title and body, by turns.
        extents: As lengths, the number of positions; None for a stream without positions.
        positions: The positions from `bases_of` on, posting by posting.
    """
    arrays: dict[str, NDArray[Any]] = {
        **join_keys(terms),
        "ends": ends.astype(np.int64, copy=False),
        "documents": documents.astype(np.int32, copy=False),
        "frequencies": narrowed(frequencies),
        "lengths": lengths.astype(np.int32, copy=False),
    }
    if positions is not None and extents is not None:
        bases = bases_of(extents)
        size = position_type(bases)
        counts = frequencies.reshape(-1, 2).sum(axis=1, dtype=np.int64)
        arrays |= {
            "bases": bases.astype(size),
            "extents": extents.astype(np.int32, copy=False),
            "positions": positions.astype(size, copy=False),
            "position_ends": np.concatenate([[0], np.cumsum(counts)])[arrays["ends"]],
        }
    return {f"{name}/{part}": array for part, array in arrays.items()}


def bases_of(extents: Ints) -> NDArray[np.int64]:
    """The first position of each text, and the first beyond all."""
    return np.concatenate([[0], np.cumsum(extents + GAP, dtype=np.int64)])


def position_type(bases: Ints) -> type[np.int32 | np.int64]:
    """The type that holds every position before the last base."""
    return np.int32 if bases[-1] <= np.iinfo(np.int32).max else np.int64


def join_keys(keys: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    """Keys as arrays: one after another, and where each ends."""
    return {
        "keys": np.frombuffer(b"".join(keys), np.uint8),
        "key_ends": np.cumsum([len(key) for key in keys], dtype=np.int64),
    }


def all_keys(name: str, arrays: Arrays) -> list[bytes]:
    """The keys of which `join_keys` made arrays that are under a name."""
    key_ends = arrays.whole(f"{name}/key_ends")
    return split_keys(arrays.whole(f"{name}/keys"), key_ends, 0, len(key_ends))


def split_keys(keys: Ints, key_ends: Ints, first: int, end: int) -> list[bytes]:
    """The keys with these numbers, out of all keys one after another and where each ends."""
    if first == end:
        return []
    start = int(key_ends[first - 1]) if first else 0
    places = [0, *(key_ends[first:end] - start).tolist()]
    content = keys[start : start + places[-1]].tobytes()
    return [content[begin:finish] for begin, finish in pairwise(places)]
