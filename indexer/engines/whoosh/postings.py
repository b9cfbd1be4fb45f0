"""The postings of a segment as arrays, so that queries are executed over arrays.

Of each field there are, in the order of its terms: where each term's postings begin, the documents
and frequencies of the postings, and for pairs where each posting's positions begin, and the
positions. A position counts from the beginning of the segment, not of the document, with a gap
between documents: so neighbouring tokens are found without looking at documents.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.arrayfile import Arrays
from indexer.query.fields import PAIRS_FIELD, TEXT_FIELDS

VERSION = 1
"""What these arrays mean; to be raised whenever that changes."""

Ints = NDArray[np.integer[Any]]

_GAP = 16  # positions that stay free between two documents


class FieldPostings:
    """The postings of one field of a segment.

    Args:
        name: The field.
        arrays: The arrays of the segment.

    Attributes:
        lengths: The number of tokens of each document, as Whoosh keeps it (in one byte).
        bases: The first position of each document, and the one after all; only of pairs.
    """

    def __init__(self, name: str, arrays: Arrays) -> None:
        self.lengths: NDArray[np.float64] = arrays[f"{name}/lengths"]
        self._keys = arrays[f"{name}/keys"]
        self._key_ends = arrays[f"{name}/key_ends"]
        self._ends = arrays[f"{name}/ends"]
        self._documents = arrays[f"{name}/documents"]
        self._frequencies = arrays[f"{name}/frequencies"]
        if f"{name}/positions" in arrays:
            self.bases: Ints = arrays[f"{name}/bases"]
            self._positions = arrays[f"{name}/positions"]
            self._position_ends = arrays[f"{name}/position_ends"]
        self._ordinal = lru_cache(maxsize=4096)(self._find)

    def range_of(self, prefix: str) -> tuple[int, int]:
        """The ordinals of the first term with this prefix, and of the one after the last."""
        encoded = prefix.encode()
        return self._ordinal(encoded), self._ordinal(encoded + b"\xff")

    def ordinals_of(self, term: str) -> tuple[int, int]:
        """The ordinal of this term and the one after it; twice the same when there is none."""
        encoded = term.encode()
        ordinal = self._ordinal(encoded)
        there = ordinal < len(self._key_ends) and self._key(ordinal) == encoded
        return ordinal, ordinal + there

    def terms(self, first: int, end: int) -> list[bytes]:
        """The terms with these ordinals, in UTF-8."""
        return [self._key(ordinal) for ordinal in range(first, end)]

    def postings(self, first: int, end: int) -> tuple[Ints, Ints]:
        """The documents of the terms with these ordinals, and the frequencies there."""
        begin, finish = _bounds(self._ends, first, end)
        return self._documents[begin:finish], self._frequencies[begin:finish]

    def counts(self, first: int, end: int) -> Ints:
        """How many postings each of the terms with these ordinals has."""
        begin, _ = _bounds(self._ends, first, end)
        return np.diff(self._ends[first:end], prepend=begin)

    def positions(self, first: int, end: int) -> Ints:
        """The positions of the terms with these ordinals; ascending within each term."""
        begin, finish = _bounds(self._position_ends, first, end)
        return self._positions[begin:finish]

    def _find(self, encoded: bytes) -> int:
        return bisect_left(range(len(self._key_ends)), encoded, key=self._key)

    def _key(self, ordinal: int) -> bytes:
        begin, end = _bounds(self._key_ends, ordinal, ordinal + 1)
        return self._keys[begin:end].tobytes()


def _bounds(ends: Ints, first: int, end: int) -> tuple[int, int]:
    """Where the entries of some ordinals begin and end, given where each ends."""
    if first == end:
        return 0, 0
    return int(ends[first - 1]) if first else 0, int(ends[end - 1])


def decode_postings(reader: Any) -> dict[str, NDArray[Any]]:
    """Make the arrays of a segment out of its Whoosh reader.

    Args:
        reader: The reader of one segment.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for field in TEXT_FIELDS:
        for name, with_positions in ((field, False), (PAIRS_FIELD[field], True)):
            for part, values in _decode_field(reader, name, with_positions).items():
                arrays[f"{name}/{part}"] = values
    return arrays


def _decode_field(reader: Any, name: str, with_positions: bool) -> dict[str, NDArray[Any]]:
    keys = bytearray()
    key_ends, ends, position_ends = array("q"), array("q"), array("q")
    documents, frequencies, offsets = array("i"), array("i"), array("q")
    for term in reader.lexicon(name):
        matcher = reader.postings(name, term)
        while matcher.is_active():
            documents.append(matcher.id())
            frequencies.append(int(matcher.weight()))
            if with_positions:
                offsets.extend(matcher.value_as("positions"))
            matcher.next()
        keys += term
        key_ends.append(len(keys))
        ends.append(len(documents))
        position_ends.append(len(offsets))
    count = reader.doc_count_all()
    decoded: dict[str, NDArray[Any]] = {
        "keys": np.frombuffer(bytes(keys), np.uint8),
        "key_ends": np.array(key_ends, np.int64),
        "ends": np.array(ends, np.int64),
        "documents": np.array(documents, np.int32),
        "frequencies": np.array(frequencies, np.int32),
        "lengths": np.fromiter(
            (reader.doc_field_length(number, name) for number in range(count)), np.float64, count
        ),
    }
    if with_positions:
        decoded |= _global_positions(decoded, np.array(offsets, np.int64), count)
        decoded["position_ends"] = np.array(position_ends, np.int64)
    return decoded


def _global_positions(
    decoded: dict[str, NDArray[Any]], offsets: NDArray[np.int64], count: int
) -> dict[str, NDArray[Any]]:
    """Positions in the segment for positions in documents."""
    owners = np.repeat(decoded["documents"], decoded["frequencies"])
    extents = np.zeros(count, np.int64)
    np.maximum.at(extents, owners, offsets + 1)
    bases = np.concatenate([[0], np.cumsum(extents + _GAP)])
    size = np.int32 if bases[-1] < np.iinfo(np.int32).max else np.int64
    return {"bases": bases.astype(size), "positions": (bases[owners] + offsets).astype(size)}
