"""Postings in blocks, as Whoosh's W3 codec (`whoosh.codec.whoosh3`) has them on disk.

The postings of a term are a mark and its blocks, of 128 postings each but for the last. Before the
body of a block (see `blockpickles`), which is compressed where that pays, stand the length of both,
negative in the last block of a term, and a head, pickled: the count of postings, the last document,
the greatest weight, the level of compression, and the least and the greatest length of a document.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC

from indexer.engines.whoosh import encoder
from indexer.engines.whoosh.blockpickles import pickle_blocks
from indexer.engines.whoosh.compression import LEVEL, compressed
from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.pickling import (
    FLOAT_SIZE,
    Bytes,
    high_first,
    int_sizes,
    put,
    put_floats,
    put_ints,
    put_table,
)

_BLOCK_SIZE = 128
_COMPRESSED_FROM = 128  # bytes; what is shorter takes its time and hardly shrinks
_HEAD = np.dtype(
    [
        ("opening", "?"),  # whether this is the first block of a term
        ("closing", "?"),  # whether this is the last one
        ("body_size", "i8"),
        ("count", "u1"),
        ("last", "i8"),
        ("greatest_weight", "i8"),
        ("level", "u1"),
        ("least_length", "u1"),
        ("greatest_length", "u1"),
    ]
)


def encode_postings(
    ends: NDArray[np.int64],
    documents: NDArray[np.int32],
    frequencies: NDArray[np.int32] | None,
    positions: NDArray[np.int32] | None,
    lengths: NDArray[np.uint8] | None,
) -> tuple[bytes, NDArray[np.int64]]:
    """Encode the postings of terms.

    Args:
        ends: For each term, where its postings end; none is without postings.
        documents: As in `FieldPostings`, like the two that follow.
        frequencies: None for a field that keeps none.
        positions: None for a field that keeps none.
        lengths: The length of each document, in Whoosh's one byte; None for a field that keeps
            none.

    Returns:
        The bytes of all terms, and how many of them belong to each term.
    """
    if encoder.compiled is None:
        return _encode(ends, documents, frequencies, positions, lengths)
    content, sizes = encoder.compiled.encode_postings(
        ends, documents, frequencies, positions, lengths
    )
    return content, np.frombuffer(sizes, np.int64)


def _encode(
    ends: NDArray[np.int64],
    documents: NDArray[np.int32],
    frequencies: NDArray[np.int32] | None,
    positions: NDArray[np.int32] | None,
    lengths: NDArray[np.uint8] | None,
) -> tuple[bytes, NDArray[np.int64]]:
    """The same by numpy; only what is compressed comes out otherwise."""
    counts = np.diff(ends, prepend=0)
    block_counts = -(-counts // _BLOCK_SIZE)
    last_blocks = np.cumsum(block_counts) - 1
    first_blocks = last_blocks + 1 - block_counts
    block_ends = np.repeat(ends - counts - first_blocks * _BLOCK_SIZE, block_counts)
    block_ends += (np.arange(len(block_ends)) + 1) * _BLOCK_SIZE
    block_ends[last_blocks] = ends
    content, sizes = pickle_blocks(block_ends, documents, frequencies, positions)
    levels = np.where(sizes >= _COMPRESSED_FROM, LEVEL, 0)
    bodies = [
        compressed(body) if level else body
        for body, level in zip(_cut(content, sizes), levels.tolist(), strict=True)
    ]

    firsts = np.concatenate(([0], block_ends[:-1]))
    heads = np.zeros(len(bodies), _HEAD)
    heads["opening"][first_blocks] = True
    heads["closing"][last_blocks] = True
    heads["body_size"] = np.fromiter(map(len, bodies), np.int64, len(bodies))
    heads["count"] = block_ends - firsts
    heads["last"] = documents[block_ends - 1]
    heads["greatest_weight"] = (
        1 if frequencies is None else np.maximum.reduceat(frequencies, firsts)
    )
    heads["level"] = levels
    if lengths is not None:
        of_postings = lengths[documents]
        heads["least_length"] = np.minimum.reduceat(of_postings, firsts)
        heads["greatest_length"] = np.maximum.reduceat(of_postings, firsts)
    head_content, head_sizes = _pickled(heads)
    pieces = zip(_cut(head_content, head_sizes), bodies, strict=True)
    return (
        b"".join(chain.from_iterable(pieces)),
        np.add.reduceat(head_sizes + heads["body_size"], first_blocks),
    )


def _pickled(heads: NDArray[Any]) -> tuple[Bytes, Ints]:
    """What stands before each body: the bytes, and how many of them belong to each block."""
    pickle_sizes = 5 + int_sizes(heads["last"]) + FLOAT_SIZE + 8
    mark_sizes = len(WHOOSH3_HEADER_MAGIC) * heads["opening"]
    sizes = mark_sizes + 4 + pickle_sizes
    content = np.zeros(sizes.sum(), np.uint8)
    places = np.cumsum(sizes) - sizes
    put(content, places[heads["opening"]], WHOOSH3_HEADER_MAGIC)
    places += mark_sizes
    lengths = pickle_sizes + heads["body_size"]
    signed = np.where(heads["closing"], -lengths, lengths)
    put_table(content, places, high_first(signed.astype(np.int32)))
    put(content, places + 4, b"\x80\x02(K")
    content[places + 8] = heads["count"]
    put_ints(content, places + 9, heads["last"])
    places += 9 + int_sizes(heads["last"])
    put_floats(content, places, heads["greatest_weight"])
    places += FLOAT_SIZE
    put(content, places, b"K\0K\0K\0t.")
    content[places + 1] = heads["level"]
    content[places + 3] = heads["least_length"]
    content[places + 5] = heads["greatest_length"]
    return content, sizes


def _cut(content: Bytes, sizes: Ints) -> Iterator[bytes]:
    """The pieces of these sizes, one after another."""
    whole = content.tobytes()
    ends = np.cumsum(sizes).tolist()
    return map(whole.__getitem__, map(slice, [0, *ends], ends))
