"""Exhaustive evaluation: the score of every article by the formula, without an index.

BM25F (Robertson and Zaragoza, 2009): the frequencies in title and body, each in proportion to the
field's length, are weighted and added before saturation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from indexer.query.fields import BM25_B, BM25_K1, FIELD_WEIGHT, TEXT_FIELDS
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
        parts = [self._term(fields, place) for place in places]
        total: Scores = np.sum(parts, axis=0)
        if query.join == "and":
            total[np.any(np.equal(parts, 0), axis=0)] = 0
        if query.join == "phrase":
            holders = np.concatenate([field.phrase(places) for field in fields])
            total[np.isin(np.arange(len(total)), holders, invert=True)] = 0
        return total

    def _term(self, fields: list[_Field], place: int) -> Scores:
        """The score of each article for one token."""
        weights = [FIELD_WEIGHT[field] for field in TEXT_FIELDS]
        frequency: Scores = np.sum(
            [
                weight * field.frequency(place)
                for weight, field in zip(weights, fields, strict=True)
            ],
            axis=0,
        )
        holders, count = np.count_nonzero(frequency), len(frequency)
        idf = math.log(1 + (count - holders + 0.5) / (holders + 0.5))
        return idf * frequency * (BM25_K1 + 1) / (frequency + BM25_K1)

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

    def frequency(self, place: int) -> Scores:
        """How often each article has a token, in proportion to the article's length."""
        frequency = np.bincount(self._owners[self._at(place)], minlength=len(self.tokens))
        relative: Scores = frequency / self._norms
        return relative

    def phrase(self, places: list[int]) -> NDArray[np.int32]:
        """The articles where tokens stand side by side."""
        begins = self._at(places[0])
        for offset, place in enumerate(places[1:], start=1):
            begins = begins[begins + offset < len(self._stream)]
            begins = begins[self._stream[begins + offset] == place]
        ends = begins + len(places) - 1
        inside = self._owners[begins] == self._owners[ends]
        holders: NDArray[np.int32] = self._owners[begins[inside]]
        return holders

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
        norms: Scores = 1 - BM25_B + BM25_B * lengths / (lengths.mean() or 1)
        return norms
