"""A stream of a segment: which documents have a term, how often, and where.

Title and body are one list: a posting has the frequency in either, so that BM25F can weigh and add
them. A position counts from the beginning of the document, title before body, with a gap between
them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.arrayfile import Arrays
from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.integers import Ints, narrowed, spread
from indexer.engines.whoosh.memo import remembered
from indexer.engines.whoosh.occurrences import Occurrences
from indexer.query.fields import PAIRS

GAP = 16
"""Positions between title and body, so that no phrase goes from one into the other."""


class Stream:
    """One stream of a segment, for queries.

    Args:
        name: The stream.
        arrays: The arrays of the segment, made by `stream_arrays`.

    Attributes:
        has_positions: Whether positions are kept.
    """

    def __init__(self, name: str, arrays: Arrays) -> None:
        self._name = name
        self._arrays = arrays
        self._documents = f"{name}/documents"
        self._frequencies = f"{name}/frequencies"
        self._lengths = f"{name}/lengths"
        self._positions = f"{name}/positions"
        self._position_ends = f"{name}/position_ends"
        self._keys = arrays.whole(f"{name}/keys")
        self._key_ends = arrays.whole(f"{name}/key_ends")
        self._ends: Ints = arrays.whole(f"{name}/ends")
        self.has_positions = name == PAIRS
        self.ordinal = remembered(self._ordinal, 8192)
        """The number of the first term that is not less than this one, in UTF-8."""
        self.places = remembered(self._places, 8192)
        """Where a term occurs."""

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

    def texts(self, ordinals: Ints) -> list[str]:
        """The terms with these numbers."""
        content = self._joined(ordinals)
        places = [0, *np.cumsum(self.sizes[ordinals], dtype=np.int64).tolist()]
        return [content[begin:end] for begin, end in pairwise(places)]

    def characters(self, ordinals: Ints) -> NDArray[np.uint32]:
        """The characters of the terms with these numbers, one term after the other."""
        return np.frombuffer(self._joined(ordinals).encode("utf-32-le"), np.uint32)

    def _joined(self, ordinals: Ints) -> str:
        begins = np.where(ordinals > 0, self._key_ends[ordinals - 1], 0).astype(np.int64)
        sizes = self._key_ends[ordinals] - begins
        return self._keys[spread(begins, sizes)].tobytes().decode()

    def ending_with(self, part: str, first: int, end: int) -> Ints:
        """Which of the terms with these numbers end with a text, ascending."""
        found: Ints = np.arange(first, end)
        encoded = part.encode()
        found = found[self.sizes[first:end] >= len(part)]
        for offset, byte in enumerate(reversed(encoded), 1):
            found = found[self._keys[self._key_ends[found] - offset] == byte]
        return found

    def holding(self, part: str, first: int, end: int) -> Ints:
        """Which of the terms with these numbers have a text somewhere, ascending."""
        if first == end:
            return np.empty(0, np.int64)
        begin = int(self._key_ends[first - 1]) if first else 0
        keys, encoded = self._keys[begin : self._key_ends[end - 1]], part.encode()
        places = np.flatnonzero(keys[: max(len(keys) - len(encoded) + 1, 0)] == encoded[0])
        for offset, byte in enumerate(encoded[1:], 1):
            places = places[keys[places + offset] == byte]
        places += begin
        owners = np.searchsorted(self._key_ends, places, "right")
        # What begins in one term and ends in the next is in neither.
        inside = places + len(encoded) <= self._key_ends[owners]
        found: Ints = np.unique(owners[inside])
        return found

    @cached_property
    def sizes(self) -> NDArray[np.int32]:
        """For each term, the number of its characters."""
        begins = (self._keys & 0xC0) != 0x80  # the first byte of a character in UTF-8
        ends = np.concatenate([[0], np.cumsum(begins, dtype=np.int32)])[self._key_ends]
        sizes: NDArray[np.int32] = np.diff(ends, prepend=0).astype(np.int32)
        return sizes

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

    def documents(self, begin: int, end: int) -> Ints:
        """The documents of postings; ascending within a term.

        Not to be calculated with: their type may hold no more than the highest of them.
        """
        return self._arrays.part(self._documents, begin, end)

    def frequencies(self, begin: int, end: int) -> NDArray[np.unsignedinteger[Any]]:
        """For postings, the frequencies in title and body, by turns."""
        return self._arrays.part(self._frequencies, 2 * begin, 2 * end)

    def lengths(self) -> NDArray[np.int32]:
        """For each document, the number of tokens in title and body, by turns."""
        return self._arrays.whole(self._lengths)

    def occurrences(self, first: int, end: int) -> Occurrences:
        """Where the terms with these numbers occur, term by term."""
        ends = self._arrays.whole(self._position_ends)
        begin = int(ends[first - 1]) if first else 0
        bounds = self.bounds(first, end)
        return Occurrences(
            self.documents(*bounds),
            self.frequencies(*bounds),
            self._arrays.part(self._positions, begin, int(ends[end - 1]) if first < end else begin),
        )

    @cached_property
    def body_begins(self) -> NDArray[np.int32]:
        """For each document, the first position of its body."""
        return body_begins(self._arrays.whole(f"{self._name}/extents"))

    def _places(self, term: str) -> Occurrences:
        return self.occurrences(*self.range_of(term))

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
        positions: The positions, posting by posting.
    """
    arrays: dict[str, NDArray[Any]] = {
        **join_keys(terms),
        "ends": _places(ends),
        "documents": _short(documents, len(lengths) // 2),
        "frequencies": narrowed(frequencies),
        "lengths": lengths.astype(np.int32, copy=False),
    }
    if positions is not None and extents is not None:
        begins = 2 * np.concatenate([[0], ends[:-1]]) if len(ends) else np.empty(0, np.int64)
        counts = np.add.reduceat(frequencies, begins, dtype=np.int64)
        arrays |= {
            "extents": extents.astype(np.int32, copy=False),
            "positions": _short(positions, int(positions.max(initial=0)) + 1),
            "position_ends": _places(np.cumsum(counts)),
        }
    return {f"{name}/{part}": array for part, array in arrays.items()}


def body_begins(extents: Ints) -> NDArray[np.int32]:
    """For each document, the first position of its body.

    Args:
        extents: The number of positions of each text, title and body by turns.
    """
    return (extents[::2] + GAP).astype(np.int32)


def _short(values: Ints, bound: int) -> NDArray[np.uint16 | np.int32]:
    """Numbers below a bound in one of the two types that the kernel reads."""
    return values.astype(np.uint16 if bound <= 1 << 16 else np.int32, copy=False)


def _places(ends: Ints) -> NDArray[np.uint32 | np.int64]:
    """Where things end, ascending, in one of the two types that the kernel reads."""
    size = np.uint32 if not len(ends) or ends[-1] < 1 << 32 else np.int64
    return ends.astype(size, copy=False)


def join_keys(keys: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    """Keys as arrays: one after another, and where each ends."""
    return {
        "keys": np.frombuffer(b"".join(keys), np.uint8),
        "key_ends": _places(np.cumsum([len(key) for key in keys], dtype=np.int64)),
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
