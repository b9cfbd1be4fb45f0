"""Expansion: from what was typed to a weighted tree over the streams.

Every content word becomes a unit that an article has or lacks: the word in the words stream, or
the same characters anywhere in the pairs stream, in title or body. All words and all pairs add to
the score, whether they decide about matching or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from whoosh.query import (
    And,
    AndMaybe,
    ConstantScoreQuery,
    NullQuery,
    Or,
    Phrase,
    Prefix,
    Query,
    Sequence,
    Term,
)

from indexer.analysis import Analysis, fold
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import GAP, is_han, pairs
from indexer.query.fields import (
    FIELD_WEIGHT,
    HAN_PAIR_WEIGHT,
    LATIN_SURFACE_WEIGHT,
    PAIRS_FIELD,
    TEXT_FIELDS,
)
from indexer.query.parser import parse

# A part that decides about matching but must not change the order: small enough to add nothing
# that shows, and above zero because Whoosh's array union takes zero for "no match".
_NO_WEIGHT = 1e-6


@dataclass(frozen=True, slots=True)
class Plan:
    """A query understood.

    Attributes:
        all_words: The tree that finds the articles with every content word.
        any_word: The tree that finds the articles with at least one.
        length: How many content words and phrases there are.
        words: What to mark in a snippet, folded: Chinese words, English stems.
        phrases: What to mark as a whole: the folded text of each phrase.
        cut: Whether the query was too long and something was left out.
    """

    all_words: Query
    any_word: Query
    length: int
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    cut: bool


def plan(text: str, analysis: Analysis) -> Plan:
    """Understand a query. Any text is one; one without a letter or digit finds nothing."""
    parts, cut = parse(text)
    typed = " ".join(part.text for part in parts if isinstance(part, Term))
    streams = analysis.analyse(typed)
    phrases = [fold(part.words[0]) for part in parts if isinstance(part, Phrase)]
    phrases = [phrase for phrase in phrases if pairs(phrase)]
    words = list(dict.fromkeys(word for word in streams.words if word.strip()))
    # Words such as 的 or the are looked for only when there is nothing else.
    content = [word for word in words if word not in STOPWORDS]
    if not content and not phrases:
        content = words
    units = [_word_unit(word) for word in content] + [_phrase_unit(phrase) for phrase in phrases]
    ranking = _pair_terms(streams.pairs)
    for phrase in phrases:
        phrase_streams = analysis.analyse(phrase)
        ranking += _word_terms(phrase_streams.words) + _pair_terms(phrase_streams.pairs)
    return Plan(
        all_words=_ranked(units, And, ranking),
        any_word=_ranked(units, Or, ranking),
        length=len(units),
        words=tuple(content),
        phrases=tuple(phrases),
        cut=cut,
    )


def _ranked(units: list[Query], join: type[Query], ranking: list[Query]) -> Query:
    if not units:
        return NullQuery
    unit = units[0] if len(units) == 1 else join(units)
    distinct = list(dict.fromkeys(ranking))
    return AndMaybe(unit, Or(distinct)) if distinct else unit


def _word_terms(words: Iterable[str]) -> list[Query]:
    return [Term(field, word, boost=FIELD_WEIGHT[field]) for word in words for field in TEXT_FIELDS]


def _word_unit(word: str) -> Query:
    terms = _word_terms([word])
    if is_han(word):
        terms += _inside(word)
    return Or(terms)


def _inside(run: str) -> list[Query]:
    """Find a run of Chinese characters wherever the word cuts are, by the pairs."""
    fields = [PAIRS_FIELD[field] for field in TEXT_FIELDS]
    if len(run) == 1:
        # Every occurrence of a character begins exactly one key: a pair, or itself at an end.
        prefixes = [Prefix(field, run) for field in fields]
        return [ConstantScoreQuery(Or(prefixes), HAN_PAIR_WEIGHT)]
    return [_adjacent(field, pairs(run)[:-1], boost=_NO_WEIGHT) for field in fields]


def _phrase_unit(phrase: str) -> Query:
    """Find the characters and words of a phrase side by side, in the title or in the body.

    Punctuation inside a phrase ends adjacency, as it does in articles: the phrase is then found as
    its pieces.
    """
    pieces: list[list[str]] = [[]]
    for token in pairs(_without_inner_spaces(phrase)):
        if token == GAP:
            pieces.append([])
        else:
            pieces[-1].append(token)
    pieces = [piece for piece in pieces if piece]
    return Or(
        [And([_sequence(PAIRS_FIELD[field], piece) for piece in pieces]) for field in TEXT_FIELDS]
    )


def _without_inner_spaces(phrase: str) -> str:
    """Chinese is written without spaces: one between two Chinese characters is no part of it."""
    parts = phrase.split()
    joined = parts[:1]
    for part in parts[1:]:
        separator = "" if is_han(joined[-1][-1]) and is_han(part[0]) else " "
        joined.append(separator + part)
    return "".join(joined)


def _sequence(field: str, piece: list[str]) -> Query:
    last = piece[-1]
    if not is_han(last):
        return _adjacent(field, piece)
    if len(piece) > 1 and is_han(piece[-2]):
        # The run's last character alone stands only where an article's run ends there, too.
        return _adjacent(field, piece[:-1])
    prefix = Prefix(field, last, constantscore=False)
    return (
        Sequence([*(Term(field, token) for token in piece[:-1]), prefix]) if piece[:-1] else prefix
    )


def _adjacent(field: str, tokens: list[str], boost: float = 1.0) -> Query:
    if len(tokens) == 1:
        return Term(field, tokens[0], boost=boost)
    return Phrase(field, tokens, boost=boost)


def _pair_terms(stream: Iterable[str]) -> list[Query]:
    """The pairs of a text as terms that add to the score."""
    terms: list[Query] = []
    for token in stream:
        if is_han(token):
            if len(token) == 1:
                continue
            weight = HAN_PAIR_WEIGHT
        elif token == GAP or token in STOPWORDS:
            continue
        else:
            weight = LATIN_SURFACE_WEIGHT
        terms += [
            Term(PAIRS_FIELD[field], token, boost=weight * FIELD_WEIGHT[field])
            for field in TEXT_FIELDS
        ]
    return terms
