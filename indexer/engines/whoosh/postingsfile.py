"""The file of a segment's postings, and what Whoosh says of each term beside it."""

from __future__ import annotations

from collections.abc import Iterable
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


def write_postings(
    file: Any, batches: Iterable[FieldPostings], lengths: NDArray[np.uint8] | None
) -> tuple[list[bytes], NDArray[Any]]:
    """Write the postings of a field.

    Args:
        file: Where to: a `StructFile`.
        batches: The postings of some terms at a time.
        lengths: The length of each document, in Whoosh's one byte; None for a field that keeps
            neither lengths nor frequencies.

    Returns:
        The terms, and an array of `TERM_INFO`, one entry a term.
    """
    terms: list[bytes] = []
    infos = [np.empty(0, TERM_INFO)]
    for batch in batches:
        begin = file.tell()
        frequencies = None if lengths is None else batch.frequencies
        content, sizes = encode_postings(
            batch.ends, batch.documents, frequencies, batch.positions, lengths
        )
        file.write(content)
        terms += batch.terms
        infos.append(_infos(batch, lengths))
        infos[-1]["place"] = begin + np.cumsum(sizes) - sizes
        infos[-1]["size"] = sizes
    # numpy would turn the bytes round by itself.
    return terms, np.concatenate(infos, dtype=TERM_INFO)


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
