"""Explanation: why an article is found for a query with its score, or why it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from whoosh.query import (
    And,
    ConstantScoreQuery,
    Not,
    NumericRange,
    Or,
    Phrase,
    Query,
    Term,
)
from whoosh.query import (
    Sequence as InOrder,
)

from indexer.analysis.document import FACET_FIELDS
from indexer.engines import Engine
from indexer.query import Plan, Request
from indexer.query.fields import PAIRS, STREAMS, TEXT_FIELDS
from indexer.query.nodes import Articles, Character, Titled
from indexer.results import Notice

_SHOWN = 8  # words of a pattern in its text
_PLACES = {
    field: (stream, name)
    for stream, fields in STREAMS.items()
    for field, name in zip(fields, TEXT_FIELDS, strict=True)
}
"""The stream and the field of the text, by the field of the index."""

_SAID = {
    "title": "the query",
    "feedback": "words of the best articles",
    "published": "the date",
    "url": "the address",
}
"""What parts without a text look for, by their field or kind."""


@dataclass(frozen=True, slots=True)
class FieldPart:
    """What a field of an article gives a term.

    Attributes:
        name: ``title`` or ``body``.
        frequency: How often the term is there.
        length: How many words, or pairs of characters, the field has.
        average: How many it has on average over all articles.
        score: What it adds to the score of the term.
    """

    name: str
    frequency: int
    length: int
    average: float
    score: float


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query, and what an article has of it.

    Attributes:
        text: What it looks for; empty where kind or field say it all.
        kind: ``word``, ``pair``, ``character``, ``title`` (the query is the title), ``phrase``,
            ``group``, ``pattern``, ``filter``, ``preference`` (of the settings), or ``feedback``
            (words of the best articles).
        score: What it adds to the score; None when the article lacks it.
        boost: What its score was multiplied with.
        field: Where it looks for that, if not in the whole text: ``title``, ``body``, ``site``,
            ``category``, ``language``, ``author``, ``published`` or ``url``.
        negated: Whether the article must not have it.
        fields: What title and body give, as far as they have it, where it is a word, a pair or a
            character. A Chinese word without any is inside other words.
        parts: What it consists of: the words of a group, the tokens of a phrase, those words of a
            pattern that the article has.
    """

    text: str
    kind: str
    score: float | None
    boost: float = 1.0
    field: str = ""
    negated: bool = False
    fields: tuple[FieldPart, ...] = ()
    parts: tuple[Part, ...] = ()

    def lines(self) -> Iterable[str]:
        """The part for people, a line for itself and one for each of its parts and fields."""
        score = "lacking" if self.score is None else f"{self.score:+.3f}"
        boost = "" if self.boost == 1 else f" ×{self.boost:.3g}"
        yield f"{score:>9}  {self.kind} {self._said()}{boost}"
        for field in self.fields:
            yield (
                f"{'':>9}    {field.name}: {field.frequency} in {field.length}, "
                f"{field.average:.1f} on average, {field.score:+.3f}"
            )
        for part in self.parts:
            yield from (f"    {line}" for line in part.lines())

    def _said(self) -> str:
        """What it looks for, in words."""
        said = f"{self.field}:{self.text}" if self.field else self.text
        if not self.text:
            said = _SAID[self.field or self.kind]
        return f"not {said}" if self.negated else said


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an article has of a query.

    Attributes:
        url: The article's URL.
        has_all: Whether it has all words and passes the filters.
        has_any: Whether it has any word and passes the filters.
        score: Its score; the sum of those of its parts. None when it has no word.
        words: The content words into which the query was cut.
        units: What an article has or lacks; what it lacks is why all words do not find it.
        required: What it must have or lack besides, such as a site.
        ranking: What adds to its score without deciding whether it matches.
        notices: What was cut, not understood or also searched for.
        instead: The URL of the near-duplicate that a search shows in its place; empty for none.
    """

    url: str
    has_all: bool
    has_any: bool
    score: float | None
    words: tuple[str, ...]
    units: tuple[Part, ...]
    required: tuple[Part, ...]
    ranking: tuple[Part, ...]
    notices: tuple[Notice, ...]
    instead: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The explanation by attribute name, ready for JSON."""
        return asdict(self) | {"notices": [notice.to_dict() for notice in self.notices]}

    def lines(self) -> Iterable[str]:
        """The explanation for people, a line each."""
        if self.has_all:
            yield f"found, with all words; score {self.score or 0.0:.3f}"
        elif self.has_any:
            yield f"found by any word only; score {self.score or 0.0:.3f}"
        else:
            yield "not found"
        if self.instead:
            yield f"shown instead, for it says nearly the same: {self.instead}"
        yield f"words: {' '.join(self.words) or 'none'}"
        for title, parts in (
            ("asked for", self.units),
            ("required", self.required),
            ("adding to the score", self.ranking),
        ):
            held = [part for part in parts if part.score is not None or parts is not self.ranking]
            yield from [f"{title}:"] if held else []
            for part in held:
                yield from (f"  {line}" for line in part.lines())
        yield from map(str, self.notices)


class Explainer:
    """Explains what one article has of queries.

    Args:
        engine: The index.
        url: The article's URL.
        id: The article's id.
    """

    def __init__(self, engine: Engine, url: str, id: str) -> None:  # noqa: A002 - as in Article
        self._engine = engine
        self._url = url
        self._id = id

    def explain(self, plan: Plan, ranked: Query) -> Explanation:
        """What the article has of a query.

        Args:
            plan: The query understood.
            ranked: The tree by which articles with any word are ranked.
        """
        units = tuple(map(self._part, plan.units))
        required = tuple(map(self._part, plan.required))
        ranking = tuple(map(self._part, plan.ranking))
        score = self.score(ranked)
        known = sum(part.score or 0.0 for part in (*units, *ranking))
        if score is not None and abs(score - known) > 1e-6 * max(score, 1.0):
            ranking += (Part("", "feedback", score - known),)
        return Explanation(
            url=self._url,
            has_all=self.score(plan.all_words) is not None,
            has_any=score is not None,
            score=score,
            words=plan.content,
            units=units,
            required=required,
            ranking=ranking,
            notices=tuple(plan.notices),
        )

    def score(self, node: Query) -> float | None:
        """The score of the article by a node; None when it does not match."""
        itself = Articles(frozenset([self._id]))
        request = Request(
            And([node, itself]), filters={}, facets=(), sort="relevance", limit=1, offset=0
        )
        matches = self._engine.find(request).matches
        return matches[0].score if matches else None

    def _part(self, node: Query) -> Part:
        part = replace(_described(node), score=self.score(node), boost=_boost_of(node))
        if part.score is None:
            return part
        match node:
            case Character() | Term():
                return replace(part, fields=self._fields(node, part.score))
            case Or() if _is_word(node) and not isinstance(node.subqueries[1], Character):
                term = node.subqueries[0]
                return replace(part, fields=self._fields(term, part.score))
            case And() | Or() | InOrder():
                return replace(part, parts=tuple(map(self._part, node.subqueries)))
            case Phrase() if not isinstance(node, Titled):
                terms = [Term(node.fieldname, word, boost=node.boost) for word in node.words]
                return replace(part, parts=tuple(map(self._part, terms)))
            case ConstantScoreQuery(child=Or() as words) if _is_pattern(node):
                there = [word for word in words.subqueries if self.score(word) is not None]
                return replace(part, parts=tuple(Part(word.text, "word", 0.0) for word in there))
        return part

    def _fields(self, node: Term | Character, score: float) -> tuple[FieldPart, ...]:
        """What title and body give of the score of a term."""
        name = node.fieldname
        stream, only = _PLACES.get(name, (name, ""))
        if stream not in STREAMS:
            return ()
        asked = Term(stream, node.text) if only else node
        occurrences = self._engine.occurrences(self._id, asked) or ()
        there = [one for one in occurrences if one.frequency and only in ("", one.field)]
        total = sum(one.weighted for one in there)
        return tuple(
            FieldPart(
                one.field, one.frequency, one.length, one.average, score * one.weighted / total
            )
            for one in there
        )


def _is_word(node: Or) -> bool:
    """Whether a node is a Chinese word, found as a word or by its characters."""
    first, *others = node.subqueries
    return (
        len(others) == 1
        and isinstance(first, Term)
        and (isinstance(others[0], ConstantScoreQuery | Character))
    )


def _is_pattern(node: ConstantScoreQuery) -> bool:
    """Whether a node is a pattern, or a fuzzy word, with the words that it stands for."""
    return isinstance(node.child, Or) and all(
        isinstance(part, Term) and part.fieldname not in FACET_FIELDS
        for part in node.child.subqueries
    )


def _boost_of(node: Query) -> float:
    if isinstance(node, Or) and node.subqueries and _is_word(node):
        node = node.subqueries[0]
    return float(node.boost) if isinstance(node, Term) else 1.0


def _described(node: Query) -> Part:
    """What a node looks for, as an article lacks it."""
    match node:
        case Character():
            return Part(node.text, "character", None)
        case Term() if node.fieldname in FACET_FIELDS:
            return Part(node.text, "filter", None, field=node.fieldname)
        case Term():
            stream, only = _PLACES.get(node.fieldname, (node.fieldname, ""))
            return Part(node.text, "pair" if stream == PAIRS else "word", None, field=only)
        case Or() if node.subqueries and _is_word(node):
            return _described(node.subqueries[0])
        case ConstantScoreQuery(child=Titled()):
            return Part("", "title", None)
        case ConstantScoreQuery(child=NumericRange()):
            kind = "preference" if node.score else "filter"
            return Part("", kind, None, field="published")
        case ConstantScoreQuery(child=Term() as inner) if inner.fieldname in FACET_FIELDS:
            kind = "preference" if node.score else "filter"
            return replace(_described(inner), kind=kind)
        case ConstantScoreQuery() if _is_pattern(node):
            return Part(_texts(node.child.subqueries[:_SHOWN]), "pattern", None)
        case ConstantScoreQuery() if node.score:
            return replace(_described(node.child), kind="preference")
        case Articles():
            return Part("", "filter", None, field="url")
        case Not():
            return replace(_described(node.query), kind="filter", negated=True)
    return Part(_texts(node.leaves()), "group" if isinstance(node, And | Or) else "phrase", None)


def _texts(nodes: Iterable[Query]) -> str:
    texts = [getattr(node, "words", None) or [getattr(node, "text", "")] for node in nodes]
    return " ".join(dict.fromkeys(text for several in texts for text in several))
