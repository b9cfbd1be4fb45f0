"""What a segment keeps document by document: stored fields, columns, and values indexed whole."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import LENGTHS_COLUMN, W3Codec
from whoosh.columns import VarBytesColumn
from whoosh.fields import ID, NUMERIC

from indexer.engines.whoosh.compression import compressed
from indexer.engines.whoosh.fieldpostings import FieldPostings
from indexer.engines.whoosh.integers import Ints

Row = Mapping[str, Any]
"""A document's values by field, as Whoosh's ``add_document`` takes them."""


def write_rows(storage: Any, segment: Any, schema: Any, rows: Sequence[Row]) -> None:
    """Write the stored fields and the columns of a segment.

    Args:
        storage: Whoosh's storage of the index.
        segment: The new segment.
        schema: The schema of the index.
        rows: The documents.
    """
    names = schema.stored_names()
    stored = ({name: row[name] for name in names if row.get(name) is not None} for row in rows)
    # Whoosh's column of compressed pickles, but for what it is compressed by.
    pickles = (compressed(pickle.dumps(fields, 2)) for fields in stored)
    _write_column(storage, segment, ("_stored", VarBytesColumn()), enumerate(pickles), len(rows))
    for name, field in schema.items():
        values = [
            (number, field.to_column_value(value))
            for number, value in _values(rows, name)
            if field.column_type
        ]
        if values:
            _write_column(storage, segment, (name, field.column_type), values, len(rows))


def write_lengths(storage: Any, segment: Any, name: str, lengths: NDArray[np.uint8]) -> None:
    """Write the length of each document in a field, in Whoosh's one byte."""
    column = (f"_{name}_len", LENGTHS_COLUMN)
    _write_column(storage, segment, column, enumerate(lengths.tolist()), len(lengths))


def index_whole(field: Any, name: str, rows: Sequence[Row]) -> FieldPostings:
    """The postings of a field whose values are indexed whole.

    Args:
        field: The field's type.
        name: The field's name.
        rows: The documents.

    Raises:
        TypeError: The type is neither `whoosh.fields.ID` nor `NUMERIC`.
    """
    values = list(_values(rows, name))
    if isinstance(field, NUMERIC):
        return _index_numbers(field, values)
    if type(field) is not ID:
        raise TypeError(f"the field {name} is not indexed whole but as {type(field).__name__}")
    documents: dict[bytes, list[int]] = defaultdict(list)
    for number, value in values:
        documents[field.to_bytes(value)].append(number)
    terms = sorted(documents)
    every = [number for term in terms for number in documents[term]]
    counts = np.array([len(documents[term]) for term in terms], np.int64)
    return _whole(terms, counts, np.array(every, np.int32))


def _index_numbers(field: Any, values: Sequence[tuple[int, Any]]) -> FieldPostings:
    """The postings of numbers, at each precision that the field has."""
    documents = np.array([number for number, _ in values], np.int32)
    sortable = np.array([field.to_column_value(value) for _, value in values], np.uint64)
    terms: list[bytes] = []
    counts, ordered = [], []
    for shift in range(0, field.bits, field.shift_step or field.bits):
        prefixes = sortable >> np.uint64(shift)
        distinct, numbers = np.unique(prefixes, return_counts=True)
        terms += [field.sortable_to_bytes(one << shift, shift) for one in distinct.tolist()]
        counts.append(numbers)
        ordered.append(documents[np.argsort(prefixes, kind="stable")])
    return _whole(terms, np.concatenate(counts), np.concatenate(ordered))


def _whole(terms: list[bytes], counts: Ints, documents: NDArray[np.int32]) -> FieldPostings:
    ones = np.ones(len(documents), np.int32)
    return FieldPostings(terms, np.cumsum(counts, dtype=np.int64), documents, ones, None)


def _values(rows: Sequence[Row], name: str) -> Iterable[tuple[int, Any]]:
    for number, row in enumerate(rows):
        value = row.get(name)
        if value is not None:
            yield number, value


def _write_column(
    storage: Any,
    segment: Any,
    column: tuple[str, Any],
    values: Iterable[tuple[int, Any]],
    count: int,
) -> None:
    name, kind = column
    with closing(storage.create_file(W3Codec.column_filename(segment, name))) as file:
        writer = kind.writer(file)
        for number, value in values:
            writer.add(number, value)
        writer.finish(count)
