"""The two streams of a text: words, which rank, and pairs, which also find phrases.

*Words* are jieba's words and stemmed Latin words; only their frequencies count. *Pairs* are the
overlapping pairs of Chinese characters, the last character of each run, and unstemmed Latin words,
with positions, so that any sequence of characters can be found whatever the word cuts are.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Any

GAP = ""
"""Stands in the pairs stream where adjacency ends: at punctuation and line breaks."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"

OTHER = f"[^\\W_{_HAN}]"
"""The pattern of a letter or digit that is no Chinese character."""

_HAN_CHARACTER = re.compile(f"[{_HAN}]")
# One mark between two characters, as in e-mail, W-2 or don't, does not end adjacency.
_JOINT = r"(?<=\w)[-'’./&+@_:](?=\w)"
_GAP = r"(?:[^\w \t\u3000]|_)"
_RUN = re.compile(f"[{_HAN}]+|{OTHER}+|(?!{_JOINT}){_GAP}+")
_GAP_CHARACTER = re.compile(_GAP)
# In the text that is segmented: between runs, and in the place of a run of other letters.
_BREAK, _PLACE = " ", "\0"
_stemmers = threading.local()


class _Characters(dict[str, bool]):
    """Whether a character is in a pattern, remembered: that is three times as fast as matching."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def __missing__(self, character: str) -> bool:
        found = self[character] = self._pattern.match(character) is not None
        return found


_is_han = _Characters(_HAN_CHARACTER)
_is_gap = _Characters(_GAP_CHARACTER)


def is_han(token: str) -> bool:
    """Whether a token consists of Chinese characters; none mixes them with others."""
    return token != GAP and _is_han[token[0]]


def runs(folded: str) -> list[str]:
    """The runs of Chinese characters and of other letters and digits, `GAP` between adjacent ones.

    ``"打110, 快"`` gives ``打``, ``110``, `GAP`, ``快``.
    """
    return [GAP if _is_gap[run[0]] else run for run in _RUN.findall(folded)]


def words_of(runs: Iterable[str], cut: Callable[[str], list[str]]) -> list[str]:
    """The words stream of a text.

    Args:
        runs: The text's runs.
        cut: Segments the runs of Chinese characters. It is called once, with all of them, what
            stands between them giving words of its own.
    """
    text: list[str] = []
    stems: list[str] = []
    for run in runs:
        if run:
            if _is_han[run[0]]:
                text.append(run)
            else:
                text.append(_PLACE)
                stems.append(stem(run))
    others = iter(stems)
    words = cut(_BREAK.join(text))
    return [next(others) if word == _PLACE else word for word in words if word != _BREAK]


def pairs_of(runs: Iterable[str]) -> list[str]:
    """The pairs stream of a text's runs; a token's place in the list is its position."""
    stream: list[str] = []
    for run in runs:
        if not run:
            if stream and stream[-1] != GAP:
                stream.append(GAP)
        elif _is_han[run[0]]:
            stream += [first + second for first, second in pairwise(run)]
            stream.append(run[-1])
        else:
            stream.append(run)
    return stream


def pairs(folded: str) -> list[str]:
    """The pairs stream of a folded text."""
    return pairs_of(runs(folded))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English stem of a folded Latin word (Snowball's English stemmer, M. Porter, 2001)."""
    return str(_stemmer().stemWord(word)) if word.isascii() and word.isalpha() else word


def _stemmer() -> Any:
    # A stemmer must not be shared by threads.
    if not hasattr(_stemmers, "english"):
        import Stemmer

        _stemmers.english = Stemmer.Stemmer("english")
    return _stemmers.english
