"""Queries, drawn from the corpus by a fixed seed.

Six classes over single tokens: five on the words stream and phrases on the pairs stream. Beside
them whole queries, as people type them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer import Article
from indexer.analysis import Analysis
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import GAP, is_han
from speedrun.tokens import Tokens

CLASSES = ("rare term", "common term", "2 AND", "3 OR", "phrase", "6-8 OR")
"""The classes of queries over tokens."""

TEXT_KINDS = ("one word", "two words", "three words", "phrase", "question")
"""The kinds of whole queries."""

_SEED = 4
_TRIES = 100_000  # of drawing; a corpus that gives no queries in so many is too small
_RARE = (3, 1000)  # a rare term is in so many documents at least, and in one of so many at most
_COMMON = 50  # a common term is in at least one of so many documents
_USUAL = 1000  # a term of a query of several is in at least one of so many documents
_LATIN_WORDS = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)*")
_HAN_SENTENCE = re.compile(r"[\u4e00-\u9fff]{8,30}")


Item = TypeVar("Item")


class CorpusTooSmallError(Exception):
    """The corpus has no queries of some class."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query over tokens of one stream.

    Attributes:
        kind: One of `CLASSES`.
        stream: ``words`` or ``pairs``.
        join: ``term``, ``and``, ``or`` or ``phrase``.
        tokens: What is looked for.
        text: The query as a person would write it.
        marks: The words that a snippet marks, in the words stream.
    """

    kind: str
    stream: str
    join: str
    tokens: tuple[str, ...]
    text: str
    marks: tuple[str, ...]


def make_queries(tokens: Tokens, analysis: Analysis, count: int) -> list[Query]:
    """So many queries of each class, distinct.

    Raises:
        CorpusTooSmallError: The corpus does not have so many.
    """
    maker = _Maker(tokens, analysis)
    queries: list[Query] = []
    for kind in CLASSES:
        queries += _distinct(partial(maker.make, kind), count)
    return queries


def make_texts(articles: Sequence[Article], analysis: Analysis, count: int) -> list[str]:
    """So many whole queries of each of `TEXT_KINDS`, distinct.

    Raises:
        CorpusTooSmallError: The corpus does not have so many.
    """
    chance = random.Random(_SEED)
    texts: list[str] = []
    for kind in TEXT_KINDS:
        texts += _distinct(partial(_text, kind, articles, analysis, chance), count)
    return texts


def _distinct(draw: Callable[[], Item | None], count: int) -> list[Item]:
    drawn: dict[Item, None] = {}
    for _ in range(_TRIES):
        if len(drawn) == count:
            return list(drawn)
        item = draw()
        if item is not None:
            drawn[item] = None
    raise CorpusTooSmallError(
        f"the corpus gives only {len(drawn)} of {count} queries of a class: take more articles"
    )


class _Maker:
    def __init__(self, tokens: Tokens, analysis: Analysis) -> None:
        self._tokens = tokens
        self._analysis = analysis
        self._chance = random.Random(_SEED)
        self._frequency = document_frequencies(tokens, ("title-words", "body-words"))
        self._place = {name: place for place, name in enumerate(tokens.vocabulary)}
        self._content = np.array([_is_content(name) for name in tokens.vocabulary])

    def make(self, kind: str) -> Query | None:
        size = len(self._tokens)
        match kind:
            case "rare term":
                most = max(_RARE[0], size // _RARE[1])
                return self._of_vocabulary(kind, _RARE[0], most)
            case "common term":
                return self._of_vocabulary(kind, size // _COMMON, size)
            case "phrase":
                return self._phrase()
            case "2 AND":
                return self._of_article(kind, "and", 2)
            case "3 OR":
                return self._of_article(kind, "or", 3)
            case _:
                return self._of_article(kind, "or", self._chance.randint(6, 8))

    def _of_vocabulary(self, kind: str, least: int, most: int) -> Query | None:
        frequency = self._frequency
        places = np.flatnonzero((frequency >= least) & (frequency <= most) & self._content)
        if not len(places):
            return None
        word = self._tokens.vocabulary[int(self._chance.choice(places))]
        return Query(kind, "words", "term", (word,), word, (word,))

    def _of_article(self, kind: str, join: str, count: int) -> Query | None:
        """Words that follow each other in an article, other words between them left out."""
        words = self._tokens.part("body-words", self._chance.randrange(len(self._tokens)))
        least = len(self._tokens) // _USUAL
        usual = [
            word
            for word in words
            if self._content[self._place[word]] and self._frequency[self._place[word]] >= least
        ]
        start = self._chance.randrange(max(1, len(usual)))
        chosen = tuple(dict.fromkeys(usual[start : start + 2 * count]))[:count]
        if len(chosen) < count:
            return None
        return Query(kind, "words", join, chosen, " ".join(chosen), chosen)

    def _phrase(self) -> Query | None:
        """Two to four pairs or words side by side in an article."""
        pairs = self._tokens.part("body-pairs", self._chance.randrange(len(self._tokens)))
        start = self._chance.randrange(max(1, len(pairs)))
        chosen = tuple(pairs[start : start + self._chance.randint(2, 4)])
        if len(chosen) < 2 or GAP in chosen:
            return None
        if all(is_han(token) and len(token) == 2 for token in chosen):
            text = chosen[0] + "".join(token[1] for token in chosen[1:])
        elif all(token.isascii() and token.isalpha() for token in chosen):
            text = " ".join(chosen)
        else:
            return None
        marks = tuple(dict.fromkeys(self._analysis.analyse(text).words))
        return Query("phrase", "pairs", "phrase", chosen, f'"{text}"', marks)


def document_frequencies(tokens: Tokens, streams: Sequence[str]) -> NDArray[np.int64]:
    """For each token of the vocabulary, in how many documents these streams have it."""
    size = len(tokens.vocabulary)
    keys = [
        tokens.owners(stream).astype(np.int64) * size + tokens.streams[stream] for stream in streams
    ]
    every = np.sort(np.concatenate(keys))
    distinct = every[np.diff(every, prepend=-1) > 0]
    return np.bincount(distinct % size, minlength=size)


def _is_content(word: str) -> bool:
    return len(word) > 1 and word not in STOPWORDS and (is_han(word) or word.isalpha())


def _text(
    kind: str, articles: Sequence[Article], analysis: Analysis, chance: random.Random
) -> str | None:
    body = chance.choice(articles).body
    pieces = _HAN_SENTENCE.findall(body) + _LATIN_WORDS.findall(body)
    if not pieces:
        return None
    piece: str = chance.choice(pieces)
    if kind in ("phrase", "question"):
        return _stretch(piece, kind)
    words = [word for word in dict.fromkeys(analysis.analyse(body).words) if _is_content(word)]
    count = ("one word", "two words", "three words").index(kind) + 1
    return " ".join(chance.sample(words, count)) if len(words) >= count else None


def _stretch(piece: str, kind: str) -> str | None:
    if is_han(piece[0]):
        return f'"{piece[:5]}"' if kind == "phrase" else piece
    words = piece.split()
    if kind == "phrase":
        return '"' + " ".join(words[:3]) + '"' if len(words) > 2 else None
    return " ".join(words[:9]) if len(words) > 5 else None
