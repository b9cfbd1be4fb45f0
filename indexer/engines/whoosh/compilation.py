"""Compilation: from a query tree to the operations that execute it on one segment.

Scores are BM25's (Robertson and Zaragoza, 2009): those of a stream BM25F's, those of a single
field and of everything else as Whoosh's weighting ``BM25F`` has them. Boosts go into the weights
of the leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query

from indexer.analysis.document import FACET_FIELDS
from indexer.engines.whoosh.adjacency import find_near
from indexer.engines.whoosh.characters import documents_titled
from indexer.engines.whoosh.expanding import EXPANSIONS
from indexer.engines.whoosh.occurrences import Occurrences
from indexer.engines.whoosh.operations import (
    NOTHING,
    Adjacent,
    AllOf,
    AnyOf,
    Constant,
    Everything,
    Fields,
    Listed,
    Operation,
    Optional,
    Postings,
    Without,
    most_of,
)
from indexer.engines.whoosh.snapshot import Snapshot
from indexer.engines.whoosh.stream import Stream
from indexer.query.fields import PAIRS, STREAMS
from indexer.query.nodes import Articles, Character, Titled
from indexer.query.times import UNDATED

_STREAM_OF: Mapping[str, tuple[str, Fields]] = {
    **{name: (name, Fields.BOTH) for name in STREAMS},
    **{
        field: (name, fields)
        for name, pair in STREAMS.items()
        for field, fields in zip(pair, (Fields.TITLE, Fields.BODY), strict=True)
    },
}


class Compiler:
    """Compiles trees for one segment of a snapshot.

    Args:
        snapshot: The snapshot.
        number: The number of the segment in it.
        by_whoosh: Finds the matches of a node in this segment by Whoosh's own matchers; used for
            nodes that are not known here.
    """

    def __init__(
        self, snapshot: Snapshot, number: int, by_whoosh: Callable[[query.Query], Listed]
    ) -> None:
        self._snapshot = snapshot
        self._number = number
        self._segment = snapshot.leaves[number].segment
        self._by_whoosh = by_whoosh

    def compile(self, node: query.Query, boost: float = 1.0) -> Operation:
        """The operations of a tree. Deleted documents may be among what they find.

        Args:
            node: The tree.
            boost: What its scores are multiplied with.
        """
        known = _KINDS.get(type(node))
        return known(self, node, boost) if known else self._unknown(node, boost)

    def _unknown(self, node: query.Query, boost: float) -> Operation:
        found = self._by_whoosh(node)
        return Listed(found.documents, boost * found.scores)

    def _term(self, node: query.Term, boost: float) -> Operation:
        there = _STREAM_OF.get(node.fieldname)
        if there is None:
            return self._unknown(node, boost)
        return self._postings(*there, node.text, boost * node.boost)

    def _postings(self, name: str, fields: Fields, term: str, boost: float) -> Operation:
        return self._snapshot.postings(self._number, name, fields, term, boost) or NOTHING

    def _or(self, node: query.Or, boost: float) -> Operation:
        wanted, unwanted = _split(node)
        return self._excluding(
            self._any([self.compile(n, boost * node.boost) for n in wanted]), unwanted
        )

    def _any(self, parts: Sequence[Operation]) -> Operation:
        flat: list[Operation] = []
        for part in parts:
            flat += part.parts if isinstance(part, AnyOf) else [part] if part is not NOTHING else []
        if len(flat) < 2:
            return flat[0] if flat else NOTHING
        return AnyOf(tuple(flat))

    def _and(self, node: query.And, boost: float) -> Operation:
        wanted, unwanted = _split(node)
        parts = [self.compile(part, boost * node.boost) for part in wanted]
        if not parts and unwanted:
            parts = [Everything(boost * node.boost)]
        return self._excluding(_all(parts), unwanted)

    def _excluding(self, found: Operation, unwanted: Sequence[query.Query]) -> Operation:
        if not unwanted:
            return found
        excluded = self._any([self.compile(part) for part in unwanted])
        return found if NOTHING in (found, excluded) else Without(found, excluded)

    def _and_maybe(self, node: query.AndMaybe, boost: float) -> Operation:
        required, optional = self.compile(node.a, boost), self.compile(node.b, boost)
        return required if NOTHING in (required, optional) else Optional(required, optional)

    def _and_not(self, node: query.AndNot, boost: float) -> Operation:
        return self._excluding(self.compile(node.a, boost), [node.b])

    def _require(self, node: query.Require, boost: float) -> Operation:
        return _all([self.compile(node.a, boost), self._leveled(node.b, 0.0)])

    def _not(self, node: query.Not, boost: float) -> Operation:
        return self._excluding(Everything(boost * node.boost), [node.query])

    def _every(self, node: query.Every, boost: float) -> Operation:
        if node.fieldname not in (None, "*"):
            return self._unknown(node, boost)
        return Everything(boost * node.boost)

    def _constant(self, node: query.ConstantScoreQuery, boost: float) -> Operation:
        return self._leveled(node.child, boost * node.score)

    def _leveled(self, node: query.Query, score: float) -> Operation:
        """The documents of a tree, all with one score."""
        found = self._unscored(node)
        if isinstance(found, Listed):
            return found if found is NOTHING else Listed(found.documents, score)
        return Constant(found, score)

    def _unscored(self, node: query.Query) -> Operation:
        """The operations of a tree whose scores do not matter."""
        kind = type(node)
        if kind is query.Term and node.fieldname in FACET_FIELDS:
            column = self._segment.columns.facet(node.fieldname)
            return Listed(_documents(column.holds(frozenset([node.text]))))
        if kind in EXPANSIONS and node.fieldname in _STREAM_OF:
            return self._union(node)
        if kind is query.Phrase:
            return self._with_phrase(node) or self._unknown(node, 1.0)
        found = self.compile(node)
        if isinstance(found, Postings) and found.fields == Fields.BOTH:
            return Listed(found.documents)
        return found

    def _expanded(self, node: Any, boost: float) -> Operation:
        """The documents of any term that a node stands for."""
        if node.fieldname not in _STREAM_OF:
            return self._unknown(node, boost)
        if node.constantscore:
            return self._leveled(node, boost * node.boost)
        name, fields = _STREAM_OF[node.fieldname]
        stream = self._segment.stream(name)
        terms = EXPANSIONS[type(node)](stream, node)
        weight = boost * node.boost
        return self._any(self._snapshot.postings_of(self._number, name, fields, terms, weight))

    def _union(self, node: Any) -> Operation:
        """The documents of any term that a node stands for, without scores."""
        name, fields = _STREAM_OF[node.fieldname]
        stream = self._segment.stream(name)
        found = np.zeros(self._segment.count, bool)
        for first, end in _runs(EXPANSIONS[type(node)](stream, node)):
            bounds = stream.bounds(first, end)
            documents = stream.documents(*bounds)
            if fields != Fields.BOTH:
                documents = documents[stream.frequencies(*bounds)[fields::2] > 0]
            found[documents] = True
        return Listed(_documents(found))

    def _phrase(self, node: query.Phrase, boost: float) -> Operation:
        found = self._with_phrase(node)
        if found is None:
            return self._unknown(node, boost)
        if found is NOTHING:
            return NOTHING
        there, boost = _STREAM_OF[node.fieldname], boost * node.boost
        return AllOf((found, *[self._postings(*there, word, boost) for word in node.words]))

    def _sequence(self, node: query.Sequence, boost: float) -> Operation:
        parts = node.subqueries
        known = all(type(part) in (query.Term, query.Prefix) for part in parts)
        stream = self._with_positions(parts[0].fieldname) if known and node.ordered else None
        if stream is None or any(part.fieldname != parts[0].fieldname for part in parts):
            return self._unknown(node, boost)
        found = self._near([_occurrences(stream, part) for part in parts], node, parts[0].fieldname)
        if found is NOTHING:
            return NOTHING
        return AllOf((found, *[self.compile(part, boost * node.boost) for part in parts]))

    def _with_phrase(self, node: query.Phrase) -> Operation | None:
        """The documents with a phrase; None when that is not known here."""
        stream = self._with_positions(node.fieldname)
        if stream is None:
            return None
        tokens = [stream.places(word) for word in node.words]
        return self._near(tokens, node, node.fieldname)

    def _with_positions(self, fieldname: str) -> Stream | None:
        name, _ = _STREAM_OF.get(fieldname, ("", None))
        stream = self._segment.stream(name) if name else None
        return stream if stream is not None and stream.has_positions else None

    def _near(self, tokens: Sequence[Occurrences], node: Any, fieldname: str) -> Operation:
        name, fields = _STREAM_OF[fieldname]
        begins = self._segment.stream(name).body_begins
        if not min([len(token.documents) for token in tokens]):
            return NOTHING
        if node.slop == 1 and type(node) is query.Phrase:
            return Adjacent(tuple(tokens), begins, fields)
        return Listed(find_near(tokens, node.slop, begins, fields))

    def _character(self, node: Character, boost: float) -> Operation:
        holders = self._snapshot.holders(node.text)
        if not holders or holders > node.share * self._snapshot.count:
            return NOTHING
        return self._snapshot.character_postings(self._number, node.text, boost * node.boost)

    def _titled(self, node: Titled, _boost: float) -> Operation:
        stream = self._segment.stream(PAIRS)
        return Listed(documents_titled(stream, Counter(node.words), stream.lengths()))

    def _articles(self, node: Articles, _boost: float) -> Operation:
        ids = [identity.encode() for identity in node.ids]
        return Listed(np.sort(self._segment.columns.find(ids)).astype(np.int32))

    def _range(self, node: query.NumericRange, boost: float) -> Operation:
        if node.fieldname != "published":
            return self._unknown(node, boost)
        published = self._segment.columns.published
        inside = published != UNDATED
        if node.start is not None:
            inside &= published > node.start if node.startexcl else published >= node.start
        if node.end is not None:
            inside &= published < node.end if node.endexcl else published <= node.end
        return Listed(_documents(inside), boost * node.boost)


_KINDS: Mapping[type[query.Query], Callable[[Compiler, Any, float], Operation]] = {
    query.Term: Compiler._term,
    query.Or: Compiler._or,
    query.And: Compiler._and,
    query.AndMaybe: Compiler._and_maybe,
    query.AndNot: Compiler._and_not,
    query.Require: Compiler._require,
    query.Not: Compiler._not,
    query.Every: Compiler._every,
    query.ConstantScoreQuery: Compiler._constant,
    query.Prefix: Compiler._expanded,
    query.Wildcard: Compiler._expanded,
    query.FuzzyTerm: Compiler._expanded,
    query.Phrase: Compiler._phrase,
    query.Sequence: Compiler._sequence,
    query.NumericRange: Compiler._range,
    Character: Compiler._character,
    Titled: Compiler._titled,
    Articles: Compiler._articles,
    type(query.NullQuery): lambda _compiler, _node, _boost: NOTHING,
}


def _split(node: query.And | query.Or) -> tuple[list[query.Query], list[query.Query]]:
    """The parts of a node: what is wanted, and what it says ``Not`` to."""
    parts = node.subqueries
    unwanted = [part.query for part in parts if isinstance(part, query.Not)]
    if not unwanted:
        return parts, unwanted
    return [part for part in parts if not isinstance(part, query.Not)], unwanted


def _all(parts: list[Operation]) -> Operation:
    if NOTHING in parts or not parts:
        return NOTHING
    return parts[0] if len(parts) == 1 else AllOf(tuple(sorted(parts, key=most_of)))


def _documents(found: NDArray[np.bool_]) -> NDArray[np.int32]:
    return found.nonzero()[0].astype(np.int32)


def _occurrences(stream: Stream, part: Any) -> Occurrences:
    if type(part) is query.Term:
        return stream.places(part.text)
    return stream.occurrences(*stream.range_with(part.text))


def _runs(ordinals: Sequence[int]) -> list[tuple[int, int]]:
    """Numbers that follow each other as pairs of the first and one after the last."""
    if isinstance(ordinals, range):
        return [(ordinals.start, ordinals.stop)]
    runs: list[tuple[int, int]] = []
    for number in ordinals:
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs
