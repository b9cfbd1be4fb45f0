"""The file of a segment's postings, and what Whoosh says of each term beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.blocks import encode_postings
from indexer.engines.whoosh.fieldpostings import FieldPostings

TERM_INFO = np.dtype(
    [
        ("inlined", "u1"),
        ("weight", ">f4"),
        ("documents", ">u4"),
        ("least_length", "u1"),
        ("greatest_length", "u1"),
        ("greatest_weight", ">f4"),
        ("first", ">u4"),
        ("last", ">u4"),
        ("place", ">i8"),
        ("size", ">i4"),
    ]
)
"""What Whoosh says of a term's postings: its `W3TermInfo`, then where they are in the file."""

_BATCH = 65_536  # postings that are encoded at once: about what the processor's cache holds


def write_postings(
    file: Any, postings: FieldPostings, lengths: NDArray[np.uint8] | None
) -> NDArray[Any]:
    """Write the postings of a field.

    Args:
        file: Where to: a `StructFile`.
        postings: The postings of one term or more.
        lengths: The length of each document, in Whoosh's one byte; None for a field that keeps
            neither lengths nor frequencies.

    Returns:
        An array of `TERM_INFO`, one entry a term.
    """
    infos = _infos(postings, lengths)
    sizes = np.empty(len(infos), np.int64)
    begin = file.tell()
    for batch, part in _batches(postings):
        frequencies = None if lengths is None else part.frequencies
        content, sizes[batch] = encode_postings(
            part.ends, part.documents, frequencies, part.positions, lengths
        )
        file.write(content)
    infos["place"] = begin + np.cumsum(sizes) - sizes
    infos["size"] = sizes
    return infos


def _infos(postings: FieldPostings, lengths: NDArray[np.uint8] | None) -> NDArray[Any]:
    """What there is to say of each term but place and size."""
    ends = postings.ends
    firsts = np.concatenate(([0], ends[:-1]))
    infos = np.zeros(len(ends), TERM_INFO)
    infos["weight"] = np.add.reduceat(postings.frequencies, firsts, dtype=np.int64)
    infos["documents"] = ends - firsts
    infos["greatest_weight"] = np.maximum.reduceat(postings.frequencies, firsts)
    infos["first"] = postings.documents[firsts]
    infos["last"] = postings.documents[ends - 1]
    if lengths is not None:
        of_postings = lengths[postings.documents]
        infos["least_length"] = np.minimum.reduceat(of_postings, firsts)
        infos["greatest_length"] = np.maximum.reduceat(of_postings, firsts)
    return infos


def _batches(postings: FieldPostings) -> Iterator[tuple[slice, FieldPostings]]:
    """Some terms at a time: which ones, and their postings."""
    ends = postings.ends
    position_ends = np.cumsum(postings.frequencies)[ends - 1]
    begin = first = first_position = 0
    while begin < len(ends):
        end = max(begin + 1, int(np.searchsorted(ends, first + _BATCH, "right")))
        last, last_position = int(ends[end - 1]), int(position_ends[end - 1])
        positions = postings.positions
        yield (
            slice(begin, end),
            FieldPostings(
                postings.terms[begin:end],
                ends[begin:end] - first,
                postings.documents[first:last],
                postings.frequencies[first:last],
                None if positions is None else positions[first_position:last_position],
            ),
        )
        begin, first, first_position = end, last, last_position
