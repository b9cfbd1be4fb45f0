"""The lexicon: the words of a collection, by how they are written and how they sound."""

from __future__ import annotations

from collections.abc import Mapping

from whoosh.query import Prefix

from indexer.analysis.streams import is_han
from indexer.engines import Engine
from indexer.pinyin import spelling
from indexer.query.fields import PAIRS, WORDS

LONGEST = 8
"""Characters of the longest Chinese words that are known by their sound."""

_LATIN = "abcdefghijklmnopqrstuvwxyz"


class Lexicon:
    """The words of an index at one moment.

    Args:
        engine: The index.

    Attributes:
        chinese: How many articles have each Chinese word.
        latin: How many articles have each Latin word, as it is written.
        by_sound: The Chinese words of a spelling in pinyin, the most frequent first.
    """

    def __init__(self, engine: Engine) -> None:
        words = engine.expand(Prefix(WORDS, ""))
        self.chinese = {word: count for word, count in words.items() if is_han(word)}
        self.latin: dict[str, int] = {}
        for letter in _LATIN:
            self.latin |= engine.expand(Prefix(PAIRS, letter))
        self.by_sound = _by_sound(self.chinese)


def _by_sound(words: Mapping[str, int]) -> dict[str, list[str]]:
    sounds: dict[str, list[str]] = {}
    for word in sorted(words, key=lambda word: (-words[word], word)):
        if len(word) <= LONGEST:
            sounds.setdefault(spelling((word,))[0], []).append(word)
    return sounds
