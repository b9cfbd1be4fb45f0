"""The lexicon: the words of a collection, by how they are written and how they sound."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Prefix

from indexer.analysis.streams import is_han
from indexer.arrayfile import Arrays
from indexer.engines import Engine
from indexer.pinyin import LONGEST_SYLLABLE, readings, syllables
from indexer.query.fields import PAIRS, WORDS

LONGEST = 8
"""Characters of the longest Chinese words that are known."""

LONGEST_SOUND = LONGEST_SYLLABLE * LONGEST
"""Letters of their longest spelling in pinyin."""

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_NONE = np.empty((0, 0), np.uint32), np.empty(0, np.intp)
_WORD, _SOUND, _READINGS = f"<U{LONGEST}", f"S{LONGEST_SOUND}", "S64"


class Entry(NamedTuple):
    """A Chinese word.

    Attributes:
        word: The word.
        articles: How many articles have it.
    """

    word: str
    articles: int


def words_of(engine: Engine) -> tuple[dict[str, int], dict[str, int]]:
    """The Chinese words and the Latin ones, as these are written, and how many articles have each.

    Raises:
        GenerationError: The index cannot be read.
    """
    found = engine.expand(Prefix(WORDS, ""))
    latin: dict[str, int] = {}
    for letter in _LATIN:
        latin |= engine.expand(Prefix(PAIRS, letter))
    return {word: count for word, count in found.items() if is_han(word)}, latin


def lexicon_arrays(counts: Mapping[str, int]) -> dict[str, NDArray[Any]]:
    """What a `Lexicon` is made of.

    Args:
        counts: How many articles have each Chinese word.
    """
    words = sorted(word for word in counts if len(word) <= LONGEST)
    frequencies = np.array([counts[word] for word in words], np.int64)
    sounds = np.array(["".join(syllables(word)).encode() for word in words], _SOUND)
    order = np.lexsort((-frequencies, sounds))
    return {
        **_character_arrays(),
        "words": np.array(words, _WORD),
        "counts": frequencies,
        "sounds": sounds[order],
        "sounding": order.astype(np.int32),
        "sound": np.argsort(order).astype(np.int32),
    }


@cache
def _character_arrays() -> dict[str, NDArray[Any]]:
    """How characters sound, of whatever collection."""
    characters = sorted(readings().items())
    return {
        "characters": np.array([character for character, _ in characters], "<U1"),
        "readings": np.array([" ".join(read).encode() for _, read in characters], _READINGS),
        "syllables": np.unique([one.encode() for _, read in characters for one in read]),
    }


class Lexicon:
    """The Chinese words of an index. May be shared by threads.

    Args:
        arrays: Those of `lexicon_arrays`.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._words = arrays.whole("words")
        self._counts = arrays.whole("counts")
        self._sounds = arrays.whole("sounds")
        self._sounding = arrays.whole("sounding")
        self._sound = arrays.whole("sound")
        self._characters = arrays.whole("characters")
        self._readings = arrays.whole("readings")
        self._syllables = arrays.whole("syllables")
        self._remembered: dict[str, list[str]] = {}
        self.total = int(self._counts.sum()) + 1
        """How many words all articles have, each counted once for an article."""

    def counts(self, words: Sequence[str]) -> list[int]:
        """How many articles have each of some words."""
        return [int(self._counts[place]) if place >= 0 else 0 for place in self._places(words)]

    def _places(self, words: Sequence[str]) -> list[int]:
        """The place of each of some words, -1 for none."""
        if not words or not len(self._words):
            return [-1] * len(words)
        wanted = np.array([word if len(word) <= LONGEST else "" for word in words], _WORD)
        places = self._words.searchsorted(wanted).clip(max=len(self._words) - 1)
        found: list[int] = np.where(self._words[places] == wanted, places, -1).tolist()
        return found

    def sounding(self, sounds: Sequence[str], most: int) -> list[list[Entry]]:
        """The most frequent words of each of some sounds.

        Args:
            sounds: Spellings in pinyin, without tones and spaces.
            most: How many words of a sound at most.
        """
        wanted = np.array([s.encode() if len(s) <= LONGEST_SOUND else b"" for s in sounds], _SOUND)
        begins = self._sounds.searchsorted(wanted)
        ends = np.minimum(self._sounds.searchsorted(wanted, "right"), begins + most)
        return [
            [self._sounding_at(place) for place in range(begin, end)]
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)
        ]

    def _sounding_at(self, place: int) -> Entry:
        number = self._sounding[place]
        return Entry(str(self._words[number]), int(self._counts[number]))

    def is_syllable(self, letters: str) -> bool:
        """Whether letters are the sound of a character."""
        place = int(self._syllables.searchsorted(wanted := letters.encode()))
        return place < len(self._syllables) and bool(self._syllables[place] == wanted)

    def spelled(self, run: str) -> str:
        """Chinese characters in pinyin without tones and spaces, by the longest words in them."""
        spelled, begin = "", 0
        while begin < len(run):
            ends = range(begin + 1, min(len(run), begin + LONGEST) + 1)
            places = self._places([run[begin:end] for end in ends])
            known = [(end, place) for end, place in zip(ends, places, strict=True) if place >= 0]
            if known:
                end, place = known[-1]
                spelled += self._sounds[self._sound[place]].decode()
            else:
                end = begin + 1
                spelled += next(iter(self._readings_of(run[begin])), "")
            begin = end
        return spelled

    def sound_alike(self, word: str, other: str) -> bool:
        """Whether two words of one length may sound the same, character by character."""
        return all(
            one == two or not set(self._readings_of(one)).isdisjoint(self._readings_of(two))
            for one, two in zip(word, other, strict=True)
        )

    def _readings_of(self, character: str) -> list[str]:
        """How a character may sound, the usual way first."""
        known = self._remembered.get(character)
        if known is None:
            place = int(self._characters.searchsorted(character))
            is_there = place < len(self._characters) and self._characters[place] == character
            known = self._readings[place].decode().split() if is_there else []
            self._remembered[character] = known
        return known

    def replaced(self, word: str) -> list[Entry]:
        """The words with another character in one place; ``word`` has two or more."""
        codes, places = self._agreeing(word, len(word))
        return self._entries(places[(codes != _codes(word)).sum(axis=1) == 1])

    def longer(self, word: str) -> list[Entry]:
        """The words with one character more; ``word`` has two or more."""
        codes, places = self._agreeing(word, len(word) + 1)
        wanted = _codes(word)
        agree = _from_begin(codes[:, :-1] == wanted) + _from_end(codes[:, 1:] == wanted)
        return self._entries(places[agree >= len(word)])

    def _agreeing(self, word: str, length: int) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
        """The words of a length that begin or end like another, as characters and as places."""
        codes, places = self._lengths.get(length, _NONE)
        if not len(places):
            return np.empty((0, length), np.uint32), places
        same = (codes[:, 0] == ord(word[0])) | (codes[:, -1] == ord(word[-1]))
        return codes[same], places[same]

    def _entries(self, places: NDArray[np.intp]) -> list[Entry]:
        return list(map(Entry, self._words[places].tolist(), self._counts[places].tolist()))

    @cached_property
    def _lengths(self) -> dict[int, tuple[NDArray[np.uint32], NDArray[np.intp]]]:
        """The characters and the places of the words by their length."""
        codes = self._words.view(np.uint32).reshape(-1, LONGEST)
        lengths = (codes != 0).sum(axis=1)
        places = {length: np.flatnonzero(lengths == length) for length in range(2, LONGEST + 1)}
        # A column in one piece, for mostly columns are compared.
        return {n: (np.asfortranarray(codes[which, :n]), which) for n, which in places.items()}


def _codes(word: str) -> NDArray[np.uint32]:
    return np.array(list(map(ord, word)), np.uint32)


def _from_begin(same: NDArray[np.bool_]) -> NDArray[np.intp]:
    """How many of each row are true before the first that is not."""
    found: NDArray[np.intp] = np.logical_and.accumulate(same, axis=1).sum(axis=1)
    return found


def _from_end(same: NDArray[np.bool_]) -> NDArray[np.intp]:
    return _from_begin(same[:, ::-1])
