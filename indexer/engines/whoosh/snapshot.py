"""A snapshot: the segments of the index as they were at one commit, with their statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length, length_to_byte

from indexer.engines.whoosh.characters import CharacterPostings, count_holders, merge_postings
from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.memo import remembered
from indexer.engines.whoosh.operations import Fields, Postings
from indexer.engines.whoosh.segment import Segment
from indexer.engines.whoosh.stream import Stream
from indexer.query.fields import BM25_B, BM25_K1, FIELD_WEIGHT, PAIRS, TEXT_FIELDS


class Leaf:
    """A segment in a snapshot.

    Args:
        segment: The segment.
        deleted: Its deleted documents.

    Attributes:
        segment: The segment.
        alive: For each document, whether it is not deleted; None when none is.
        count: How many are alive.
    """

    def __init__(self, segment: Segment, deleted: Sequence[int]) -> None:
        self.segment = segment
        self.alive: NDArray[np.bool_] | None = None
        if deleted:
            self.alive = np.ones(segment.count, bool)
            self.alive[list(deleted)] = False
        self.count = segment.count - len(deleted)

    def living(self, documents: Ints) -> Ints:
        """Those of some documents that are not deleted."""
        return documents if self.alive is None else documents[self.alive[documents]]

    def lengths(self, stream: str) -> Ints:
        """For each document alive, the number of tokens in title and body: shape (count, 2)."""
        lengths = self.segment.stream(stream).lengths().reshape(-1, 2)
        return lengths if self.alive is None else lengths[self.alive]

    def frequency(self, stream: str, term: str) -> int:
        """How many documents alive have a term."""
        there = self.segment.stream(stream)
        begin, end = there.bounds(*there.range_of(term))
        if self.alive is None:
            return end - begin
        return int(np.count_nonzero(self.alive[there.documents(begin, end)]))


class Snapshot:
    """The segments at one commit. Threads may share it.

    Statistics of a stream (`indexer.query.fields.STREAMS`) leave deleted documents out, as if they
    had never been; those of a single field are Whoosh's, which count them until they are merged
    away.

    Args:
        leaves: The segments.

    Attributes:
        leaves: The segments.
        count: How many documents are alive.
    """

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self.leaves = tuple(leaves)
        self.count = sum(leaf.count for leaf in leaves)
        self.postings = remembered(self._postings, 8192)
        """The postings of a term in a segment, see `_postings`."""
        self.holders = remembered(self._holders, 8192)
        """How many documents alive have a Chinese character."""
        self.with_character = remembered(self._merge_postings, 1024)
        """The postings of a Chinese character in each segment."""
        self._known_idf = remembered(self._idf, 8192)
        self._known_scales = remembered(self._scales, None)

    def frequency(self, stream: str, term: str) -> int:
        """How many documents alive have a term."""
        return sum(leaf.frequency(stream, term) for leaf in self.leaves)

    def _postings(
        self, number: int, stream: str, fields: Fields, term: str, boost: float
    ) -> Postings | None:
        """The postings of a term, scored by BM25; None when the segment has none.

        Args:
            number: The number of the leaf.
            stream: The stream.
            fields: Which frequencies count.
            term: The term.
            boost: What its scores are multiplied with.
        """
        there = self.leaves[number].segment.stream(stream)
        first, end = there.range_of(term)
        if first == end:
            return None
        idf = self._known_idf(stream, term, fields)
        scales = self._known_scales(number, stream, fields == Fields.BOTH)
        return _postings_at(there, there.bounds(first, end), scales, fields, boost, idf)

    def postings_of(
        self, number: int, stream: str, fields: Fields, ordinals: Iterable[int], boost: float
    ) -> list[Postings]:
        """The postings of terms that are there, of which there may be too many to be remembered.

        Args:
            number: The number of the leaf.
            stream: The stream.
            fields: Which frequencies count.
            ordinals: The numbers of the terms in the leaf's stream.
            boost: What their scores are multiplied with.
        """
        there = self.leaves[number].segment.stream(stream)
        scales = self._known_scales(number, stream, fields == Fields.BOTH)
        # With all documents in one segment the postings of a term tell how many have it.
        is_all = fields == Fields.BOTH and len(self.leaves) == 1 and self.leaves[0].alive is None
        found = []
        for ordinal in ordinals:
            bounds = begin, end = there.bounds(ordinal, ordinal + 1)
            if is_all:
                idf = self.idf_of(end - begin)
            else:
                idf = self._idf(stream, there.term(ordinal).decode(), fields)
            found.append(_postings_at(there, bounds, scales, fields, boost, idf))
        return found

    def character_postings(self, number: int, character: str, boost: float) -> Postings:
        """The postings of a Chinese character in a segment, scored by BM25F.

        Args:
            number: The number of the leaf.
            character: The character.
            boost: What the scores are multiplied with.
        """
        found = self.with_character(character)[number]
        return Postings(
            found.documents,
            found.frequencies,
            self._known_scales(number, PAIRS, True),
            Fields.BOTH,
            boost * (BM25_K1 + 1) * self.idf_of(self.holders(character)),
        )

    def _merge_postings(self, character: str) -> tuple[CharacterPostings, ...]:
        return tuple(
            merge_postings(leaf.segment.stream(PAIRS), leaf.segment.count, character)
            for leaf in self.leaves
        )

    def _holders(self, character: str) -> int:
        return sum(
            count_holders(leaf.segment.stream(PAIRS), leaf.alive, leaf.segment.count, character)
            for leaf in self.leaves
        )

    def _idf(self, stream: str, term: str, fields: Fields) -> float:
        """Robertson's and Sparck Jones' with one added inside the logarithm, to be positive.

        It is log(1 + (N - n + 0.5) / (n + 0.5)); for a single field Whoosh's, 1 + log(N / (n + 1)).
        """
        if fields == Fields.BOTH:
            return self.idf_of(self.frequency(stream, term))
        holders = 0
        for leaf in self.leaves:
            there = leaf.segment.stream(stream)
            begin, end = there.bounds(*there.range_of(term))
            holders += int(np.count_nonzero(there.frequencies(begin, end)[fields::2]))
        return log(sum(leaf.segment.count for leaf in self.leaves) / (holders + 1)) + 1

    def idf_of(self, holders: int) -> float:
        """The inverse document frequency of what so many documents have."""
        return log(1 + (self.count - holders + 0.5) / (holders + 0.5))

    def _scales(self, number: int, stream: str, fused: bool) -> NDArray[np.float64]:
        """What frequencies in each document of the leaf with this number are multiplied with.

        It is 1 / (1 - b + b length / average) by turns for title and body; ``fused``: times the
        field's weight.
        """
        lengths: NDArray[Any] = self.leaves[number].segment.stream(stream).lengths().reshape(-1, 2)
        if not fused:
            lengths = _as_whoosh_keeps_them(lengths)
        norms = 1 - BM25_B + BM25_B * lengths / self.averages(stream, fused)
        weights = np.array([FIELD_WEIGHT[field] if fused else 1.0 for field in TEXT_FIELDS])
        return np.ascontiguousarray(weights / norms).reshape(-1)

    def averages(self, stream: str, fused: bool) -> NDArray[np.float64]:
        """The average lengths of title and body; 1 where there is nothing.

        Args:
            stream: The stream.
            fused: Whether deleted documents are left out, else they count.
        """
        if fused:
            total = sum(leaf.lengths(stream).sum(axis=0) for leaf in self.leaves)
            count = self.count
        else:
            segments = [leaf.segment for leaf in self.leaves]
            total = sum(s.stream(stream).lengths().reshape(-1, 2).sum(axis=0) for s in segments)
            count = sum(segment.count for segment in segments)
        averages = np.asarray(total, np.float64) / max(count, 1)
        averages[averages == 0] = 1
        return averages


def _postings_at(
    stream: Stream,
    bounds: tuple[int, int],
    scales: NDArray[np.float64],
    fields: Fields,
    boost: float,
    idf: float,
) -> Postings:
    documents, frequencies = stream.documents(*bounds), stream.frequencies(*bounds)
    return Postings(documents, frequencies, scales, fields, boost * (BM25_K1 + 1) * idf)


def _as_whoosh_keeps_them(lengths: Ints) -> NDArray[np.float64]:
    """Lengths to the precision of one byte."""
    distinct, places = np.unique(lengths, return_inverse=True)
    kept = np.array([byte_to_length(length_to_byte(length)) for length in distinct.tolist()])
    return kept.astype(np.float64)[places].reshape(lengths.shape)
