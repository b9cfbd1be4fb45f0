"""Building: from the tokens of documents to the arrays of a stream."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.streams import GAP
from indexer.engines.whoosh.stream import bases_of, stream_arrays


class StreamBuilder:
    """Collects the tokens of a run of documents.

    Args:
        name: The stream.
        positions: Whether positions are kept.
    """

    def __init__(self, name: str, positions: bool) -> None:
        self._name = name
        self._positions = positions
        self._numbers = _Numbers({GAP: 0})
        self._tokens = array("i")
        self._extents = array("q")

    def add(self, title: Sequence[str], body: Sequence[str]) -> None:
        """Add the next document."""
        for tokens in (title, body):
            self._tokens.extend(map(self._numbers.__getitem__, tokens))
            self._extents.append(len(tokens))

    def finish(self) -> Mapping[str, NDArray[Any]]:
        """The arrays of the stream, see `stream_arrays`."""
        extents = np.array(self._extents, np.int64)
        numbers = np.array(self._tokens, np.int32)
        texts = np.repeat(np.arange(len(extents)), extents)
        terms = sorted(self._numbers.keys() - {GAP})
        ranks = np.zeros(len(self._numbers), np.uint64)
        for rank, term in enumerate(terms):
            ranks[self._numbers[term]] = rank
        # Sorted by term and then by place; a place takes 40 bits, a term 24.
        places = numbers.nonzero()[0]
        keys = ranks[numbers[places]] << np.uint64(40) | places.astype(np.uint64)
        keys.sort()
        places = (keys & np.uint64((1 << 40) - 1)).astype(np.int64)
        ordinals = (keys >> np.uint64(40)).astype(np.int64)
        del keys
        texts_there = texts[places]
        documents = (texts_there >> 1).astype(np.int32)
        begins = np.ones(len(places), bool)
        begins[1:] = (ordinals[1:] != ordinals[:-1]) | (documents[1:] != documents[:-1])
        starts = begins.nonzero()[0]
        in_body = np.concatenate([[0], np.cumsum(texts_there & 1)])
        finishes = np.append(starts[1:], len(places))
        frequencies = np.empty((len(starts), 2), np.int64)
        frequencies[:, 1] = in_body[finishes] - in_body[starts]
        frequencies[:, 0] = finishes - starts - frequencies[:, 1]
        within = places - (np.cumsum(extents) - extents)[texts_there]
        return stream_arrays(
            self._name,
            terms=[term.encode() for term in terms],
            ends=np.cumsum(np.bincount(ordinals[starts], minlength=len(terms))),
            documents=documents[starts],
            frequencies=frequencies.reshape(-1),
            lengths=np.bincount(texts_there, minlength=len(extents)),
            extents=extents if self._positions else None,
            positions=bases_of(extents)[texts_there] + within if self._positions else None,
        )


class _Numbers(dict[str, int]):
    """A number for each token, given as they come."""

    def __missing__(self, token: str) -> int:
        number = self[token] = len(self)
        return number
