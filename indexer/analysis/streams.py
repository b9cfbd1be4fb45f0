"""The two streams of a text: words, which rank, and pairs, which also find phrases.

*Words* are jieba's words and stemmed Latin words; only their frequencies count. *Pairs* are the
overlapping pairs of Chinese characters, the last character of each run, and unstemmed Latin words,
with positions, so that any sequence of characters can be found whatever the word cuts are.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Any

GAP = ""
"""Stands in the pairs stream where adjacency ends: at punctuation and line breaks."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff々〇"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_TOKEN = re.compile(
    f"(?P<han>[{_HAN}]+)"
    f"|(?P<latin>[^\\W_{_HAN}]+)"
    # One mark between two characters, as in e-mail, W-2 or don't, does not end adjacency.
    r"|(?<=\w)[-'’./&+@_:](?=\w)"
    r"|(?P<gap>(?:[^\w \t\u3000]|_)+)"
)
_stemmers = threading.local()


def is_han(token: str) -> bool:
    """Whether a token, folded text without spaces, consists of Chinese characters."""
    return _HAN_RUN.fullmatch(token) is not None


def runs(folded: str) -> Iterator[str]:
    """The runs of Chinese characters and of other letters and digits, `GAP` between adjacent ones.

    ``"打110, 快"`` gives ``打``, ``110``, `GAP`, ``快``.
    """
    for match in _TOKEN.finditer(folded):
        kind = match.lastgroup
        if kind == "gap":
            yield GAP
        elif kind:
            yield match.group()


def words(folded: str, cut: Callable[[str], list[str]]) -> list[str]:
    """The words stream of a folded text, ``cut`` segmenting runs of Chinese characters."""
    stream: list[str] = []
    for run in runs(folded):
        if is_han(run):
            stream += cut(run)
        elif run:
            stream.append(stem(run))
    return stream


def pairs(folded: str) -> list[str]:
    """The pairs stream of a folded text; a token's place in the list is its position."""
    stream: list[str] = []
    for run in runs(folded):
        if is_han(run):
            stream += map("".join, pairwise(run))
            stream.append(run[-1])
        elif run or (stream and stream[-1] != GAP):
            stream.append(run)
    return stream


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
