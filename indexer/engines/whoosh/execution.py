"""Execution: every match of a query tree with its score, and the best of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from indexer.engines.whoosh.columns import SegmentColumns
from indexer.engines.whoosh.evaluation import Evaluation, match_one_by_one
from indexer.engines.whoosh.postings import Ints
from indexer.engines.whoosh.schema import UNDATED
from indexer.engines.whoosh.segment import Segment


@dataclass(frozen=True, slots=True)
class Leaf:
    """The matches in one segment.

    Attributes:
        reader: The segment's reader.
        documents: The numbers of the matching documents in the segment, ascending.
        scores: Their scores.
        columns: The segment's columns.
    """

    reader: Any
    documents: Ints
    scores: NDArray[np.float64]
    columns: SegmentColumns

    def keep(self, filters: Mapping[str, frozenset[str]]) -> Leaf:
        """Only the matches that have one of the wanted values in each of these fields."""
        kept = np.ones(len(self.documents), bool)
        for name, wanted in filters.items():
            kept &= self.columns.facet(name, self.reader).holds(wanted, self.documents)
        return replace(self, documents=self.documents[kept], scores=self.scores[kept])

    def count(self, facet: str) -> Counter[str]:
        """How often each value of a facet occurs among the matches."""
        return self.columns.facet(facet, self.reader).count(self.documents)

    def ranks(self, sort: str) -> NDArray[np.float64] | NDArray[np.int64]:
        """What the matches are ordered by, the greatest first."""
        if sort == "relevance":
            return self.scores
        dates = self.columns.published(self.reader)[self.documents]
        if sort == "newest":
            return dates
        # Undated articles come last in this direction, too.
        return np.where(dates == UNDATED, np.iinfo(np.int64).min + 1, -dates)

    def id_of(self, document: int) -> str:
        """The id of a document."""
        return str(self.reader.stored_fields(document)["id"])


def evaluate(searcher: Any, query: Query, segment_of: Callable[[str], Segment]) -> Iterator[Leaf]:
    """Find and score every match of a query, segment by segment.

    Args:
        searcher: A Whoosh searcher with a weighting.
        query: The tree to match.
        segment_of: Gives the segment with an id.
    """
    for leaf, _offset in searcher.leaf_searchers():
        reader = leaf.reader()
        if reader.segment() is None:
            continue  # an index without segments has one empty reader
        segment = segment_of(reader.segment().segment_id())
        fields = segment.fields()
        matches = (
            match_one_by_one(leaf, query)
            if fields is None
            else Evaluation(leaf, fields).matches(query)
        )
        documents, scores = matches.documents, matches.scores
        if reader.has_deletions():
            alive = np.ones(reader.doc_count_all(), bool)
            alive[list(reader.segment().deleted_docs())] = False
            documents, scores = documents[alive[documents]], scores[alive[documents]]
        yield Leaf(reader, documents, scores, segment.columns)


def best(leaves: list[Leaf], sort: str, limit: int) -> list[tuple[str, float]]:
    """The id and score of the first matches in this order, ties by id.

    Only as many ids are read as could decide: those of the matches that rank with the last one
    or before it.
    """
    ranks = [leaf.ranks(sort) for leaf in leaves]
    every = np.concatenate(ranks) if ranks else np.empty(0)
    if limit <= 0 or not len(every):
        return []
    last = np.partition(every, -limit)[-limit] if limit < len(every) else every.min()
    candidates = [
        (-rank, leaf.id_of(int(document)), float(score))
        for leaf, leaf_ranks in zip(leaves, ranks, strict=True)
        for document, score, rank in zip(
            leaf.documents[leaf_ranks >= last],
            leaf.scores[leaf_ranks >= last],
            leaf_ranks[leaf_ranks >= last].tolist(),
            strict=True,
        )
    ]
    return [(identity, score) for _, identity, score in sorted(candidates)[:limit]]
