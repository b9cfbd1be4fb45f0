"""Judged sets as somebody types them: in pinyin, or with one mistake."""

from __future__ import annotations

import random
import string
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from harness.corpus import Corpus
from indexer.analysis import fold
from indexer.analysis.streams import is_han, runs
from indexer.pinyin import syllables
from judged.sets import JudgedQuery, JudgedSet

_COMMON = 3000  # characters that are typed by mistake
_SEED = 11

Typing = Callable[[str, random.Random], str | None]
"""Gives a query as it is typed, or None when it cannot be typed so."""


def as_typed(judged: JudgedSet, way: str) -> JudgedSet:
    """A set with its queries typed in one of `WAYS`, those left out that cannot be.

    The mistakes are chosen by a fixed seed.
    """
    typing = WAYS[way](judged.corpus)
    queries = [*_typed(judged.queries, typing, random.Random(_SEED))]
    return JudgedSet(f"{judged.name}-{way}", judged.corpus, queries)


def _typed(
    queries: Sequence[JudgedQuery], typing: Typing, chance: random.Random
) -> Iterator[JudgedQuery]:
    for query in queries:
        text = typing(fold(query.text), chance)
        if text is not None:
            yield replace(query, text=text)


def _in_pinyin(_corpus: Corpus) -> Typing:
    """Every word in pinyin, without tones."""

    def spell(text: str, _chance: random.Random) -> str | None:
        spelled = " ".join("".join(_spelled(word)) for word in text.split())
        return spelled if spelled != text else None

    return spell


def _in_syllables(_corpus: Corpus) -> Typing:
    """Every syllable by itself."""

    def spell(text: str, _chance: random.Random) -> str | None:
        spelled = " ".join(part for word in text.split() for part in _spelled(word))
        return spelled if spelled != text else None

    return spell


def _with_a_mistake(corpus: Corpus) -> Typing:
    """One wrong character of the same sound, or one letter wrong, missing or too many."""
    homophones = _homophones(corpus)

    def mistype(text: str, chance: random.Random) -> str | None:
        places = [
            place
            for place, character in enumerate(text)
            if character in string.ascii_lowercase or character in homophones
        ]
        if not places:
            return None
        place = chance.choice(places)
        letter = chance.choice(string.ascii_lowercase)
        others = homophones.get(text[place]) or (letter, letter + text[place], "")
        typed = text[:place] + chance.choice(others) + text[place + 1 :]
        return typed if typed != text else None

    return mistype


WAYS: Mapping[str, Callable[[Corpus], Typing]] = {
    "pinyin": _in_pinyin,
    "syllables": _in_syllables,
    "mistyped": _with_a_mistake,
}
"""The ways to type by name."""


def _spelled(word: str) -> Iterator[str]:
    for run in filter(None, runs(word)):
        yield from syllables(run) if is_han(run) else (run,)


def _homophones(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """For each common Chinese character of a corpus the others of its sound, if there are any."""
    counts = Counter(fold("\n".join(article.body for article in corpus.articles)))
    common = [
        character
        for character, _ in counts.most_common()
        if not character.isspace() and is_han(character)
    ]
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for character in common[:_COMMON]:
        alike[syllables(character)[0]].append(character)
    return {
        one: tuple(other for other in group if other != one)
        for group in alike.values()
        if len(group) > 1
        for one in group
    }
