"""Pinyin: how Chinese sounds, without tones, as it is typed."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from indexer.analysis.streams import is_han

LONGEST_SYLLABLE = 6
"""Letters of the longest syllable, such as zhuang."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def syllables(word: str) -> tuple[str, ...]:
    """The syllables of a Chinese word without tones, ``ü`` as ``v``; as a dictionary reads it.

    Args:
        word: Simplified Chinese characters.
    """
    phrases = _phrases()
    found: list[str] = []
    place = 0
    while place < len(word):
        for end in range(len(word), place + 1, -1):
            if known := phrases.get(word[place:end]):
                found += [_toneless(reading[0]) for reading in known]
                place = end
                break
        else:
            found.append(_sounds[word[place]])
            place += 1
    return tuple(found)


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """All the ways in which each character may sound; loading them takes a tenth of a second."""
    from pypinyin.pinyin_dict import pinyin_dict

    return {
        chr(code): tuple(dict.fromkeys(map(_toneless, sounds.split(","))))
        for code, sounds in pinyin_dict.items()
    }


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


class _Sounds(dict[str, str]):
    """The syllables of characters by themselves, remembered."""

    def __missing__(self, character: str) -> str:
        from pypinyin.pinyin_dict import pinyin_dict

        reading = pinyin_dict.get(ord(character), character).partition(",")[0]
        sound = self[character] = _toneless(reading)
        return sound


_sounds = _Sounds()


@cache
def _phrases() -> dict[str, list[list[str]]]:
    """The readings of phrases; loading them takes a fifth of a second."""
    from pypinyin.phrases_dict import phrases_dict

    return phrases_dict
