"""The fields of a document in OpenSearch, and the tokens they are made of.

::

    title, body                         the words stream: frequencies and lengths
    title_pairs, body_pairs             the pairs stream, with positions
    title_characters, body_characters   the same with every pair's first character in its place
    words, pairs, characters            the tokens that title or body has, each once
    titled                              the tokens of the title's pairs stream, as one value
    id, site, category, language, author, published, seq

Tokens are those of our own analysis, joined by a separator at which OpenSearch cuts again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from indexer.analysis import Document
from indexer.analysis.document import FACET_FIELDS
from indexer.analysis.streams import GAP, is_han
from indexer.query.fields import BM25_B, BM25_K1, PAIRS, PAIRS_FIELD, STREAMS, TEXT_FIELDS, WORDS
from indexer.query.times import time_value

CHARACTERS = "characters"
"""The stream of single characters; the name of the field with each character once, too."""

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

TITLED = "titled"

SEPARATOR = "\x1f"
_HOLE = "_"  # in the place of a gap; no token has this character
_ANALYZER = "tokens"
_LONGEST = 4095  # characters of a token, so that it fits whatever it consists of
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
        "similarity": {"default": {"type": "BM25", "k1": BM25_K1, "b": BM25_B}},
        "analysis": {
            "analyzer": {
                _ANALYZER: {"type": "custom", "tokenizer": _ANALYZER, "filter": [_ANALYZER]}
            },
            "tokenizer": {
                _ANALYZER: {
                    "type": "char_group",
                    "tokenize_on_chars": [SEPARATOR],
                    "max_token_length": 2 * _LONGEST,
                }
            },
            # What is left out here leaves its position empty.
            "filter": {_ANALYZER: {"type": "stop", "stopwords": [_HOLE]}},
        },
    }


def mapping_of(fingerprint: str) -> dict[str, Any]:
    """The fields of an index.

    Args:
        fingerprint: The analysis whose tokens it has, remembered with it.
    """
    exact = {"type": "keyword", "ignore_above": _LONGEST}
    fields: dict[str, Any] = {
        "id": exact,
        "seq": {"type": "long", "index": False},
        "published": {"type": "long"},
        TITLED: {"type": "keyword", "doc_values": False},
        WORDS: {"type": "keyword"},
        PAIRS: {"type": "keyword"},
        CHARACTERS: {"type": "keyword", "doc_values": False},
        **dict.fromkeys(FACET_FIELDS, exact),
    }
    for stream, names in FIELDS_OF.items():
        indexed = "freqs" if stream == WORDS else "positions"
        text = {"type": "text", "analyzer": _ANALYZER, "index_options": indexed}
        fields |= dict.fromkeys(names, text)
    return {
        "dynamic": "strict",
        "_meta": {"fingerprint": fingerprint},
        "_source": {"includes": list(FIELDS_OF[PAIRS])},
        "properties": fields,
    }


def kept(token: str) -> str:
    """A token as it is indexed and searched for: cut where it would be too long."""
    return token[:_LONGEST]


def join(tokens: Iterable[str]) -> str:
    """Tokens as the text of a field, with holes for gaps."""
    return SEPARATOR.join(kept(token) or _HOLE for token in tokens)


def split(text: str) -> list[str]:
    """The tokens of the text of a field; what stands for a gap is no token of any query."""
    return text.split(SEPARATOR)


def title_key(tokens: Iterable[str]) -> str:
    """One value for the tokens of a title, whatever their order; gaps count for nothing."""
    joined = SEPARATOR.join(sorted(token for token in tokens if token != GAP))
    return hashlib.sha256(joined.encode(errors="replace")).hexdigest()


def source_of(document: Document) -> dict[str, Any]:
    """A document as it is sent to OpenSearch."""
    source: dict[str, Any] = {
        "id": document.id,
        "seq": document.seq,
        TITLED: title_key(document.title.pairs),
        **{name: value for name in FACET_FIELDS if (value := getattr(document, name))},
    }
    if document.published is not None:
        source["published"] = time_value(document.published)
    distinct: dict[str, set[str]] = {stream: set() for stream in FIELDS_OF}
    for field in TEXT_FIELDS:
        streams = getattr(document, field)
        pairs = PAIRS_FIELD[field]
        for name, tokens in (
            (field, streams.searchable),
            (pairs, streams.pairs),
            (CHARACTERS_FIELD[pairs], first_characters(streams.pairs)),
        ):
            source[name] = join(tokens)
            distinct[STREAM_OF[name]].update(map(kept, tokens))
    return source | {stream: sorted(tokens - {GAP}) for stream, tokens in distinct.items()}


def first_characters(pairs: Sequence[str]) -> list[str]:
    """A pairs stream with the first character of every Chinese token in its place."""
    return [token[0] if is_han(token) else token for token in pairs]
