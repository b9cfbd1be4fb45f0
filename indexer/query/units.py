"""Units: what an article has or lacks of a query, as trees over the streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain, islice

from whoosh.query import (
    And,
    AndMaybe,
    ConstantScoreQuery,
    Not,
    NullQuery,
    Or,
    Phrase,
    Prefix,
    Query,
    Sequence,
    Term,
)

from indexer.analysis import Streams
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import GAP, is_han, pairs
from indexer.query.fields import (
    BM25_K3,
    HAN_CHARACTER_SHARE,
    HAN_CHARACTER_WEIGHT,
    HAN_PAIR_WEIGHT,
    LATIN_SURFACE_WEIGHT,
    PAIRS,
    PAIRS_FIELD,
    WORDS,
)
from indexer.query.nodes import Character
from indexer.query.rarity import rarity

TITLE = "title"

MAX_SCORED = 256
"""The most tokens of phrases that add to the score; further phrases decide about matching only."""

MAX_RANKING = 560
"""The most words, pairs and characters that add to the score besides."""

_MOST_RANKING = 256  # pairs, and as many characters, of a query that add to the score

_PAIRS_OF = {TITLE: PAIRS_FIELD[TITLE], WORDS: PAIRS}


def saturated(frequency: int) -> float:
    """What a word counts that is in the query so often (the third part of BM25)."""
    return (BM25_K3 + 1) * frequency / (BM25_K3 + frequency)


def word_unit(word: str, weight: float, field: str = WORDS) -> Query:
    """Find a word of the words stream, a Chinese one also inside other words.

    Args:
        word: The word.
        weight: What its score is multiplied with, besides how rare the word is in the language.
        field: `WORDS`, or ``title`` for titles alone.
    """
    if not is_han(word):
        return Term(field, word, boost=weight)
    weight *= rarity(word)
    return Or([Term(field, word, boost=weight), _inside(word, weight, field)])


def _inside(run: str, weight: float, field: str) -> Query:
    """Find a run of Chinese characters wherever the word cuts are."""
    if len(run) > 1:
        # This decides about matching only; the pairs count among what ranks.
        return ConstantScoreQuery(adjacent(pairs(run)[:-1], _PAIRS_OF[field]), 0.0)
    if field == WORDS:
        return Character(run, HAN_CHARACTER_WEIGHT * weight)
    return ConstantScoreQuery(Prefix(_PAIRS_OF[field], run), HAN_CHARACTER_WEIGHT * weight)


def phrase_unit(phrase: str, field: str = PAIRS, boost: float = 1.0) -> Query | None:
    """Find the characters and words of a phrase side by side; None when it has none.

    Punctuation inside a phrase ends adjacency, as it does in articles: the phrase is then found as
    its pieces.

    Args:
        phrase: The folded text.
        field: The field or stream of pairs.
        boost: What the score is multiplied with.
    """
    pieces: list[list[str]] = [[]]
    for token in pairs(_without_inner_spaces(phrase)):
        if token == GAP:
            pieces.append([])
        else:
            pieces[-1].append(token)
    units = [_sequence(piece, field, boost) for piece in pieces if piece]
    if not units:
        return None
    return units[0] if len(units) == 1 else And(units)


def pieces_of(unit: Query) -> list[Query]:
    """What a phrase consists of that must all be there."""
    if isinstance(unit, And):
        return [piece for part in unit.subqueries for piece in pieces_of(part)]
    return [unit]


def near_unit(phrase: str, slop: int, field: str = PAIRS, boost: float = 1.0) -> Query | None:
    """Find the words of a phrase in their order, a few characters or words between them.

    Args:
        phrase: The folded text, its words separated by spaces.
        slop: How many at most.
        field: The field or stream of pairs.
        boost: What the score is multiplied with.
    """
    words = [word for word in phrase.split() if pairs(word)]
    units = [phrase_unit(word, field, boost) for word in words]
    if len(units) < 2:
        return units[0] if units else None
    # Positions are those of a word's first token, so the words' own length comes on top.
    distance = slop + max(len(pairs(word)) for word in words)
    firsts = [_first(word, field) for word in words]
    return And([*units, ConstantScoreQuery(Sequence(firsts, slop=distance), 0.0)])


def _first(word: str, field: str) -> Query:
    token = next(token for token in pairs(word) if token != GAP)
    if is_han(token) and len(token) == 1:
        return Prefix(field, token, constantscore=False)
    return Term(field, token)


def _without_inner_spaces(phrase: str) -> str:
    """Chinese is written without spaces: one between two Chinese characters is no part of it."""
    parts = phrase.split()
    joined = parts[:1]
    for part in parts[1:]:
        separator = "" if is_han(joined[-1][-1]) and is_han(part[0]) else " "
        joined.append(separator + part)
    return "".join(joined)


def _sequence(piece: list[str], field: str, boost: float) -> Query:
    last = piece[-1]
    if not is_han(last):
        return adjacent(piece, field, boost)
    if len(piece) > 1 and is_han(piece[-2]):
        # The run's last character alone stands only where an article's run ends there, too.
        return adjacent(piece[:-1], field, boost)
    prefix = Prefix(field, last, constantscore=False, boost=boost)
    if len(piece) == 1:
        return prefix
    terms = [Term(field, token, boost=boost) for token in piece[:-1]]
    return Sequence([*terms, prefix])


def adjacent(tokens: list[str], field: str, boost: float = 1.0) -> Query:
    """Find tokens of a pairs stream side by side."""
    if len(tokens) == 1:
        return Term(field, tokens[0], boost=boost)
    return Phrase(field, tokens, boost=boost)


def content_pairs(streams: Streams) -> list[str]:
    """The tokens of a text's pairs stream but for those within words that say nothing.

    A pair of which one character belongs to a word that says something is among them.
    """
    says: list[bool] = []
    for word in streams.searchable:
        if is_han(word):
            says += [word not in STOPWORDS] * len(word)
    kept: list[str] = []
    place = 0
    for token in streams.pairs:
        if is_han(token):
            # Every character begins a token: its pair with the next one, or itself at a run's end.
            if any(says[place : place + len(token)]):
                kept.append(token)
            place += 1
        elif token != GAP and token not in STOPWORDS:
            kept.append(token)
    return kept


def pair_terms(stream: Iterable[str], boost: float = 1.0) -> list[Query]:
    """The pairs of a text as terms that add to the score.

    Args:
        stream: The pairs stream of the text.
        boost: What their scores are multiplied with.
    """
    terms: list[Query] = []
    for token, frequency in islice(Counter(stream).items(), _MOST_RANKING):
        weight = boost * saturated(frequency)
        if is_han(token):
            if len(token) > 1:
                terms.append(Term(PAIRS, token, boost=HAN_PAIR_WEIGHT * weight))
        elif token != GAP:
            terms.append(Term(PAIRS, token, boost=LATIN_SURFACE_WEIGHT * weight))
    return terms


def characters(words: Iterable[str], boost: float = 1.0) -> list[Query]:
    """The rarer Chinese characters of words as what adds to the score.

    Args:
        words: The words, of the words stream.
        boost: What their scores are multiplied with.
    """
    distinct = dict.fromkeys(chain.from_iterable(word for word in words if is_han(word)))
    return [
        Character(character, HAN_CHARACTER_WEIGHT * boost, HAN_CHARACTER_SHARE)
        for character in islice(distinct, _MOST_RANKING)
        if character not in STOPWORDS
    ]


def joined(units: Iterable[Query], join: type[Query]) -> Query:
    """Units as one, by And or Or; a single one stays itself, for it keeps its boost so."""
    units = list(units)
    if not units:
        return NullQuery
    return units[0] if len(units) == 1 and not isinstance(units[0], Not) else join(units)


def tree_of(
    units: list[Query], join: type[Query], required: list[Query], ranking: tuple[Query, ...]
) -> Query:
    """The tree that finds articles by units, and ranks them.

    Args:
        units: What an article has or lacks.
        join: Whether it must have all (``And``) or any (``Or``).
        required: What it must have or lack besides.
        ranking: What adds to its score.
    """
    parts = [joined(units, join), *required] if units else required
    if not parts:
        return NullQuery
    tree = parts[0] if len(parts) == 1 and units else And(parts)
    return AndMaybe(tree, Or(ranking)) if ranking and units else tree
