"""The lexicon: the words of a collection, by how they are written and how they sound."""

from __future__ import annotations

from functools import cached_property

from whoosh.query import Prefix

from indexer.analysis.streams import is_han
from indexer.engines import Engine
from indexer.pinyin import syllables
from indexer.query.fields import PAIRS, WORDS

LONGEST = 8
"""Characters of the longest Chinese words that are known by their sound."""

_LATIN = "abcdefghijklmnopqrstuvwxyz"


class Lexicon:
    """The words of an index, each kind gathered when it is first asked for.

    Args:
        engine: The index.

    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @cached_property
    def chinese(self) -> dict[str, int]:
        """How many articles have each Chinese word."""
        words = self._engine.expand(Prefix(WORDS, ""))
        return {word: count for word, count in words.items() if is_han(word)}

    @cached_property
    def latin(self) -> dict[str, int]:
        """How many articles have each Latin word, as it is written."""
        latin: dict[str, int] = {}
        for letter in _LATIN:
            latin |= self._engine.expand(Prefix(PAIRS, letter))
        return latin

    @cached_property
    def by_sound(self) -> dict[str, list[str]]:
        """The Chinese words of a spelling in pinyin, the most frequent first."""
        sounds: dict[str, list[str]] = {}
        for word in sorted(self.chinese, key=lambda word: (-self.chinese[word], word)):
            if len(word) <= LONGEST:
                sounds.setdefault("".join(syllables(word)), []).append(word)
        return sounds
