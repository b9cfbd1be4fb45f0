"""Inversion: from the tokens of documents to the postings of terms, both told by numbers.

The documents are gone through twice, piece by piece: to count, then to put each posting where it
belongs. So besides the result only one piece takes memory. It is done in C (in ``c/encoder/``)
where that was built, else by numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh import encoder
from indexer.engines.whoosh.integers import Ints, narrowed, spread
from indexer.engines.whoosh.stream import body_begins


@dataclass(frozen=True, slots=True)
class Piece:
    """The tokens of some documents.

    Attributes:
        numbers: The number of each token, text after text; 0 where there is none.
        extents: How many of these each text has, title and body by turns.
    """

    numbers: NDArray[np.int32]
    extents: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Inverted:
    """Postings, term by term.

    Attributes:
        counts: How many postings each term has.
        documents: The document of each posting, ascending within a term.
        frequencies: For each posting how often the term occurs in title and in body: shape (…, 2).
        positions: Where it occurs in its document, see `indexer.engines.whoosh.stream`; None when
            not asked for.
    """

    counts: NDArray[np.int64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.unsignedinteger[Any]]
    positions: NDArray[np.int32] | None


def invert(pieces: Sequence[Piece], order: Ints, *, positions: bool) -> Inverted:
    """Invert documents.

    Args:
        pieces: The documents.
        order: The numbers of the terms, from 1 on, in the order in which they are wanted.
        positions: Whether positions are wanted.
    """
    counts = np.zeros((2, len(order) + 1), np.int64)  # by number: postings, tokens
    postings, tokens = counts
    for piece in pieces:
        if encoder.compiled is None:
            _count_tokens(piece, postings, tokens)
        else:
            encoder.compiled.count_tokens(piece.numbers, piece.extents, postings, tokens)
    ordered = counts[:, order]
    free = np.zeros_like(counts)  # by number: where the next posting and the next position go
    free[:, order] = np.cumsum(ordered, axis=1) - ordered
    total, token_total = ordered.sum(axis=1).tolist()
    inverted = Inverted(
        ordered[0],
        np.empty(total, np.int32),
        np.zeros((total, 2), np.uint32),
        np.empty(token_total, np.int32) if positions else None,
    )
    document = 0
    for piece in pieces:
        _place_tokens(piece, document, free, inverted)
        document += len(piece.extents) // 2
    return replace(inverted, frequencies=narrowed(inverted.frequencies))


def _place_tokens(piece: Piece, document: int, free: NDArray[np.int64], inverted: Inverted) -> None:
    """Put what a piece has where it belongs.

    Args:
        piece: The piece.
        document: Its first document.
        free: By number, where the next posting and the next position go; moved on.
        inverted: Where to.
    """
    if encoder.compiled is None:
        _scatter_tokens(piece, document, free, inverted)
    else:
        encoder.compiled.place_tokens(
            piece.numbers,
            piece.extents,
            document,
            *free,
            inverted.documents,
            inverted.frequencies,
            inverted.positions,
        )


def _count_tokens(piece: Piece, postings: NDArray[np.int64], tokens: NDArray[np.int64]) -> None:
    there = _sorted(piece)
    postings += np.bincount(there.numbers[there.starts], minlength=len(postings))
    tokens += np.bincount(there.numbers, minlength=len(tokens))


def _scatter_tokens(
    piece: Piece, document: int, free: NDArray[np.int64], inverted: Inverted
) -> None:
    there = _sorted(piece)
    starts = there.starts
    slots = _slots(free[0], there.numbers[starts])
    inverted.documents[slots] = document + (there.texts[starts] >> 1)
    bodies = np.concatenate([[0], np.cumsum(there.texts & 1)])
    finishes = np.append(starts[1:], len(there.texts))
    in_body = bodies[finishes] - bodies[starts]
    inverted.frequencies[slots, 0] = finishes - starts - in_body
    inverted.frequencies[slots, 1] = in_body
    if inverted.positions is not None:
        within = there.places - (np.cumsum(piece.extents) - piece.extents)[there.texts]
        begins = np.zeros_like(piece.extents)
        begins[1::2] = body_begins(piece.extents)
        inverted.positions[_slots(free[1], there.numbers)] = begins[there.texts] + within


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The tokens of a piece, sorted by number and then by place.

    Attributes:
        numbers: Their numbers.
        places: Their places in the piece.
        texts: The texts they are in.
        starts: Which of them are the first of a posting.
    """

    numbers: NDArray[np.int64]
    places: NDArray[np.int64]
    texts: NDArray[np.int64]
    starts: NDArray[np.int64]


def _sorted(piece: Piece) -> _Sorted:
    places = piece.numbers.nonzero()[0]
    # A place takes 40 bits, a number 24.
    keys = piece.numbers[places].astype(np.uint64) << np.uint64(40) | places.astype(np.uint64)
    keys.sort()
    places = (keys & np.uint64((1 << 40) - 1)).astype(np.int64)
    numbers = (keys >> np.uint64(40)).astype(np.int64)
    texts = np.repeat(np.arange(len(piece.extents)), piece.extents)[places]
    begins = np.ones(len(places), bool)
    begins[1:] = (numbers[1:] != numbers[:-1]) | (texts[1:] >> 1 != texts[:-1] >> 1)
    return _Sorted(numbers, places, texts, begins.nonzero()[0])


def _slots(free: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The next free places of these numbers, which ascend; no longer free then."""
    distinct, counts = np.unique(numbers, return_counts=True)
    slots = spread(free[distinct], counts)
    free[distinct] += counts
    return slots
