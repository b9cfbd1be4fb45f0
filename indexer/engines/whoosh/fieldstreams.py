"""Fields and streams: the same postings in the shape of Whoosh and in that of queries.

Whoosh keeps a list for the title and one for the body; queries are executed on one for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.arrayfile import Arrays
from indexer.engines.whoosh.fieldpostings import FieldPostings
from indexer.engines.whoosh.integers import Ints, spread
from indexer.engines.whoosh.stream import all_keys, body_begins, stream_arrays

_POSTINGS_AT_ONCE = 1 << 20


def split_stream(name: str, arrays: Arrays) -> tuple[FieldPostings, FieldPostings]:
    """The postings of title and body out of the arrays of a stream.

    Args:
        name: The stream.
        arrays: The arrays.
    """
    terms = all_keys(name, arrays)
    title, body = (_field(name, arrays, terms, text) for text in (0, 1))
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


def _field(name: str, arrays: Arrays, terms: list[bytes], text: int) -> FieldPostings:
    """The postings of the title (0) or the body (1)."""
    ends = arrays.whole(f"{name}/ends")
    frequencies = arrays.whole(f"{name}/frequencies").reshape(-1, 2)
    chosen = frequencies[:, text] > 0
    until = np.concatenate([[0], np.cumsum(chosen)])[ends]
    used = np.diff(until, prepend=0) > 0
    positions = None
    if f"{name}/positions" in arrays:
        pieces = list(_positions(name, arrays, frequencies, text))
        positions = np.concatenate(pieces) if pieces else np.empty(0, np.int32)
    return FieldPostings(
        [term for term, there in zip(terms, used.tolist(), strict=True) if there],
        until[used],
        arrays.whole(f"{name}/documents")[chosen].astype(np.int32),
        frequencies[chosen, text].astype(np.int32),
        positions,
    )


def _positions(
    name: str, arrays: Arrays, frequencies: Ints, text: int
) -> Iterator[NDArray[np.int32]]:
    """The positions in the title or the body of postings, as they count from its beginning."""
    documents = arrays.whole(f"{name}/documents")
    positions = arrays.whole(f"{name}/positions")
    begins_body = body_begins(arrays.whole(f"{name}/extents"))
    begin = 0
    for start in range(0, len(documents), _POSTINGS_AT_ONCE):
        chosen = slice(start, start + _POSTINGS_AT_ONCE)
        counts = frequencies[chosen].astype(np.int64)
        totals = counts.sum(axis=1)
        first = begin + np.cumsum(totals) - totals
        begin += int(totals.sum())
        places = spread(first + counts[:, 0] if text else first, counts[:, text])
        within = positions[places].astype(np.int32)
        if text:
            within -= np.repeat(begins_body[documents[chosen]], counts[:, text])
        yield within
