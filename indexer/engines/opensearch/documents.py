"""Documents as OpenSearch is given them."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document
from indexer.analysis.document import FACET_FIELDS
from indexer.analysis.signature import stack
from indexer.analysis.streams import GAP, is_han
from indexer.duplicate import bands_of
from indexer.engines.opensearch.fields import (
    BANDS,
    CHARACTERS,
    CHARACTERS_FIELD,
    FIELDS_OF,
    FREQUENCY_MARK,
    GROUP,
    HOLE,
    LENGTH,
    LONGEST,
    ONCE,
    SEPARATOR,
    SIGNATURE,
    TITLED,
)
from indexer.engines.opensearch.weighing import Averages, weighed
from indexer.query.fields import PAIRS, PAIRS_FIELD, STREAMS, TEXT_FIELDS
from indexer.query.times import time_value

Source = dict[str, Any]
"""A document in OpenSearch's JSON."""


def kept(token: str) -> str:
    """A token as it is indexed and searched for: cut where it would be too long."""
    return token[:LONGEST]


def split(text: str) -> list[str]:
    """The tokens of the text of a field; what stands for a gap is no token of any query."""
    return text.split(SEPARATOR) if text else []


def title_key(tokens: Iterable[str]) -> str:
    """One value for the tokens of a title, whatever their order; gaps count for nothing."""
    joined = SEPARATOR.join(sorted(token for token in tokens if token != GAP))
    return hashlib.sha256(joined.encode(errors="replace")).hexdigest()


def band_value(key: int) -> str:
    """The value of a band of a signature."""
    return f"{key:x}"


def signatures_of(values: Sequence[str]) -> NDArray[np.uint8]:
    """Signatures, shape (count, `SIZE`), of their values."""
    return stack(map(b64decode, values))


def source_of(document: Document, group: int) -> Source:
    """What is kept of a document, from which the rest can be derived again.

    Args:
        document: The document.
        group: The name of its group of near-duplicates.
    """
    source: Source = {
        "id": document.id,
        "seq": document.seq,
        TITLED: title_key(document.title.pairs),
        SIGNATURE: b64encode(document.signature).decode(),
        GROUP: group,
        **{name: getattr(document, name) for name in FACET_FIELDS},
    }
    if document.published is not None:
        source["published"] = time_value(document.published)
    for field in TEXT_FIELDS:
        streams = getattr(document, field)
        source[field] = _join(streams.searchable)
        source[PAIRS_FIELD[field]] = _join(streams.pairs)
    return source


def lengths_of(source: Source) -> dict[str, int]:
    """The number of tokens in each field."""
    return {field: sum(token != HOLE for token in split(source[field])) for field in LENGTH}


def complete(source: Source, averages: Averages) -> Source:
    """A document with all its fields.

    Args:
        source: What is kept of it.
        averages: The averages by which its frequencies are weighed.
    """
    lengths = lengths_of(source)
    tokens = {field: split(source[field]) for field in LENGTH}
    characters = {
        CHARACTERS_FIELD[field]: first_characters(tokens[field]) for field in FIELDS_OF[PAIRS]
    }
    derived: Source = {field: SEPARATOR.join(found) for field, found in characters.items()}
    derived |= {LENGTH[field]: length for field, length in lengths.items()}
    derived[BANDS] = list(
        map(band_value, bands_of(signatures_of([source[SIGNATURE]])).keys.tolist())
    )
    tokens |= characters
    for stream, fields in FIELDS_OF.items():
        counts = [Counter(tokens[field]) for field in fields]
        for count in counts:
            count.pop(HOLE, None)
        of_stream = FIELDS_OF[PAIRS if stream == CHARACTERS else stream]
        frequencies = weighed(counts, [averages.norm(field, lengths[field]) for field in of_stream])
        derived[stream] = _with_frequencies(frequencies)
        if stream in STREAMS:
            derived[ONCE[stream]] = list(frequencies)
    return source | derived


def first_characters(pairs: Sequence[str]) -> list[str]:
    """A pairs stream with the first character of every Chinese token in its place."""
    return [token[0] if is_han(token) else token for token in pairs]


def _join(tokens: Iterable[str]) -> str:
    return SEPARATOR.join(kept(token) or HOLE for token in tokens)


def _with_frequencies(frequencies: Mapping[str, int]) -> str:
    return SEPARATOR.join(f"{term}{FREQUENCY_MARK}{n}" for term, n in frequencies.items())
