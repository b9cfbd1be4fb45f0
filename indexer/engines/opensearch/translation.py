"""Translation: from a query tree to OpenSearch's queries.

Scores are BM25's (Robertson and Zaragoza, 2009), those of a stream BM25F's, because its frequencies
are weighed already (`weighing`). Lucene leaves the factor ``k1 + 1`` of the formula out, so it goes
into the boosts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise, starmap
from typing import Any, Protocol

from whoosh import query

from indexer.analysis.document import FACET_FIELDS
from indexer.analysis.streams import is_han
from indexer.engines.opensearch.clause import (
    EVERYTHING,
    NOTHING,
    Clause,
    Dsl,
    all_of,
    any_of,
    any_query,
    leveled,
    with_optional,
    without,
)
from indexer.engines.opensearch.documents import first_characters, kept, title_key
from indexer.engines.opensearch.fields import (
    CHARACTERS,
    CHARACTERS_FIELD,
    FIELDS_OF,
    SEPARATOR,
    STREAM_OF,
    TITLED,
)
from indexer.errors import GenerationError
from indexer.query.fields import BM25_K1, PAIRS
from indexer.query.nodes import Articles, Character, Titled

_FACTOR = BM25_K1 + 1


class Collection(Protocol):
    """What has to be known of the documents to translate a tree."""

    def expand(self, node: query.Prefix | query.Wildcard | query.FuzzyTerm) -> Mapping[str, int]:
        """See `Engine.expand`."""

    def is_in_more(self, character: str, share: float) -> bool:
        """Whether more than this share of the documents have a character."""

    def near(self, parts: list[query.Query], slop: int) -> frozenset[str]:
        """The ids of the documents with three or more parts, each near the one before."""


class Translator:
    """Translates trees.

    Args:
        collection: The documents.
    """

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def translate(self, node: query.Query, boost: float = 1.0) -> Clause:
        """The clause of a tree.

        Args:
            node: The tree.
            boost: What its scores are multiplied with.

        Raises:
            GenerationError: The tree has a node that is not known.
        """
        known = _KINDS.get(type(node))
        if known is None:
            raise _unknown(node)
        return known(self, node, boost)

    def matching(self, node: query.Query) -> Dsl:
        """The query of a tree whose scores do not matter."""
        match node:
            case Character():
                found = self.translate(node)
                return found.query if found == NOTHING else {"term": {CHARACTERS: node.text}}
            case query.Term():
                return {"term": {node.fieldname: _text(node.text)}}
            case query.Or() if terms := _terms_of_one_field(node.subqueries):
                return {"terms": {node.subqueries[0].fieldname: terms}}
            case query.And() if node.subqueries and not _split(node)[1]:
                return {"bool": {"filter": [self.matching(part) for part in node.subqueries]}}
            case query.Prefix() if node.fieldname in STREAM_OF:
                return _beginning(node)
            case query.Wildcard() | query.FuzzyTerm() if node.fieldname in STREAM_OF:
                return {"terms": {node.fieldname: list(self._collection.expand(node))}}
            case query.Phrase() | query.Sequence() if type(node) is not Titled:
                return self._in_order(_parts_of(node), node.slop)
        return self.translate(node).query

    def _term(self, node: query.Term, boost: float) -> Clause:
        if node.fieldname in FACET_FIELDS:
            return leveled({"term": {node.fieldname: _text(node.text)}}, boost * node.boost)
        return _scored(node.fieldname, node.text, boost * node.boost)

    def _character(self, node: Character, boost: float) -> Clause:
        if node.share < 1 and self._collection.is_in_more(node.text, node.share):
            return NOTHING
        return _scored(CHARACTERS, node.text, boost * node.boost)

    def _expanded(self, node: Any, boost: float) -> Clause:
        """The documents with any term that a node stands for."""
        boost *= node.boost
        if node.constantscore:
            return leveled(self.matching(node), boost)
        if _is_character(node):
            return _scored(_characters_of(node.fieldname), node.text, boost)
        terms = self._collection.expand(node)
        return any_of([_scored(node.fieldname, term, boost) for term in terms])

    def _ordered(self, node: query.Phrase | query.Sequence, boost: float) -> Clause:
        """Parts in order, scored wherever they are."""
        parts = _parts_of(node)
        there = Clause(self._in_order(parts, node.slop), is_scored=False)
        return all_of([there, *[self.translate(part, boost * node.boost) for part in parts]])

    def _in_order(self, parts: list[query.Query], slop: int) -> Dsl:
        """The documents in a field of which parts follow each other."""
        name = parts[0].fieldname
        if STREAM_OF.get(name) != PAIRS or any(part.fieldname != name for part in parts):
            raise GenerationError("the OpenSearch engine finds only pairs in order")
        if len(parts) > 2 and slop > 1:
            return {"ids": {"values": sorted(self._collection.near(parts, slop))}}
        fields = FIELDS_OF.get(name, (name,))
        return any_query([self.ordered_in(field, parts, slop) for field in fields])

    def ordered_in(self, field: str, parts: list[query.Query], slop: int) -> Dsl:
        """The documents in a field of which parts follow each other.

        That is exact for two parts, and for any number side by side; for more, it is what
        `Collection.near` chooses from with two at a time.

        Args:
            field: A field of pairs.
            parts: Terms, prefixes and such.
            slop: How far each is from the one before at most.
        """
        if all(isinstance(part, query.Term) for part in parts) and slop == 1:
            return {"match_phrase": {field: SEPARATOR.join(_text(part.text) for part in parts)}}
        if slop == 1 and _follow_as_characters(parts):
            characters = SEPARATOR.join(first_characters([_text(part.text) for part in parts]))
            return {"match_phrase": {CHARACTERS_FIELD[field]: characters}}
        intervals = [self._interval(field, part) for part in parts]
        rule = {"ordered": True, "max_gaps": slop - 1, "intervals": intervals}
        return {"intervals": {field: {"all_of": rule}}}

    def _interval(self, field: str, part: Any) -> Dsl:
        if isinstance(part, query.Term):
            return {"match": {"query": _text(part.text)}}
        if _is_character(part):
            return {"match": {"query": part.text, "use_field": CHARACTERS_FIELD[field]}}
        terms = [{"match": {"query": _text(term)}} for term in self._collection.expand(part)]
        # No token is empty: this finds nothing.
        return {"any_of": {"intervals": terms or [{"match": {"query": ""}}]}}

    def _titled(self, node: Titled, _boost: float) -> Clause:
        return Clause({"term": {TITLED: title_key(node.words)}}, is_scored=False)

    def _articles(self, node: Articles, _boost: float) -> Clause:
        return Clause({"ids": {"values": sorted(node.ids)}}, is_scored=False)

    def _and(self, node: query.And, boost: float) -> Clause:
        wanted, unwanted = _split(node)
        boost *= node.boost
        parts = [self.translate(part, boost) for part in wanted]
        if not parts and unwanted:
            parts = [leveled(EVERYTHING, boost)]
        return self._excluding(all_of(parts), unwanted)

    def _or(self, node: query.Or, boost: float) -> Clause:
        if values := _unscored_values(node):
            return Clause(self.matching(query.Or(values)), is_scored=False)
        wanted, unwanted = _split(node)
        parts = [self.translate(part, boost * node.boost) for part in wanted]
        return self._excluding(any_of(parts), unwanted)

    def _excluding(self, found: Clause, unwanted: list[query.Query]) -> Clause:
        return without(found, [Clause(self.matching(part)) for part in unwanted])

    def _and_maybe(self, node: query.AndMaybe, boost: float) -> Clause:
        optional = node.b
        parts = [optional]
        if type(optional) is query.Or and not _split(optional)[1] and optional.boost == 1:
            parts = optional.subqueries
        return with_optional(
            self.translate(node.a, boost), [self.translate(part, boost) for part in parts]
        )

    def _and_not(self, node: query.AndNot, boost: float) -> Clause:
        return self._excluding(self.translate(node.a, boost), [node.b])

    def _require(self, node: query.Require, boost: float) -> Clause:
        needed = self.translate(node.b)
        restriction = needed if needed == NOTHING else Clause(needed.query, is_scored=False)
        return all_of([self.translate(node.a, boost), restriction])

    def _not(self, node: query.Not, boost: float) -> Clause:
        return self._excluding(leveled(EVERYTHING, boost * node.boost), [node.query])

    def _constant(self, node: query.ConstantScoreQuery, boost: float) -> Clause:
        found = self.matching(node.child)
        return NOTHING if found == NOTHING.query else leveled(found, boost * node.score)

    def _range(self, node: query.NumericRange, boost: float) -> Clause:
        if node.fieldname != "published":
            raise _unknown(node)
        bounds = {}
        if node.start is not None:
            bounds["gt" if node.startexcl else "gte"] = node.start
        if node.end is not None:
            bounds["lt" if node.endexcl else "lte"] = node.end
        return leveled({"range": {"published": bounds}}, boost * node.boost)

    def _every(self, node: query.Every, boost: float) -> Clause:
        if node.fieldname not in (None, "*"):
            raise _unknown(node)
        return leveled(EVERYTHING, boost * node.boost)


_KINDS: Mapping[type[query.Query], Callable[[Translator, Any, float], Clause]] = {
    query.Term: Translator._term,
    query.Or: Translator._or,
    query.And: Translator._and,
    query.AndMaybe: Translator._and_maybe,
    query.AndNot: Translator._and_not,
    query.Require: Translator._require,
    query.Not: Translator._not,
    query.Every: Translator._every,
    query.ConstantScoreQuery: Translator._constant,
    query.Prefix: Translator._expanded,
    query.Wildcard: Translator._expanded,
    query.FuzzyTerm: Translator._expanded,
    query.Phrase: Translator._ordered,
    query.Sequence: Translator._ordered,
    query.NumericRange: Translator._range,
    Character: Translator._character,
    Titled: Translator._titled,
    Articles: Translator._articles,
    type(query.NullQuery): lambda _translator, _node, _boost: NOTHING,
}


def _scored(name: str, term: str, boost: float) -> Clause:
    """The documents with a term of a stream or of one of its fields, by BM25."""
    return Clause({"term": {name: {"value": _text(term), "boost": _FACTOR * boost}}})


def _beginning(node: query.Prefix) -> Dsl:
    """The documents with a term that begins so."""
    if _is_character(node):
        return {"term": {_characters_of(node.fieldname): node.text}}
    return {"prefix": {node.fieldname: _text(node.text)}}


def _is_character(node: query.Query) -> bool:
    """Whether a node stands for the pairs that one Chinese character begins."""
    return (
        isinstance(node, query.Prefix)
        and STREAM_OF.get(node.fieldname) == PAIRS
        and len(node.text) == 1
        and is_han(node.text)
    )


def _follow_as_characters(parts: list[query.Query]) -> bool:
    """Whether parts stand side by side just where their first characters do."""
    if not all(isinstance(part, query.Term) or _is_character(part) for part in parts):
        return False
    return all(starmap(_is_known, pairwise([*parts, None])))


def _is_known(part: Any, following: Any) -> bool:
    """Whether a token is known by its first character and by what follows it."""
    if isinstance(part, query.Prefix) or not is_han(part.text):
        return True
    if following is None:
        return False
    # Of a run of Chinese characters each begins a pair, but for the last one.
    run = part.text[1:]
    return following.text.startswith(run) if run else not is_han(following.text)


def _characters_of(name: str) -> str:
    return CHARACTERS_FIELD.get(name, CHARACTERS)


def _parts_of(node: query.Phrase | query.Sequence) -> list[query.Query]:
    if isinstance(node, query.Sequence):
        return list(node.subqueries)
    return [query.Term(node.fieldname, word) for word in node.words]


def _split(node: query.And | query.Or) -> tuple[list[query.Query], list[query.Query]]:
    """The parts of a node: what is wanted, and what it says ``Not`` to."""
    unwanted = [part.query for part in node.subqueries if isinstance(part, query.Not)]
    return [part for part in node.subqueries if not isinstance(part, query.Not)], unwanted


def _unscored_values(node: query.Or) -> list[query.Query]:
    """The terms of a node whose parts are terms of one field that do not score; else none."""
    parts = node.subqueries
    if not all(type(part) is query.ConstantScoreQuery and not part.score for part in parts):
        return []
    values = [part.child for part in parts]
    return values if _terms_of_one_field(values) else []


def _terms_of_one_field(parts: list[query.Query]) -> list[str]:
    """The terms of nodes if they are nothing else, and all of one stream or field; else none."""
    names = {part.fieldname if type(part) is query.Term else "" for part in parts}
    if len(names) != 1 or not names <= STREAM_OF.keys() | set(FACET_FIELDS):
        return []
    return [_text(part.text) for part in parts]


def _text(text: str) -> str:
    """A text as it can be sent; halves of characters become what no document has."""
    return kept(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unknown(node: query.Query) -> GenerationError:
    return GenerationError(f"the OpenSearch engine has no such {type(node).__name__} queries")
