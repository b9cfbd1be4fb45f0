"""Suggestions while somebody types: words and titles by their beginning, also in pinyin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import fold
from indexer.analysis.streams import GAP, is_han, runs
from indexer.arrayfile import Arrays
from indexer.lexicon import Lexicon
from indexer.pinyin import spelling

MAX_LIMIT = 100
"""How many suggestions there are at most."""

_MOST_WORDS = 50_000  # the most frequent ones
_KEY = 60  # bytes of a beginning that are looked at
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


def suggestion_arrays(
    chinese: Mapping[str, int], latin: Mapping[str, int], titles: Iterable[str]
) -> dict[str, NDArray[Any]]:
    """What `Suggestions` are made of.

    Args:
        chinese: How many articles have each Chinese word.
        latin: The same of Latin words.
        titles: The titles of the articles; they are read as they are needed.
    """
    counts = {word: count for word, count in chinese.items() if len(word) > 1} | dict(latin)
    words = sorted(counts, key=counts.__getitem__, reverse=True)[:_MOST_WORDS]
    distinct = list(dict.fromkeys(filter(None, titles)))
    return {
        **_table_arrays("word", words, words, [counts[word] for word in words]),
        **_table_arrays("title", distinct, _folded(distinct), [-len(title) for title in distinct]),
    }


class Suggestions:
    """The words and titles of a collection at one moment, by how they begin.

    Args:
        arrays: Those of `suggestion_arrays`.
        lexicon: Tells how Chinese sounds that is typed.
    """

    def __init__(self, arrays: Arrays, lexicon: Lexicon) -> None:
        self._words = _Table("word", arrays, lexicon)
        self._titles = _Table("title", arrays, lexicon)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._words) + len(self._titles)

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
        name: The name of the table.
        arrays: Has its arrays.
        lexicon: Tells how Chinese sounds that is typed.
    """

    def __init__(self, name: str, arrays: Arrays, lexicon: Lexicon) -> None:
        self._content = arrays.whole(f"{name}_content")
        self._bounds = arrays.whole(f"{name}_bounds")
        self._written, self._sounds, self._initials = (
            _Keys(f"{name}_{kind}", arrays) for kind in ("written", "sounds", "initials")
        )
        self._lexicon = lexicon

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def best(self, typed: str, limit: int) -> list[str]:
        """The likeliest texts that begin so; those written so come before those that sound so."""
        written = self._written.best(typed, limit)
        sounding = self._sounds.best(self._sound(typed), 2 * limit)
        if typed.isascii():
            sounding += self._initials.best(typed, limit)
        begins = self._begins_with(typed)
        others = [number for number in sounding if number not in written and begins(number)]
        # What only sounds so gets up to half of the places.
        numbers = dict.fromkeys([*written[: max(limit - len(others), limit - limit // 2)], *others])
        return [self._text(number) for number in [*numbers][:limit]]

    def _text(self, number: int) -> str:
        begin, end = self._bounds[number : number + 2]
        return self._content[begin:end].tobytes().decode()

    def _sound(self, typed: str) -> str:
        """What was typed in pinyin."""
        pieces = filter(None, runs(typed[:_SPELLED]))
        return "".join(self._lexicon.spelled(run) if is_han(run) else run for run in pieces)

    def _begins_with(self, typed: str) -> Callable[[int], bool]:
        """Whether a text has the Chinese characters with which the typed one begins."""
        first = runs(typed)[0] if runs(typed) else GAP
        if not is_han(first):
            return lambda _number: True
        return lambda number: fold(self._text(number)).startswith(first)


class _Keys:
    """Sorted keys, and the likeliest with a prefix.

    Args:
        name: The name of its arrays.
        arrays: Has them.
    """

    def __init__(self, name: str, arrays: Arrays) -> None:
        self._keys = arrays.whole(f"{name}_keys")
        self._numbers = arrays.whole(f"{name}_numbers")
        self._weights = arrays.whole(f"{name}_weights")

    def best(self, prefix: str, limit: int) -> list[int]:
        """The numbers of the likeliest keys with a prefix; a key that is the prefix comes first."""
        wanted = prefix.encode()[:_KEY]
        if not wanted:
            return []
        # No byte of UTF-8 is 255.
        bounds = np.array([wanted, wanted[:-1] + bytes([wanted[-1] + 1])], self._keys.dtype)
        begin, end = self._keys.searchsorted(bounds).tolist()
        same = int(self._keys[begin:end].searchsorted(bounds[0], "right")) + begin
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


def _table_arrays(
    name: str, texts: Sequence[str], folded: Sequence[str], weights: Sequence[int]
) -> dict[str, NDArray[Any]]:
    """What a table is made of.

    Args:
        name: Its name.
        texts: The texts.
        folded: The same, folded.
        weights: How likely each is, in any unit.
    """
    encoded = [text.encode() for text in texts]
    spelled = [_spelled(text) for text in folded]
    keys = {
        "written": folded,
        "sounds": [full for full, _ in spelled],
        "initials": [initials for _, initials in spelled],
    }
    made = {
        f"{name}_content": np.frombuffer(b"".join(encoded), np.uint8),
        f"{name}_bounds": np.cumsum([0, *map(len, encoded)]),
    }
    for kind, texts_of_kind in keys.items():
        every = np.array([key.encode() for key in texts_of_kind], f"S{_KEY}")
        order = np.argsort(every, kind="stable")
        order = order[every[order] != b""]
        made[f"{name}_{kind}_keys"] = every[order]
        made[f"{name}_{kind}_numbers"] = order.astype(np.int32)
        made[f"{name}_{kind}_weights"] = np.array(weights, np.int64)[order]
    return made


def _folded(texts: Sequence[str]) -> list[str]:
    """Texts folded: in one piece, for each call takes a while."""
    return fold("\n".join(text.replace("\n", " ") for text in texts)).split("\n")


def _spelled(folded: str) -> tuple[str, str]:
    """The beginning of a folded text in pinyin, and by the first letters of its syllables."""
    pieces = [run for run in runs(folded[:_SPELLED]) if run]
    if not any(map(is_han, pieces)):
        return "".join(pieces), ""
    return spelling(tuple(pieces))
