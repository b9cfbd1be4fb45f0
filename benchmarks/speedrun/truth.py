"""Exhaustive evaluation: the score of every article by the formula, without an index.

BM25 (Robertson and Zaragoza, 2009) of each field, added up, with the inverse document frequency of
Whoosh, log(N / (n + 1)) + 1, and lengths rounded as its segments keep them, in a byte.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length, length_to_byte

from indexer.query.fields import BM25_B, BM25_K1
from peers.peer import LIMIT
from speedrun.queries import Query
from speedrun.tokens import Tokens

Scores = NDArray[np.float64]


class Truth:
    """Scores every article of a corpus.

    Args:
        tokens: The articles.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._place = {token: place for place, token in enumerate(tokens.vocabulary)}
        self._fields = {
            stream: [_Field(tokens, f"{part}-{stream}") for part in ("title", "body")]
            for stream in ("words", "pairs")
        }
        self.ids: dict[str, int] = {row["id"]: at for at, row in enumerate(tokens.fields)}

    def scores(self, query: Query) -> Scores:
        """The score of each article, 0 where it does not match."""
        fields = self._fields[query.stream]
        places = [self._place[token] for token in query.tokens]
        if query.join == "phrase":
            phrase: Scores = np.sum([field.phrase(places) for field in fields], axis=0)
            return phrase
        parts = [np.sum([field.term(place) for field in fields], axis=0) for place in places]
        total: Scores = np.sum(parts, axis=0)
        if query.join == "and":
            total[np.any(np.equal(parts, 0), axis=0)] = 0
        return total

    def judge(self, query: Query, ids: list[str]) -> dict[str, list[float]]:
        """The scores of the ten best articles, and those of the hits that an engine gave."""
        scores = self.scores(query)
        best = np.sort(scores)[::-1][:LIMIT]
        return {
            "best": best[best > 0].tolist(),
            "scores": [float(scores[self.ids[identity]]) for identity in ids],
        }


@dataclass(frozen=True)
class _Field:
    """One field of all articles."""

    tokens: Tokens
    stream: str

    def term(self, place: int) -> Scores:
        """The score of each article for one token."""
        frequency = np.bincount(self._owners[self._at(place)], minlength=len(self.tokens))
        idf = math.log(len(self.tokens) / (np.count_nonzero(frequency) + 1)) + 1
        scores: Scores = idf * frequency * (BM25_K1 + 1) / (frequency + BM25_K1 * self._norms)
        return scores

    def phrase(self, places: list[int]) -> Scores:
        """The sum of the scores of the tokens where they stand side by side, else 0."""
        begins = self._at(places[0])
        for offset, place in enumerate(places[1:], start=1):
            begins = begins[begins + offset < len(self._stream)]
            begins = begins[self._stream[begins + offset] == place]
        ends = begins + len(places) - 1
        holders = self._owners[begins[self._owners[begins] == self._owners[ends]]]
        scores = np.zeros(len(self.tokens))
        scores[holders] = np.sum([self.term(place) for place in places], axis=0)[holders]
        return scores

    def _at(self, place: int) -> NDArray[np.int64]:
        return np.flatnonzero(self._stream == place)

    @cached_property
    def _stream(self) -> NDArray[np.int32]:
        return np.array(self.tokens.streams[self.stream])

    @cached_property
    def _owners(self) -> NDArray[np.int32]:
        return self.tokens.owners(self.stream)

    @cached_property
    def _norms(self) -> Scores:
        """What lengths make of each article's frequencies; a gap is no token."""
        lengths = np.bincount(self._owners[self._stream > 0], minlength=len(self.tokens))
        kept = np.array([byte_to_length(byte) for byte in range(256)])
        rounded = kept[[length_to_byte(int(length)) for length in lengths]]
        norms: Scores = 1 - BM25_B + BM25_B * rounded / lengths.mean()
        return norms
