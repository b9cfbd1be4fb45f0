"""Expansion: from what was typed to a weighted tree over the streams.

Every content word becomes a unit that an article has or lacks: the word in the words stream, or
the same characters anywhere in the pairs stream. All words and all pairs add to the score, whether
they decide about matching or not.
"""

from __future__ import annotations

from collections import Counter
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
    BM25_K3,
    HAN_CHARACTER_SHARE,
    HAN_CHARACTER_WEIGHT,
    HAN_PAIR_WEIGHT,
    LATIN_SURFACE_WEIGHT,
    PAIRS,
    TITLE_SCORE,
    WORDS,
)
from indexer.query.nodes import Character, Titled
from indexer.query.parser import parse


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
    words = Counter(word for word in streams.words if word.strip())
    # Words such as 的 or the are looked for only when there is nothing else.
    content = [word for word in words if word not in STOPWORDS]
    if not content and not phrases:
        content = list(words)
    units = [_word_unit(word, _saturated(words[word])) for word in content]
    units += [_phrase_unit(phrase) for phrase in phrases]
    ranking = _pair_terms(streams.pairs) + _characters(streams.pairs)
    for phrase in phrases:
        phrase_streams = analysis.analyse(phrase)
        ranking += _word_terms(phrase_streams.words) + _pair_terms(phrase_streams.pairs)
    title = [token for token in streams.pairs if token != GAP]
    if title and not phrases:
        ranking.append(ConstantScoreQuery(Titled(title), TITLE_SCORE))
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


def _saturated(frequency: int) -> float:
    """What a word counts that is in the query so often (BM25's third part)."""
    return (BM25_K3 + 1) * frequency / (BM25_K3 + frequency)


def _word_terms(words: Iterable[str]) -> list[Query]:
    return [Term(WORDS, word) for word in words]


def _word_unit(word: str, weight: float) -> Query:
    term = Term(WORDS, word, boost=weight)
    return Or([term, _inside(word)]) if is_han(word) else term


def _inside(run: str) -> Query:
    """Find a run of Chinese characters wherever the word cuts are."""
    if len(run) == 1:
        return Character(run, HAN_CHARACTER_WEIGHT)
    # This decides about matching only; the pairs count among what ranks.
    return ConstantScoreQuery(_adjacent(pairs(run)[:-1]), 0.0)


def _phrase_unit(phrase: str) -> Query:
    """Find the characters and words of a phrase side by side.

    Punctuation inside a phrase ends adjacency, as it does in articles: the phrase is then found as
    its pieces.
    """
    pieces: list[list[str]] = [[]]
    for token in pairs(_without_inner_spaces(phrase)):
        if token == GAP:
            pieces.append([])
        else:
            pieces[-1].append(token)
    units = [_sequence(piece) for piece in pieces if piece]
    return units[0] if len(units) == 1 else And(units)


def _without_inner_spaces(phrase: str) -> str:
    """Chinese is written without spaces: one between two Chinese characters is no part of it."""
    parts = phrase.split()
    joined = parts[:1]
    for part in parts[1:]:
        separator = "" if is_han(joined[-1][-1]) and is_han(part[0]) else " "
        joined.append(separator + part)
    return "".join(joined)


def _sequence(piece: list[str]) -> Query:
    last = piece[-1]
    if not is_han(last):
        return _adjacent(piece)
    if len(piece) > 1 and is_han(piece[-2]):
        # The run's last character alone stands only where an article's run ends there, too.
        return _adjacent(piece[:-1])
    prefix = Prefix(PAIRS, last, constantscore=False)
    if len(piece) == 1:
        return prefix
    return Sequence([*(Term(PAIRS, token) for token in piece[:-1]), prefix])


def _adjacent(tokens: list[str]) -> Query:
    return Term(PAIRS, tokens[0]) if len(tokens) == 1 else Phrase(PAIRS, tokens)


def _pair_terms(stream: Iterable[str]) -> list[Query]:
    """The pairs of a text as terms that add to the score."""
    terms: list[Query] = []
    for token, frequency in Counter(stream).items():
        if is_han(token):
            if len(token) > 1:
                terms.append(Term(PAIRS, token, boost=HAN_PAIR_WEIGHT * _saturated(frequency)))
        elif token != GAP and token not in STOPWORDS:
            terms.append(Term(PAIRS, token, boost=LATIN_SURFACE_WEIGHT * _saturated(frequency)))
    return terms


def _characters(stream: Iterable[str]) -> list[Query]:
    """The rarer Chinese characters of a text as what adds to the score."""
    characters = dict.fromkeys(token[0] for token in stream if is_han(token))
    return [
        Character(character, HAN_CHARACTER_WEIGHT, HAN_CHARACTER_SHARE)
        for character in characters
        if character not in STOPWORDS
    ]
