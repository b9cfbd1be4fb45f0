"""Pinyin: how Chinese sounds, without tones, as it is typed."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from indexer.analysis.streams import is_han

LETTERS = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=65536)
def syllables(word: str) -> tuple[str, ...]:
    """The syllables of a Chinese word without tones, ``ü`` as ``v``; as a dictionary reads it.

    Args:
        word: Simplified Chinese characters.
    """
    phrases, characters = _readings()
    known = phrases.get(word)
    if known:
        return tuple(_toneless(reading[0]) for reading in known)
    return tuple(
        _toneless(characters.get(ord(character), character).partition(",")[0]) for character in word
    )


def spelling(words: tuple[str, ...]) -> tuple[str, str]:
    """How words are typed in pinyin: in full, and by the first letter of each syllable.

    Args:
        words: Words; those that are no Chinese stay as they are, and begin with all their letters.
    """
    full: list[str] = []
    initials: list[str] = []
    for word in words:
        parts = syllables(word) if is_han(word) else (word,)
        full += parts
        initials += [part[0] for part in parts] if is_han(word) else [word]
    return "".join(full), "".join(initials)


@lru_cache(maxsize=4096)
def _toneless(syllable: str) -> str:
    plain = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(letter for letter in plain if letter in LETTERS) or syllable


@cache
def _readings() -> tuple[dict[str, list[list[str]]], dict[int, str]]:
    """The readings of phrases and characters; loading them takes most of a second."""
    from pypinyin.phrases_dict import phrases_dict
    from pypinyin.pinyin_dict import pinyin_dict

    return phrases_dict, pinyin_dict
