"""Evaluation of a query tree over the arrays of a segment: every match with its score.

Scores are those of Whoosh's BM25F weighting, which adds the fields' BM25 (Robertson and Zaragoza,
2009). Nodes that are not known here are left to Whoosh's own matchers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query

from indexer.engines.whoosh.postings import FieldPostings, Ints
from indexer.query.fields import BM25_B, BM25_K1

_DENSE = 16  # a union this many times smaller than the segment is sorted, else added up in place


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents of a segment that match, and their scores.

    Attributes:
        documents: Their numbers in the segment, ascending.
        scores: Their scores.
    """

    documents: Ints
    scores: NDArray[np.float64]

    def scaled(self, boost: float) -> Matches:
        """The same with scores multiplied."""
        return self if boost == 1 else Matches(self.documents, self.scores * boost)


_NONE = Matches(np.empty(0, np.int32), np.empty(0))


class Evaluation:
    """Evaluates trees on one segment.

    Args:
        leaf: Whoosh's searcher of the segment, for statistics and for what is not known here.
        fields: The postings of the segment by field.
    """

    def __init__(self, leaf: Any, fields: Mapping[str, FieldPostings]) -> None:
        self._leaf = leaf
        self._whole = leaf.get_parent()
        self._fields = fields
        self._kinds: Mapping[type[query.Query], Callable[[Any], Matches]] = {
            query.Term: self._term,
            query.Or: self._or,
            query.And: self._and,
            query.AndMaybe: self._and_maybe,
            query.ConstantScoreQuery: self._constant,
            query.Prefix: self._prefix,
            query.Phrase: self._phrase,
            query.Sequence: self._sequence,
        }

    def matches(self, node: query.Query) -> Matches:
        """Every match of a tree. Documents that were deleted may be among them."""
        known = self._kinds.get(type(node))
        return known(node) if known else match_one_by_one(self._leaf, node)

    def _term(self, node: query.Term) -> Matches:
        field = self._fields.get(node.fieldname)
        if field is None:
            return match_one_by_one(self._leaf, node)
        return self._scored_terms(node.fieldname, *field.ordinals_of(node.text), node.boost)

    def _prefix(self, node: query.Prefix) -> Matches:
        field = self._fields.get(node.fieldname)
        if field is None or node.constantscore:
            return match_one_by_one(self._leaf, node)
        return self._scored_terms(node.fieldname, *field.range_of(node.text), node.boost)

    def _scored_terms(self, name: str, first: int, end: int, boost: float) -> Matches:
        """The sum of the scores of a range of terms."""
        field = self._fields[name]
        if first == end:
            return _NONE
        documents, frequencies = field.postings(first, end)
        weights = np.array([self._whole.idf(name, term) for term in field.terms(first, end)])
        if len(weights) > 1:
            weights = np.repeat(weights, field.counts(first, end))
        scores = self._bm25(name, documents, frequencies) * (weights * boost)
        if end - first == 1:
            return Matches(documents, scores)
        return self._added([Matches(documents, scores)])

    def _bm25(self, name: str, documents: Ints, frequencies: Ints) -> NDArray[np.float64]:
        """BM25 without the inverse document frequency."""
        average = self._whole.avg_field_length(name) or 1
        lengths = self._fields[name].lengths[documents]
        norms = BM25_K1 * (1 - BM25_B) + (BM25_K1 * BM25_B / average) * lengths
        scores: NDArray[np.float64] = frequencies * (BM25_K1 + 1) / (frequencies + norms)
        return scores

    def _or(self, node: query.Or) -> Matches:
        return self._added([self.matches(part) for part in node.subqueries]).scaled(node.boost)

    def _and(self, node: query.And) -> Matches:
        parts = sorted(
            (self.matches(part) for part in node.subqueries),
            key=lambda matches: len(matches.documents),
        )
        common = parts[0]
        for part in parts[1:]:
            places, there = _places(common.documents, part.documents)
            common = Matches(
                common.documents[there], common.scores[there] + part.scores[places[there]]
            )
        return common.scaled(node.boost)

    def _and_maybe(self, node: query.AndMaybe) -> Matches:
        required, optional = self.matches(node.a), self.matches(node.b)
        places, there = _places(required.documents, optional.documents)
        scores = required.scores.copy()
        scores[there] += optional.scores[places[there]]
        return Matches(required.documents, scores)

    def _constant(self, node: query.ConstantScoreQuery) -> Matches:
        documents = self._documents(node.child)
        return Matches(documents, np.full(len(documents), float(node.score)))

    def _documents(self, node: query.Query) -> Ints:
        """The documents that match, without scores where those would cost much."""
        if type(node) is query.Or:
            parts = [self._documents(part) for part in node.subqueries]
            return np.unique(np.concatenate(parts))
        if type(node) is query.Prefix and node.fieldname in self._fields:
            field = self._fields[node.fieldname]
            return np.unique(field.postings(*field.range_of(node.text))[0])
        return self.matches(node).documents

    def _phrase(self, node: query.Phrase) -> Matches:
        if node.slop != 1:
            return match_one_by_one(self._leaf, node)
        return self._side_by_side([query.Term(node.fieldname, word) for word in node.words], node)

    def _sequence(self, node: query.Sequence) -> Matches:
        known = all(type(part) in (query.Term, query.Prefix) for part in node.subqueries)
        if not known or node.slop != 1 or not node.ordered:
            return match_one_by_one(self._leaf, node)
        return self._side_by_side(node.subqueries, node)

    def _side_by_side(self, parts: list[Any], node: Any) -> Matches:
        """Documents with the parts one after another, scored by the parts wherever they are."""
        name = parts[0].fieldname
        field = self._fields.get(name)
        if field is None or any(part.fieldname != name for part in parts):
            return match_one_by_one(self._leaf, node)
        begins: Ints | None = None
        placed = [(part, offset, self._positions(field, part)) for offset, part in enumerate(parts)]
        for _part, offset, positions in sorted(placed, key=lambda place: len(place[2])):
            if begins is None:
                begins = positions - offset
            else:
                _, there = _places(begins + offset, positions)
                begins = begins[there]
        if begins is None or not len(begins):
            return _NONE
        documents = np.unique(field.bases.searchsorted(begins, "right") - 1)
        scores = np.zeros(len(documents))
        for part in parts:
            matches = self.matches(part)
            places, there = _places(documents, matches.documents)
            scores[there] += matches.scores[places[there]]
        return Matches(documents, scores).scaled(node.boost)

    def _positions(self, field: FieldPostings, part: Any) -> Ints:
        if type(part) is query.Term:
            return field.positions(*field.ordinals_of(part.text))
        return np.sort(field.positions(*field.range_of(part.text)))

    def _added(self, parts: list[Matches]) -> Matches:
        """The documents of any part, with the sums of their scores."""
        parts = [part for part in parts if len(part.documents)]
        if not parts:
            return _NONE
        documents = np.concatenate([part.documents for part in parts])
        scores = np.concatenate([part.scores for part in parts])
        count = self._leaf.doc_count_all()
        if len(documents) * _DENSE < count:
            distinct, places = np.unique(documents, return_inverse=True)
            return Matches(distinct, _sums(places, scores, len(distinct)))
        found = np.zeros(count, bool)
        found[documents] = True
        distinct = found.nonzero()[0]
        return Matches(distinct, _sums(documents, scores, count)[distinct])


def match_one_by_one(leaf: Any, node: query.Query) -> Matches:
    """Every match of a tree by Whoosh's own matcher.

    Args:
        leaf: Whoosh's searcher of the segment.
        node: The tree.
    """
    matcher = node.matcher(leaf, leaf.context(weighting=leaf.weighting))
    documents = []
    scores = []
    while matcher.is_active():
        documents.append(matcher.id())
        scores.append(matcher.score())
        matcher.next()
    return Matches(np.array(documents, np.int64), np.array(scores, np.float64))


def _sums(places: Ints, values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The sum of the values that have each place."""
    return np.asarray(np.bincount(places, values, count), np.float64)


def _places(wanted: Ints, sorted_values: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where wanted values stand among ascending ones, and which of them do."""
    places = sorted_values.searchsorted(wanted)
    if not len(sorted_values):
        return places, np.zeros(len(wanted), bool)
    places[places == len(sorted_values)] = 0
    return places, sorted_values[places] == wanted
