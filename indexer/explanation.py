"""Explanation: why an article is found for a query with its score, or why it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from whoosh.query import And, ConstantScoreQuery, Not, NumericRange, Or, Query, Term

from indexer.analysis.document import FACET_FIELDS
from indexer.engines import Engine
from indexer.query import Plan, Request
from indexer.query.fields import PAIRS, PAIRS_FIELD, TEXT_FIELDS, WORDS
from indexer.query.nodes import Articles, Character, Titled

_FIELDS_OF = {WORDS: TEXT_FIELDS, PAIRS: tuple(PAIRS_FIELD.values())}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query, and what an article has of it.

    Attributes:
        text: What it looks for.
        kind: ``word``, ``pair``, ``character``, ``title`` (the query is the title), ``phrase``,
            ``group``, ``filter``, ``preference`` (of the settings), or ``feedback`` (words of
            the best articles).
        score: What it adds to the score; None when the article lacks it.
        fields: Which of title and body have it, where it is a word or a pair.
    """

    text: str
    kind: str
    score: float | None
    fields: tuple[str, ...] = ()


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
        notices: What was cut or not understood.
    """

    url: str
    has_all: bool
    has_any: bool
    score: float | None
    words: tuple[str, ...]
    units: tuple[Part, ...]
    required: tuple[Part, ...]
    ranking: tuple[Part, ...]
    notices: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The explanation by attribute name, ready for JSON."""
        return asdict(self)

    def lines(self) -> Iterable[str]:
        """The explanation for people, a line each."""
        if self.has_all:
            yield f"found, with all words; score {self.score or 0.0:.3f}"
        elif self.has_any:
            yield f"found by any word only; score {self.score or 0.0:.3f}"
        else:
            yield "not found"
        yield f"words: {' '.join(self.words) or 'none'}"
        for title, parts in (
            ("asked for", self.units),
            ("required", self.required),
            ("adding to the score", self.ranking),
        ):
            held = [part for part in parts if part.score is not None or parts is not self.ranking]
            yield from [f"{title}:"] if held else []
            for part in held:
                score = "lacking" if part.score is None else f"{part.score:+.3f}"
                there = f", in {' and '.join(part.fields)}" if part.fields else ""
                yield f"  {score:>9}  {part.kind} {part.text}{there}"
        yield from self.notices


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
        self._itself = Articles(frozenset([id]))

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
            ranking += (Part("words of the best articles", "feedback", score - known),)
        return Explanation(
            url=self._url,
            has_all=self.score(plan.all_words) is not None,
            has_any=score is not None,
            score=score,
            words=plan.content,
            units=units,
            required=required,
            ranking=ranking,
            notices=tuple(map(str, plan.notices)),
        )

    def _part(self, node: Query) -> Part:
        term = _term_of(node)
        fields: tuple[str, ...] = ()
        if term is not None:
            names = zip(TEXT_FIELDS, _FIELDS_OF[term.fieldname], strict=True)
            fields = tuple(
                name for name, field in names if self.score(Term(field, term.text)) is not None
            )
        return Part(*_described(node, term), self.score(node), fields)

    def score(self, node: Query) -> float | None:
        """The score of the article by a node; None when it does not match."""
        request = Request(
            And([node, self._itself]), filters={}, facets=(), sort="relevance", limit=1, offset=0
        )
        matches = self._engine.find(request).matches
        return matches[0].score if matches else None


def _term_of(node: Query) -> Term | None:
    """The term of a stream that a node looks for, as far as it is one."""
    if isinstance(node, Or) and node.subqueries and _is_unit(node):
        node = node.subqueries[0]
    return node if isinstance(node, Term) and node.fieldname in _FIELDS_OF else None


def _is_unit(node: Or) -> bool:
    """Whether a node is a Chinese word, found as a word or by its characters."""
    first, *others = node.subqueries
    return isinstance(first, Term) and all(
        isinstance(other, ConstantScoreQuery | Character) for other in others
    )


def _described(node: Query, term: Term | None) -> tuple[str, str]:
    """What a node looks for, and its kind."""
    if term is not None:
        return term.text, "word" if term.fieldname == WORDS else "pair"
    match node:
        case Character():
            return node.text, "character"
        case ConstantScoreQuery(child=Titled()):
            return "the query", "title"
        case ConstantScoreQuery(child=NumericRange()):
            return "the date", "preference" if node.score else "filter"
        case ConstantScoreQuery(child=Term() as inner) if inner.fieldname in FACET_FIELDS:
            kind = "preference" if node.score else "filter"
            return f"{inner.fieldname}:{inner.text}", kind
        case ConstantScoreQuery() if node.score:
            return _described(node.child, _term_of(node.child))[0], "preference"
        case Articles():
            return "url", "filter"
        case Not():
            return f"not {_described(node.query, _term_of(node.query))[0]}", "filter"
    texts = [leaf.text for leaf in node.leaves() if isinstance(leaf, Term)]
    texts += [" ".join(leaf.words) for leaf in node.leaves() if hasattr(leaf, "words")]
    return " ".join(dict.fromkeys(texts)), "group" if isinstance(node, And | Or) else "phrase"
