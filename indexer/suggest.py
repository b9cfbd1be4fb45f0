"""Suggestions while somebody types: words and titles by their beginning, also in pinyin."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.analysis import fold
from indexer.analysis.streams import GAP, is_han, runs
from indexer.lexicon import Lexicon
from indexer.pinyin import spelling

MAX_LIMIT = 100
"""How many suggestions there are at most."""

_MOST_WORDS = 50_000  # the most frequent ones
_KEY = 40  # characters of a beginning that are looked at
_SPELLED = 16  # characters of a title that are spelled


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant by the beginning of a query.

    Attributes:
        text: What to search for: a word, after those before it, or the title of an article.
        kind: ``word`` or ``title``.
    """

    text: str
    kind: str


class Suggestions:
    """The words and titles of a collection at one moment, by how they begin.

    Args:
        lexicon: The words.
        titles: The titles of the articles.
    """

    def __init__(self, lexicon: Lexicon, titles: Iterable[str]) -> None:
        counts = {word: n for word, n in lexicon.chinese.items() if len(word) > 1} | lexicon.latin
        words = sorted(counts, key=counts.__getitem__, reverse=True)[:_MOST_WORDS]
        self._words = _Table(words, words, [counts[word] for word in words])
        distinct = list(dict.fromkeys(filter(None, titles)))
        self._titles = _Table(distinct, _folded(distinct), [-len(title) for title in distinct])

    def suggest(self, text: str, limit: int) -> list[Suggestion]:
        """The likeliest queries that begin so: words first, then titles.

        Args:
            text: What was typed.
            limit: How many to return at most.
        """
        typed = fold(text).lstrip()[:_KEY]
        if not typed.strip():
            return []
        before, _, last = typed.rpartition(" ")
        words = self._words.best(last, limit) if last else []
        kept = f"{text.rstrip()[: -len(last)]}" if before else ""
        titles = self._titles.best(typed, limit)
        # Titles get at least half of the places when there are enough.
        words = words[: max(limit - len(titles), limit - limit // 2)]
        found = [Suggestion(kept + word, "word") for word in words]
        known = {fold(suggestion.text) for suggestion in found}
        found += [Suggestion(title, "title") for title in titles if fold(title) not in known]
        return found[:limit]


class _Table:
    """Texts by their beginnings: as they are written, in pinyin, and by its first letters.

    Args:
        texts: The texts.
        folded: The same, folded.
        weights: How likely each is, in any unit.
    """

    def __init__(self, texts: Sequence[str], folded: Sequence[str], weights: Sequence[int]) -> None:
        self._texts = texts
        self._written = _Keys([text[:_KEY] for text in folded], weights)
        spelled = [_spelled(text) for text in folded]
        self._sounds = _Keys([full for full, _ in spelled], weights)
        self._initials = _Keys([initials for _, initials in spelled], weights)

    def best(self, typed: str, limit: int) -> list[str]:
        """The likeliest texts that begin so; those written so come before those that sound so."""
        written = self._written.best(typed, limit)
        full, _ = _spelled(typed)
        sounding = self._sounds.best(full, 2 * limit)
        if typed.isascii():
            sounding += self._initials.best(typed, limit)
        begins = self._begins_with(typed)
        others = [number for number in sounding if number not in written and begins(number)]
        # What only sounds so gets up to half of the places.
        numbers = dict.fromkeys([*written[: max(limit - len(others), limit - limit // 2)], *others])
        return [self._texts[number] for number in [*numbers][:limit]]

    def _begins_with(self, typed: str) -> Callable[[int], bool]:
        """Whether a text has the Chinese characters with which the typed one begins."""
        first = runs(typed)[0] if runs(typed) else GAP
        if not is_han(first):
            return lambda _number: True
        return lambda number: fold(self._texts[number]).startswith(first)


class _Keys:
    """Sorted keys, and the likeliest with a prefix.

    Args:
        keys: The keys; an empty one finds nothing.
        weights: How likely each is.
    """

    def __init__(self, keys: Sequence[str], weights: Sequence[int]) -> None:
        order = sorted(filter(keys.__getitem__, range(len(keys))), key=keys.__getitem__)
        self._keys = [keys[number] for number in order]
        self._numbers = np.array(order, np.int32)
        self._weights = np.array(weights, np.int64)[self._numbers]

    def best(self, prefix: str, limit: int) -> list[int]:
        """The numbers of the likeliest keys with a prefix; a key that is the prefix comes first."""
        if not prefix:
            return []
        begin = bisect_left(self._keys, prefix)
        end = bisect_left(self._keys, prefix + chr(0x10FFFF))
        same = bisect_left(self._keys, prefix + "\0", begin, end)
        found = [*self._likeliest(begin, same, limit), *self._likeliest(same, end, limit)]
        return found[:limit]

    def _likeliest(self, begin: int, end: int, limit: int) -> list[int]:
        weights = self._weights[begin:end]
        if len(weights) > limit:
            chosen = np.argpartition(-weights, limit)[:limit]
        else:
            chosen = np.arange(len(weights))
        chosen = chosen[np.lexsort((chosen, -weights[chosen]))]
        numbers: list[int] = self._numbers[begin:end][chosen].tolist()
        return numbers


def _folded(texts: Sequence[str]) -> list[str]:
    """Texts folded: in one piece, for each call takes a while."""
    return fold("\n".join(text.replace("\n", " ") for text in texts)).split("\n")


def _spelled(folded: str) -> tuple[str, str]:
    """The beginning of a folded text in pinyin, and by the first letters of its syllables."""
    pieces = [run for run in runs(folded[:_SPELLED]) if run]
    if not any(map(is_han, pieces)):
        return "".join(pieces), ""
    full, initials = spelling(tuple(pieces))
    return full[:_KEY], initials[:_KEY]
