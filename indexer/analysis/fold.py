"""Folding: one form for what readers take to be the same character."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
# In most texts nothing but these marks is to be normalised; replacing them first is six times as
# fast as normalising, and gives the same, since each is normalised by itself.
_COMMON = [(mark, unicodedata.normalize("NFKC", mark)) for mark in "，：（）；！？…\u3000\xa0"]
# What most Chinese texts have besides Chinese characters and ASCII.
_PUNCTUATION = "，：（）；！？…\u3000\xa0、。“”‘’《》〈〉「」『』【】—–·～"
# Characters that are Traditional only inside words: 答覆 becomes 答复, but 颠覆 stays.
_UNCHANGED_ALONE = frozenset("沈坏覆藉瞭哩衹甦")


def fold(text: str) -> str:
    """Fold width and compatibility forms (NFKC), Traditional into Simplified, and case."""
    # The converter stops at a NUL, and a lone surrogate has no encoding; neither means anything.
    text = _normalised(text.replace("\0", " "))
    try:
        simplified: str = _simplifier().convert(text)
    except UnicodeEncodeError:
        simplified = _simplifier().convert(_SURROGATE.sub(" ", text))
    return simplified.casefold()


def fold_aligned(text: str) -> tuple[str, list[int] | None]:
    """Fold the letters of a text and tell where each folded character came from.

    Returns:
        The folded text, whose punctuation and capitals of ASCII may be as they were; and for each
        of its characters (and one past its end) the position in ``text`` it came from, None instead
        of the list when the positions are the same.
    """
    if not _foldable().search(text):
        return text, None
    folded = fold(text)
    if len(folded) == len(text):
        return folded, None
    pieces = [_characters[character] for character in text]
    origins = [position for position, piece in enumerate(pieces) for _ in piece]
    if len(origins) != len(folded):  # some characters became one
        folded = "".join(pieces)
    return folded, [*origins, len(text)]


class _Characters(dict[str, str]):
    """Characters folded by themselves, remembered."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = fold(character)
        return folded


_characters = _Characters()


def _normalised(text: str) -> str:
    """The text in NFKC."""
    for mark, normalised in _COMMON:
        text = text.replace(mark, normalised)
    if unicodedata.is_normalized("NFKC", text):
        return text
    return unicodedata.normalize("NFKC", text)


@cache
def _foldable() -> re.Pattern[str]:
    """Finds a character that folding may change, punctuation and the case of ASCII aside.

    To look for one takes a fifth of the time of folding, and most texts have none.
    """
    chinese = "".join(map(chr, range(0x4E00, 0xA000)))
    simplified = _simplifier().convert("\n".join(chinese)).split("\n")
    unchanged = "".join(
        character if character == simple and character not in _UNCHANGED_ALONE else "\n"
        for character, simple in zip(chinese, simplified, strict=True)
    )
    ranges = "".join(f"{run[0]}-{run[-1]}" for run in unchanged.split())
    return re.compile(f"[^\\x01-\\x7f{_PUNCTUATION}{ranges}]")


@cache
def _simplifier() -> Any:
    import opencc  # its dictionaries are read when it is first used

    return opencc.OpenCC("t2s")
