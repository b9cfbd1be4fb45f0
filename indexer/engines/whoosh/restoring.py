"""Restoring: the arrays of a segment out of the segment itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.columns import EmptyColumnReader

from indexer.analysis.document import FACET_FIELDS
from indexer.analysis.signature import stack
from indexer.engines.whoosh.columns import ColumnBuilder
from indexer.engines.whoosh.decoding import decode_field
from indexer.engines.whoosh.duplicates import duplicate_arrays
from indexer.engines.whoosh.fieldstreams import join_fields
from indexer.engines.whoosh.schema import GROUPS, SIGNATURES
from indexer.query.fields import PAIRS, STREAMS


def decode_segment(reader: Any) -> Mapping[str, NDArray[Any]]:
    """The arrays of a segment.

    Args:
        reader: Whoosh's reader of the segment.
    """
    count = reader.doc_count_all()
    arrays: dict[str, NDArray[Any]] = {}
    for name, fields in STREAMS.items():
        title, body = (decode_field(reader, field, name == PAIRS) for field in fields)
        arrays |= join_fields(name, title, body, count)
    published = reader.column_reader("published", translate=False)
    facets = [reader.column_reader(name, translate=False) for name in FACET_FIELDS]
    columns = ColumnBuilder()
    for number in range(count):
        stored = reader.stored_fields(number)
        values = [facet[number].decode() for facet in facets]
        columns.add(stored["id"], stored["seq"], published[number], values)
    arrays |= columns.finish()
    signatures = _column(reader, "signature", SIGNATURES)
    groups = np.fromiter(_column(reader, "group", GROUPS), np.int64, count)
    ungrouped = groups == 0
    groups[ungrouped] = arrays["numbers"][ungrouped]
    arrays |= duplicate_arrays(stack(signatures[number] for number in range(count)), groups)
    return arrays


def _column(reader: Any, name: str, column: Any) -> Any:
    """A column; all of it the default in an index that is too old to have it."""
    if name in reader.schema:
        return reader.column_reader(name, translate=False)
    return EmptyColumnReader(column.default_value(), reader.doc_count_all())
