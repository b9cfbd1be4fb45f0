"""Decoding: the arrays of a segment out of the segment itself."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.document import FACET_FIELDS
from indexer.engines.whoosh.columns import column_arrays
from indexer.engines.whoosh.fieldpostings import FieldPostings
from indexer.engines.whoosh.fieldstreams import join_fields
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
    stored = [reader.stored_fields(number) for number in range(count)]
    published = reader.column_reader("published", translate=False)
    facets = {
        name: [column[number].decode() for number in range(count)]
        for name in FACET_FIELDS
        for column in [reader.column_reader(name, translate=False)]
    }
    arrays |= column_arrays(
        [fields["id"].encode() for fields in stored],
        [fields["seq"] for fields in stored],
        [published[number] for number in range(count)],
        facets,
    )
    return arrays


def decode_field(reader: Any, name: str, with_positions: bool) -> FieldPostings:
    terms: list[bytes] = []
    ends = array("q")
    documents, frequencies, offsets = array("i"), array("i"), array("i")
    for term in reader.lexicon(name):
        matcher = reader.postings(name, term)
        while matcher.is_active():
            documents.append(matcher.id())
            frequencies.append(int(matcher.weight()))
            if with_positions:
                offsets.extend(matcher.value_as("positions"))
            matcher.next()
        terms.append(term)
        ends.append(len(documents))
    return FieldPostings(
        terms,
        np.array(ends, np.int64),
        np.array(documents, np.int32),
        np.array(frequencies, np.int32),
        np.array(offsets, np.int32) if with_positions else None,
    )
