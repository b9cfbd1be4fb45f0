"""The fields of a document in OpenSearch.

::

    id, site, category, language, author, published, seq
    title, body                         the words stream
    title_pairs, body_pairs             the pairs stream, with positions
    title_characters, body_characters   the same with every pair's first character in its place
    words, pairs, characters            the streams of title and body as one, by which is ranked
    words_once, pairs_once              their terms as values that can be counted
    title_length, body_length, …        the tokens of a field
    titled                              the tokens of the title's pairs stream, as one value
    signature, bands, group             what tells near-duplicates

Tokens are those of our own analysis, joined by a separator at which OpenSearch cuts again. In the
streams as one, behind each term stands its weighed frequency (`weighing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from indexer.analysis.document import FACET_FIELDS
from indexer.query.fields import BM25_B, BM25_K1, PAIRS, PAIRS_FIELD, STREAMS, TEXT_FIELDS, WORDS

CHARACTERS = "characters"
"""The stream of single characters."""

CHARACTERS_FIELD: Mapping[str, str] = MappingProxyType(
    {PAIRS_FIELD[field]: f"{field}_{CHARACTERS}" for field in TEXT_FIELDS}
)
"""The field of characters beside each field of pairs."""

FIELDS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {**STREAMS, CHARACTERS: tuple(CHARACTERS_FIELD.values())}
)
"""The fields of title and body of every stream."""

STREAM_OF: Mapping[str, str] = MappingProxyType(
    {field: stream for stream, fields in FIELDS_OF.items() for field in (stream, *fields)}
)
"""The stream that a stream, or a field of it, belongs to."""

ONCE: Mapping[str, str] = MappingProxyType({stream: f"{stream}_once" for stream in STREAMS})
"""The field of each stream's terms as values."""

LENGTH: Mapping[str, str] = MappingProxyType(
    {field: f"{field}_length" for fields in STREAMS.values() for field in fields}
)
"""The field of the number of tokens in each field."""

TITLED = "titled"

SIGNATURE = "signature"
BANDS = "bands"
GROUP = "group"
"""The field of the name of a document's group of near-duplicates."""

SEPARATOR = "\x1f"
FREQUENCY_MARK = "\x1e"
"""Stands between a term and its weighed frequency."""

HOLE = "_"
"""Stands in the place of a gap; no token has this character."""

SCALE = 1000
"""What weighed frequencies are multiplied with to be whole numbers."""

LONGEST = 4095
"""The characters of a token at most, so that it fits whatever it consists of."""

_TOKENS, _WEIGHED = "tokens", "weighed"
_KEPT_DELETIONS = "1h"  # so long a late writer cannot bring back what was deleted


def settings_of(shards: int) -> dict[str, Any]:
    """The settings of an index.

    Args:
        shards: How many shards it has. Each has a copy where there is a second node.
    """
    return {
        "number_of_shards": shards,
        "auto_expand_replicas": "0-1",
        # A change shows when its writer says so.
        "refresh_interval": "-1",
        "gc_deletes": _KEPT_DELETIONS,
        "similarity": {
            "default": {"type": "BM25", "k1": BM25_K1, "b": BM25_B},
            # Lengths are in the frequencies already.
            _WEIGHED: {"type": "BM25", "k1": BM25_K1 * SCALE, "b": 0.0},
        },
        "analysis": {
            "analyzer": {
                name: {"type": "custom", "tokenizer": _TOKENS, "filter": [name]}
                for name in (_TOKENS, _WEIGHED)
            },
            "tokenizer": {
                _TOKENS: {
                    "type": "char_group",
                    "tokenize_on_chars": [SEPARATOR],
                    "max_token_length": 4 * LONGEST,
                }
            },
            "filter": {
                # What is left out here leaves its position empty.
                _TOKENS: {"type": "stop", "stopwords": [HOLE]},
                _WEIGHED: {"type": "delimited_term_freq", "delimiter": FREQUENCY_MARK},
            },
        },
    }


def mapping_of(fingerprint: str) -> dict[str, Any]:
    """The fields of an index.

    Args:
        fingerprint: The analysis whose tokens it has, remembered with it.
    """
    exact = {"type": "keyword", "ignore_above": LONGEST}
    values = {"type": "keyword"}
    number = {"type": "integer", "index": False}
    frequencies = {"type": "text", "analyzer": _TOKENS, "index_options": "freqs"}
    positions = {"type": "text", "analyzer": _TOKENS, "index_options": "positions", "norms": False}
    weighed = {
        "type": "text",
        "analyzer": _WEIGHED,
        "index_options": "freqs",
        "norms": False,
        "similarity": _WEIGHED,
    }
    stored: dict[str, Any] = {
        "id": exact,
        "seq": {"type": "long", "index": False},
        "published": {"type": "long"},
        TITLED: {"type": "keyword", "doc_values": False},
        SIGNATURE: {"type": "binary", "doc_values": True},
        GROUP: {"type": "long"},
        **dict.fromkeys(FACET_FIELDS, exact),
        **dict.fromkeys(FIELDS_OF[WORDS], frequencies),
        **dict.fromkeys(FIELDS_OF[PAIRS], positions),
    }
    derived = {
        **dict.fromkeys(FIELDS_OF[CHARACTERS], positions),
        **dict.fromkeys(FIELDS_OF, weighed),
        **dict.fromkeys(ONCE.values(), values),
        **dict.fromkeys(LENGTH.values(), number),
        BANDS: {"type": "keyword", "doc_values": False},
    }
    return {
        "dynamic": "strict",
        "_meta": {"fingerprint": fingerprint},
        "_source": {"includes": list(stored)},
        "properties": stored | derived,
    }
