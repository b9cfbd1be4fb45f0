"""The streams of many texts at once, as numbers of two growing vocabularies."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress, islice

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.streams import GAP, is_han

_CHARACTER = 21  # bits
_SECOND = (1 << _CHARACTER) - 1


@dataclass(frozen=True, slots=True)
class Numbered:
    """A stream of many texts.

    Attributes:
        added: Tokens that are new in the vocabulary; the first has the next number that is free.
        numbers: The tokens of all texts, by their numbers; 0 is the gap.
        extents: How many of them each text has.
    """

    added: list[str]
    numbers: NDArray[np.int32]
    extents: NDArray[np.int32]


class Numbers(dict[str, int]):
    """A number for each token, given as they come; 0 is the gap."""

    def __init__(self) -> None:
        super().__init__({GAP: 0})

    def __missing__(self, token: str) -> int:
        number = self[token] = len(self)
        return number

    def since(self, number: int) -> list[str]:
        """The tokens that have this number and those after it."""
        return list(islice(reversed(self), len(self) - number))[::-1]


class WordNumbering:
    """Numbers the words of texts."""

    def __init__(self) -> None:
        self._numbers = Numbers()

    def number(self, texts: Iterable[Sequence[str]]) -> Numbered:
        """Number words.

        Args:
            texts: The words of each text.
        """
        known = len(self._numbers)
        numbers, extents = array("i"), array("i")
        for words in texts:
            numbers.extend(map(self._numbers.__getitem__, words))
            extents.append(len(words))
        added = self._numbers.since(known)
        return Numbered(added, np.array(numbers, np.int32), np.array(extents, np.int32))


class PairNumbering:
    """Numbers the pairs of texts, which it makes of their runs as `streams.pairs_of` does.

    Pairs are told apart by the codes of their characters, all texts side by side, so that a text is
    made of a pair only when it is new.
    """

    def __init__(self) -> None:
        self._numbers = Numbers()
        self._by_code = _NumbersByCode(self._numbers)

    def number(self, texts: Sequence[Sequence[str]]) -> Numbered:
        """Number pairs.

        Args:
            texts: The runs of each text, see `streams.runs`.
        """
        known = len(self._numbers)
        runs = [run for text in texts for run in text]
        run_counts = np.fromiter(map(len, texts), np.int64, len(texts))
        lengths = np.fromiter(map(len, runs), np.int64, len(runs))
        han = np.fromiter(map(is_han, runs), bool, len(runs))
        gaps = lengths == 0
        counts = np.where(han, lengths, ~gaps | _kept_gaps(gaps, run_counts))
        ends = np.cumsum(counts)
        numbers = np.zeros(counts.sum(), np.int32)
        others = ~han & ~gaps
        numbers[(ends - counts)[others]] = [self._numbers[run] for run in compress(runs, others)]
        codes, inverse = np.unique(_codes(runs, lengths, han), return_inverse=True)
        by_code = np.fromiter(map(self._by_code.__getitem__, codes.tolist()), np.int32, len(codes))
        numbers[np.repeat(han, counts)] = by_code[inverse]
        text_ends = np.concatenate([[0], ends])[np.cumsum(run_counts)]
        extents = np.diff(text_ends, prepend=0).astype(np.int32)
        return Numbered(self._numbers.since(known), numbers, extents)


class _NumbersByCode(dict[int, int]):
    """The numbers of pairs by the codes of both characters; of a last one the second is 0."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, code: int) -> int:
        second = code & _SECOND
        token = chr(code >> _CHARACTER) + (chr(second) if second else "")
        number = self[code] = self._numbers[token]
        return number


def _kept_gaps(gaps: NDArray[np.bool_], run_counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which runs are gaps with another run before them in their text."""
    kept = gaps.copy()
    kept[1:] &= ~gaps[:-1]
    kept[(np.cumsum(run_counts) - run_counts)[run_counts > 0]] = False
    return kept


def _codes(
    runs: Sequence[str], lengths: NDArray[np.int64], han: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The codes of all pairs, those of the last characters of runs included."""
    characters = np.frombuffer("".join(compress(runs, han)).encode("utf-32-le"), np.uint32)
    seconds = np.zeros_like(characters)
    seconds[:-1] = characters[1:]
    seconds[np.cumsum(lengths[han]) - 1] = 0
    return characters.astype(np.int64) << _CHARACTER | seconds
