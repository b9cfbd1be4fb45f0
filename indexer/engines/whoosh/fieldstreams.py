"""Fields and streams: the same postings in the shape of Whoosh and in that of queries.

Whoosh keeps a list for the title and one for the body; queries are executed on one for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.arrayfile import Arrays
from indexer.engines.whoosh.fieldpostings import FieldPostings, TextPostings
from indexer.engines.whoosh.integers import Ints, spread
from indexer.engines.whoosh.stream import body_begins, split_keys, stream_arrays

_POSTINGS_AT_ONCE = 1 << 16  # about what the processor's cache holds


def split_stream(name: str, arrays: Arrays) -> tuple[TextPostings, TextPostings]:
    """The postings of title and body out of the arrays of a stream.

    Args:
        name: The stream.
        arrays: The arrays.
    """
    lengths = arrays.whole(f"{name}/lengths").reshape(-1, 2)
    title, body = (TextPostings(lengths[:, text], _batches(name, arrays, text)) for text in (0, 1))
    return title, body


def join_fields(
    name: str, title: FieldPostings, body: FieldPostings, count: int
) -> Mapping[str, NDArray[Any]]:
    """The arrays of a stream out of the postings of title and body.

    Args:
        name: The stream.
        title: The postings of the title.
        body: The postings of the body.
        count: The number of documents.
    """
    fields = (title, body)
    terms = sorted({*title.terms, *body.terms})
    numbers = {term: number for number, term in enumerate(terms)}
    keys = np.concatenate([_keys(field, numbers) for field in fields])
    order = keys.argsort(kind="stable")
    begins = np.diff(keys[order], prepend=-1) != 0
    places = np.empty(len(keys), np.int64)
    places[order] = np.cumsum(begins) - 1
    distinct = keys[order][begins]
    frequencies = np.zeros((len(distinct), 2), np.int64)
    there = (places[: len(title.documents)], places[len(title.documents) :])
    for text, field in enumerate(fields):
        frequencies[there[text], text] = field.frequencies
    lengths = np.empty((count, 2), np.int64)
    for text, field in enumerate(fields):
        lengths[:, text] = np.bincount(field.documents, field.frequencies, count)
    extents = positions = None
    if title.positions is not None and body.positions is not None:
        offsets = (title.positions, body.positions)
        extents = _extents(fields, offsets, count)
        positions = _joined_positions(fields, offsets, there, frequencies, extents)
    return stream_arrays(
        name,
        terms=terms,
        ends=np.cumsum(np.bincount(distinct >> 32, minlength=len(terms))),
        documents=(distinct & 0xFFFFFFFF).astype(np.int32),
        frequencies=frequencies.reshape(-1),
        lengths=lengths.reshape(-1),
        extents=extents,
        positions=positions,
    )


def _keys(field: FieldPostings, numbers: Mapping[bytes, int]) -> NDArray[np.int64]:
    """For each posting its term's number and its document in one."""
    ordinals = np.fromiter(map(numbers.__getitem__, field.terms), np.int64, len(field.terms))
    owners = np.repeat(ordinals, np.diff(field.ends, prepend=0))
    return owners << 32 | field.documents


def _extents(
    fields: tuple[FieldPostings, FieldPostings], offsets: tuple[Ints, Ints], count: int
) -> NDArray[np.int64]:
    """How many positions each text has, up to the last that is used."""
    extents = np.zeros((count, 2), np.int64)
    for text, field in enumerate(fields):
        owners = np.repeat(field.documents, field.frequencies)
        np.maximum.at(extents[:, text], owners, offsets[text] + 1)
    return extents.reshape(-1)


def _joined_positions(
    fields: tuple[FieldPostings, FieldPostings],
    offsets: tuple[Ints, Ints],
    there: tuple[NDArray[np.int64], NDArray[np.int64]],
    frequencies: Ints,
    extents: Ints,
) -> NDArray[np.int64]:
    counts = frequencies.sum(axis=1)
    begins = np.cumsum(counts) - counts
    begins_body = body_begins(extents)
    joined = np.empty(int(counts.sum()), np.int64)
    for text, field in enumerate(fields):
        first, within = begins[there[text]], offsets[text].astype(np.int64)
        if text:
            first = first + frequencies[there[text], 0]
            within += np.repeat(begins_body[field.documents], field.frequencies)
        joined[spread(first, field.frequencies)] = within
    return joined


def _batches(name: str, arrays: Arrays, text: int) -> Iterator[FieldPostings]:
    """The postings of the title (0) or the body (1), some terms at a time."""
    ends = arrays.whole(f"{name}/ends")
    first = end = 0
    while end < len(ends):
        begin = int(ends[first - 1]) if first else 0
        end = max(first + 1, int(ends.searchsorted(begin + _POSTINGS_AT_ONCE, "right")))
        batch = _batch(name, arrays, text, first, end)
        if batch.terms:
            yield batch
        first = end


def _batch(name: str, arrays: Arrays, text: int, first: int, end: int) -> FieldPostings:
    """The postings that the terms with these numbers have in the title or the body."""
    ends = arrays.part(f"{name}/ends", first, end).astype(np.int64)
    begin = int(arrays.whole(f"{name}/ends")[first - 1]) if first else 0
    documents = arrays.part(f"{name}/documents", begin, int(ends[-1])).astype(np.int32)
    frequencies = arrays.part(f"{name}/frequencies", 2 * begin, 2 * int(ends[-1])).reshape(-1, 2)
    chosen = frequencies[:, text] > 0
    until = np.concatenate([[0], np.cumsum(chosen)])[ends - begin]
    used = np.diff(until, prepend=0) > 0
    positions = None
    if f"{name}/positions" in arrays:
        position_ends = arrays.whole(f"{name}/position_ends")
        position_begin = int(position_ends[first - 1]) if first else 0
        there = arrays.part(f"{name}/positions", position_begin, int(position_ends[end - 1]))
        begins = np.zeros(len(documents), np.int32)
        if text:
            begins = body_begins(arrays.whole(f"{name}/extents"))[documents]
        positions = _positions(there, begins, frequencies, text)
    terms = split_keys(arrays.whole(f"{name}/keys"), arrays.whole(f"{name}/key_ends"), first, end)
    return FieldPostings(
        list(compress(terms, used.tolist())),
        until[used],
        documents[chosen],
        frequencies[chosen, text].astype(np.int32),
        positions,
    )


def _positions(
    there: Ints, begins: NDArray[np.int32], frequencies: Ints, text: int
) -> NDArray[np.int32]:
    """The positions in the title or the body of postings, as they count from its beginning."""
    counts = frequencies.astype(np.int64)
    totals = counts.sum(axis=1)
    first = np.cumsum(totals) - totals
    places = spread(first + counts[:, 0] if text else first, counts[:, text])
    return (there[places] - np.repeat(begins, counts[:, text])).astype(np.int32)
