"""Matching by Whoosh: for nodes of a query tree that are not executed over arrays."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from whoosh.query import Or, Query
from whoosh.scoring import BM25F

from indexer.engines.whoosh.operations import Listed
from indexer.engines.whoosh.snapshot import Leaf
from indexer.query.fields import BM25_B, BM25_K1, STREAMS


class NewerIndexError(Exception):
    """A segment was merged into another meanwhile. It never leaves the engine."""


def find_by_whoosh(index: Any, leaf: Leaf, node: Query) -> Listed:
    """Every match of a node in a segment, and its score by Whoosh's weighting ``BM25F``.

    Args:
        index: The Whoosh index.
        leaf: The segment.
        node: The node; where it names a stream, its fields are searched, each for itself.

    Raises:
        NewerIndexError: The index has no such segment any more.
    """
    node = _with_fields(node)
    with index.searcher(weighting=BM25F(B=BM25_B, K1=BM25_K1)) as searcher:
        for own, _offset in searcher.leaf_searchers():
            segment = own.reader().segment()
            if segment and segment.segment_id() == leaf.segment.identity:
                return _run(node.matcher(own, own.context(weighting=own.weighting)))
    raise NewerIndexError


def _run(matcher: Any) -> Listed:
    documents, scores = [], []
    while matcher.is_active():
        documents.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return Listed(np.array(documents, np.int32), np.array(scores, np.float64))


def _with_fields(node: Any) -> Query:
    """The same node with the fields of a stream instead of the stream."""
    fields = STREAMS.get(getattr(node, "fieldname", None) or "")
    if fields is None:
        return node.apply(_with_fields)
    return Or([_renamed(node, field) for field in fields])


def _renamed(node: Any, field: str) -> Query:
    renamed = copy(node)
    renamed.fieldname = field
    return renamed
