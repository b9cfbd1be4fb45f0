"""Expansion: from what was typed to a weighted tree over the streams.

Every content word becomes a unit that an article has or lacks: the word in the words stream, or
the same characters anywhere in the pairs stream. All words and all pairs add to the score, whether
they decide about matching or not.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from whoosh.query import (
    And,
    ConstantScoreQuery,
    FuzzyTerm,
    Not,
    NullQuery,
    NumericRange,
    Or,
    Phrase,
    Query,
    Term,
    Wildcard,
)

from indexer.analysis import Analysis, fold
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import GAP, is_han, stem
from indexer.query.alternatives import Alternative, Alternatives
from indexer.query.fields import PAIRS, PAIRS_FIELD, TITLE_SCORE, WORDS
from indexer.query.mistakes import unknown_fields
from indexer.query.nodes import Articles, Titled
from indexer.query.parser import TEXT, Parsed, parse
from indexer.query.plan import Plan
from indexer.query.preferences import Preferences
from indexer.query.syntax import VALUE_FIELDS
from indexer.query.units import (
    MAX_RANKING,
    MAX_SCORED,
    TITLE,
    characters,
    content_pairs,
    joined,
    near_unit,
    pair_terms,
    phrase_unit,
    pieces_of,
    saturated,
    tree_of,
    word_unit,
)
from indexer.query.vocabulary import NoWords, Vocabulary
from indexer.results import Notice

MAX_WORDS = 64
"""The most content words, pieces of phrases and patterns of a query that are searched for."""

MAX_EXPANSIONS = 1024
"""The most words that all patterns and fuzzy words of a query stand for."""

EXPANDING = 1.0
"""Seconds after which no other pattern of a query is looked up."""

CUT = Notice("cut", "The query was too long; only its beginning was searched for.")
EXPANSIONS = Notice("expansions", "A pattern stands for too many words; the most frequent count.")

_PAIRS_OF = {TEXT: PAIRS, TITLE: PAIRS_FIELD[TITLE]}


def plan(
    text: str,
    analysis: Analysis,
    vocabulary: Vocabulary | None = None,
    preferences: Preferences | None = None,
) -> Plan:
    """Understand a query. Any text is one; one without a letter or digit finds nothing.

    Args:
        text: What was typed.
        analysis: The analysis of the index.
        vocabulary: Knows what patterns and sites stand for; without it, they find nothing.
        preferences: What counts besides; without it, nothing does.
    """
    preferences, vocabulary = preferences or Preferences(), vocabulary or NoWords()
    others = Alternatives(analysis, vocabulary, preferences.synonyms, preferences.translation)
    return _Expansion(parse(text), analysis, vocabulary, preferences, others).plan()


class _Expansion:
    """The expansion of one query.

    Args:
        parsed: The query.
        analysis: The analysis of the index.
        vocabulary: The words of the index.
        preferences: What counts besides.
        alternatives: Other words for its words.
    """

    def __init__(
        self,
        parsed: Parsed,
        analysis: Analysis,
        vocabulary: Vocabulary,
        preferences: Preferences,
        alternatives: Alternatives,
    ) -> None:
        self._parts: Sequence[Query] = parsed.tree.subqueries
        self._analysis = analysis
        self._vocabulary = vocabulary
        self._preferences = preferences
        self._alternatives = alternatives
        self._notices = [CUT] if parsed.cut else []
        self._ranking: list[Query] = []
        self._marks: list[str] = []
        self._phrases: list[str] = []
        self._content: tuple[str, ...] = ()
        self._words_left = MAX_WORDS
        self._scored_left = MAX_SCORED
        self._expansions_left = MAX_EXPANSIONS
        self._start = time.perf_counter()

    def plan(self) -> Plan:
        """The plan of the query."""
        bare = [part for part in self._parts if _is_bare(part)]
        filters = [part for part in self._parts if _is_filter(part)]
        others = [part for part in self._parts if not _is_bare(part) and not _is_filter(part)]
        literal = not others
        units = self._typed(
            " ".join(part.text for part in bare), literal, len(bare) == len(self._parts)
        )
        units += [unit for part in others if (unit := self._unit(part)) is not None]
        required = [unit for part in filters if (unit := self._filter(part)) is not None]
        ranking = tuple(dict.fromkeys(self._ranking))[:MAX_RANKING]
        return Plan(
            all_words=tree_of(units, And, required, ranking),
            any_word=tree_of(units, Or, required, ranking),
            length=len(units),
            content=self._content,
            words=tuple(dict.fromkeys(self._marks)),
            phrases=tuple(self._phrases),
            notices=tuple(dict.fromkeys(self._notices)),
            units=tuple(units),
            required=tuple(required),
            ranking=ranking,
        )

    def _typed(self, text: str, literal: bool, whole: bool) -> list[Query]:
        """The units of the words that stand side by side.

        Args:
            text: The words as typed.
            literal: Whether words that say nothing are looked for when there are no others.
            whole: Whether these words are the whole query.
        """
        self._notices += unknown_fields(text)
        streams = self._analysis.analyse(text)
        words = Counter(streams.searchable)
        # Words such as 的 or the are looked for only when there is nothing else.
        content = [word for word in words if word not in STOPWORDS]
        is_literal = literal and not content
        if is_literal:
            content = list(words)
        content = self._within(content)
        self._content = tuple(content)
        self._marks += content
        self._ranking += pair_terms(streams.pairs if is_literal else content_pairs(streams))
        self._ranking += characters(content)
        together = phrase_unit(fold(text)) if is_literal and len(content) > 1 else None
        if together is not None:
            self._ranking.append(together)
        title = [token for token in streams.pairs if token != GAP]
        if whole and title:
            self._ranking.append(ConstantScoreQuery(Titled(title), TITLE_SCORE))
        self._ranking += self._preferences.ranking(text, datetime.now(UTC))
        return self._with_alternatives(content, words)

    def _with_alternatives(self, content: Sequence[str], words: Mapping[str, int]) -> list[Query]:
        """The units of content words, for which synonyms may stand, or for all translations."""
        weights = [saturated(words[word]) for word in content]
        said: list[Alternative] = []
        units: list[Query] = []
        for word, weight in zip(content, weights, strict=True):
            others = self._alternatives.synonyms(word, weight)
            units.append(joined([word_unit(word, weight), *(other.unit for other in others)], Or))
            said += others
        ways, translations = self._alternatives.translations(content, weights)
        self._say([*said, *translations])
        return [Or([joined(units, And), *ways])] if ways else units

    def _say(self, others: Sequence[Alternative]) -> None:
        """Tell of the words that are also searched for."""
        self._marks += [word for other in others for word in other.words]
        texts = dict.fromkeys(other.text for other in others)
        if texts:
            said = f"Also searched for: {', '.join(texts)}."
            self._notices.append(Notice("also-searched", said, " | ".join(texts)))

    def _unit(self, node: Query) -> Query | None:
        """What an article has or lacks of a part that is more than words; None for nothing."""
        match node:
            case Term():
                return self._words(node)
            case Phrase():
                return self._phrase(node)
            case Wildcard() | FuzzyTerm():
                return self._expanded(node)
            case Not() | NumericRange():
                return self._filter(node)
            case And() | Or():
                units = [unit for part in node.subqueries if (unit := self._unit(part)) is not None]
                if isinstance(node, Or):  # which would take away what one of its parts excludes
                    units = [And([unit]) if isinstance(unit, Not) else unit for unit in units]
                return joined(units, type(node)) if units else None
        return None

    def _words(self, node: Term) -> Query | None:
        """Words in a group, with a weight, or in the title."""
        if node.fieldname in VALUE_FIELDS:
            return self._filter(node)
        self._notices += unknown_fields(node.text)
        field = WORDS if node.fieldname == TEXT else TITLE
        streams = self._analysis.analyse(node.text)
        words = list(dict.fromkeys(streams.searchable))
        content = self._within([word for word in words if word not in STOPWORDS] or words)
        self._marks += content
        if field == WORDS:
            self._ranking += pair_terms(content_pairs(streams) or streams.pairs, node.boost)
            self._ranking += characters(content, node.boost)
        units = [word_unit(word, node.boost, field) for word in content]
        return joined(units, And) if units else None

    def _phrase(self, node: Phrase) -> Query | None:
        folded, field = fold(node.words[0]), _PAIRS_OF[node.fieldname]
        if node.slop > 1:
            unit = near_unit(folded, node.slop - 1, field, node.boost)
        else:
            unit = phrase_unit(folded, field, node.boost)
        if unit is None or not (pieces := self._within(pieces_of(unit))):
            return None
        streams = self._analysis.analyse(folded)
        self._scored_left -= len(streams.pairs)
        whole = joined(pieces, And)
        unit = whole if self._scored_left >= 0 else ConstantScoreQuery(whole, 0.0)
        if node.slop > 1:
            self._marks += streams.searchable
        else:
            self._phrases.append(folded)
        if field == PAIRS:
            self._ranking += [Term(WORDS, word, boost=node.boost) for word in streams.words]
            self._ranking += pair_terms(content_pairs(streams) or streams.pairs, node.boost)
        return unit

    def _expanded(self, node: Wildcard | FuzzyTerm) -> Query | None:
        """The words that a pattern or a fuzzy word stands for."""
        text = fold(node.text)
        in_title = node.fieldname == TITLE
        han = any(map(is_han, filter(str.isalnum, text)))
        if isinstance(node, FuzzyTerm):
            if han:
                return self._words(Term(node.fieldname, node.text, boost=node.boost))
            asked: Query = FuzzyTerm(PAIRS, text, maxdist=node.maxdist, prefixlength=1)
        else:
            asked = Wildcard(WORDS if han else PAIRS, text)
        if not self._within([text]):
            return None
        if not self._expansions_left or time.perf_counter() - self._start > EXPANDING:
            self._notices.append(EXPANSIONS)
            return NullQuery
        found = self._vocabulary.expand(asked)
        terms = sorted(found, key=lambda term: (-found[term], term))
        if not han:
            terms = [term for term in terms if not is_han(term)]
        if len(terms) > self._expansions_left:
            self._notices.append(EXPANSIONS)
            terms = terms[: self._expansions_left]
        self._expansions_left -= len(terms)
        marks = terms[:MAX_WORDS]
        self._marks += marks if han else map(stem, marks)
        stream = asked.fieldname
        field = stream if not in_title else (TITLE if han else PAIRS_FIELD[TITLE])
        units = [Term(field, term) for term in terms]
        return ConstantScoreQuery(Or(units), node.boost) if units else NullQuery

    def _filter(self, node: Query) -> Query | None:
        """What an article must have or lack without its score being changed."""
        match node:
            case Not():
                excluded = self._excluded(node.query)
                return Not(excluded) if excluded is not None else None
            case NumericRange():
                return ConstantScoreQuery(node, 0.0)
            case Term(fieldname="url"):
                return Articles(self._vocabulary.located(node.text))
            case Term() if node.fieldname in VALUE_FIELDS:
                terms = [Term(node.fieldname, value) for value in self._values(node)]
                return joined([ConstantScoreQuery(term, 0.0) for term in terms], Or)
            case And() | Or():
                parts = [
                    unit for part in node.subqueries if (unit := self._filter(part)) is not None
                ]
                return joined(parts, type(node)) if parts else None
        return None

    def _values(self, node: Term) -> list[str]:
        """The values of a field that are what was typed, or have it in them, or else itself."""
        wanted = fold(node.text)
        values = sorted(value for value in self._vocabulary.values(node.fieldname) if value)
        same = [value for value in values if fold(value) == wanted]
        alike = [value for value in values if wanted in fold(value)][:MAX_EXPANSIONS]
        return same or alike or [node.text]

    def _excluded(self, node: Query) -> Query | None:
        """What an article must lack; nothing of it ranks or is marked."""
        state = len(self._ranking), len(self._marks), len(self._phrases)
        if isinstance(node, Term) and node.fieldname in (TEXT, TITLE):
            words = self._analysis.analyse(node.text).searchable
            if len(words) != 1 or is_han(words[0]):
                node = Phrase(node.fieldname, [node.text])
        unit = self._unit(node)
        for collected, length in zip(
            (self._ranking, self._marks, self._phrases), state, strict=True
        ):
            del collected[length:]
        return unit

    def _within(self, parts: list[Any]) -> list[Any]:
        """As many of these words or pieces as may still be searched for."""
        kept = parts[: self._words_left]
        if len(kept) < len(parts):
            self._notices.append(CUT)
        self._words_left -= len(kept)
        return kept


def _is_bare(part: Query) -> bool:
    return isinstance(part, Term) and part.fieldname == TEXT and part.boost == 1


def _is_filter(part: Query) -> bool:
    """Whether a part only restricts what is found."""
    if isinstance(part, And | Or):
        return bool(part.subqueries) and all(map(_is_filter, part.subqueries))
    if isinstance(part, Term):
        return part.fieldname in VALUE_FIELDS
    return isinstance(part, Not | NumericRange)
