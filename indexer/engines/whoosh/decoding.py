"""Decoding: postings of a field out of a segment."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

from indexer.engines.whoosh.fieldpostings import FieldPostings


def decode_field(reader: Any, name: str, with_positions: bool) -> FieldPostings:
    """The postings of a field."""
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
