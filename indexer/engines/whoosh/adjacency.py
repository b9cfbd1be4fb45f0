"""Adjacency: the documents in which tokens stand one after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.integers import common_of, places_in, spread
from indexer.engines.whoosh.occurrences import Occurrences
from indexer.engines.whoosh.operations import Fields

_POSITION_BITS = 32  # of a key, below its document


def find_phrase(
    tokens: Sequence[Occurrences], body_begins: NDArray[np.int32], fields: Fields
) -> NDArray[np.int32]:
    """The documents with tokens side by side.

    Args:
        tokens: Where each token occurs, which is a single term.
        body_begins: For each document, the first position of its body.
        fields: In which fields.
    """
    order = sorted(range(len(tokens)), key=lambda offset: len(tokens[offset].documents))
    _, places = common_of([tokens[offset].documents for offset in order])
    keys = [(n, _keys(tokens[n], where)) for n, where in zip(order, places, strict=True)]
    return _documents(_adjacent(keys), body_begins, fields)


def find_near(
    tokens: Sequence[Occurrences], slop: int, body_begins: NDArray[np.int32], fields: Fields
) -> NDArray[np.int32]:
    """The documents with tokens in order, each at most ``slop`` positions after the one before.

    Args:
        tokens: Where each token occurs, which may be any of several terms.
        slop: The greatest distance; 1 is adjacent.
        body_begins: For each document, the first position of its body.
        fields: In which fields.
    """
    ends, *others = map(np.sort, _keys_of(tokens, len(body_begins)))
    for keys in others:
        if not len(ends):
            break
        before = ends.searchsorted(keys) - 1
        ends = keys[(before >= 0) & (keys - ends[before] <= slop)]
    return _documents(ends, body_begins, fields)


def _keys_of(tokens: Sequence[Occurrences], count: int) -> list[NDArray[np.int64]]:
    """Every occurrence of each token in documents that have all of them, as keys."""
    wanted = np.ones(count, bool)
    for token in sorted(tokens, key=lambda token: len(token.documents)):
        there = np.zeros(count, bool)
        there[token.documents[wanted[token.documents]]] = True
        wanted = there
    return [_keys(token, wanted[token.documents].nonzero()[0]) for token in tokens]


def _keys(token: Occurrences, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    """The occurrences in some postings, each as a document and, below it, a position."""
    before = np.zeros(len(token.frequencies) + 1, np.int64)
    np.cumsum(token.frequencies, out=before[1:])
    begins = before[2 * chosen]
    sizes = before[2 * chosen + 2] - begins
    documents = np.repeat(token.documents[chosen].astype(np.int64), sizes)
    return (documents << _POSITION_BITS) + token.positions[spread(begins, sizes)]


def _adjacent(tokens: Sequence[tuple[int, NDArray[np.int64]]]) -> NDArray[np.int64]:
    """The keys of the first token where all stand side by side, ascending.

    Args:
        tokens: Where each stands in the phrase, and its keys.
    """
    (offset, begins), *others = sorted(tokens, key=lambda token: len(token[1]))
    begins = begins - offset
    for offset, keys in others:
        begins = begins[places_in(keys, begins + offset)[1]]
    return begins


def _documents(
    keys: NDArray[np.int64], body_begins: NDArray[np.int32], fields: Fields
) -> NDArray[np.int32]:
    """The documents of keys, ascending, each once."""
    documents = (keys >> _POSITION_BITS).astype(np.int32)
    if fields != Fields.BOTH:
        in_body = (keys & ((1 << _POSITION_BITS) - 1)) >= body_begins[documents]
        documents = documents[in_body == (fields == Fields.BODY)]
    return documents[np.diff(documents, prepend=-1) > 0]
