"""How rare Chinese words are in the language, whatever a collection has.

A small collection tells little about words that everybody uses: 已经 or 情况 may stand in few of
its articles, and would then count as much as what these are about. jieba's dictionary counts words
in a large collection of texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import cast

import numpy as np

from indexer.query.fields import COMMON_WORD

_DICTIONARY = "dict.txt"  # in jieba: lines of a word, how often it was counted, its part of speech
COUNTED = 60_101_967
"""All words that jieba 0.42.1 counted."""

_LEAST = log(COUNTED / COMMON_WORD)


def rarity(word: str) -> float:
    """How much a word says by how rare it is in Chinese: 1, and less for common words.

    It is the information of a word (C. Shannon, 1948), as a share of that of a word that is just
    common: .64 for 已经, .68 for 情况, .88 for 合同.
    """
    count = common_words().get(word)
    return log(COUNTED / count) / _LEAST if count else 1.0


@cache
def common_words() -> Mapping[str, int]:
    """The words that were counted `COMMON_WORD` times or more, and how often."""
    jieba = cast(ModuleSpec, find_spec("jieba"))  # importing it takes longer
    content = Path(cast(str, jieba.origin)).with_name(_DICTIONARY).read_bytes()
    # Of each line, where the two spaces are: this takes a tenth of the time of reading all lines.
    spaces = np.flatnonzero(np.frombuffer(content, np.uint8) == ord(" ")).reshape(-1, 2)
    long = spaces[spaces[:, 1] - spaces[:, 0] > len(str(COMMON_WORD))]
    counts = {
        content[content.rfind(b"\n", 0, first) + 1 : first].decode(): int(content[first:second])
        for first, second in long.tolist()
    }
    return {word: count for word, count in counts.items() if count >= COMMON_WORD}
