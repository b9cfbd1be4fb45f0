"""Tokens as numbers of a vocabulary: what an engine takes in faster than as many texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import overload

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.streams import GAP


@dataclass(slots=True, eq=False)
class Vocabulary:
    """Distinct tokens; it only grows.

    Attributes:
        tokens: The tokens by their numbers; 0 is the gap.
    """

    tokens: list[str] = field(default_factory=lambda: [GAP])


class Tokens(Sequence[str]):
    """The tokens of a stream of a text.

    Args:
        vocabulary: A vocabulary.
        numbers: The tokens in their order, as numbers of it.

    Attributes:
        vocabulary: The same.
        numbers: The same.
    """

    __slots__ = ("numbers", "vocabulary")

    def __init__(self, vocabulary: Vocabulary, numbers: NDArray[np.int32]) -> None:
        self.vocabulary = vocabulary
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Tokens: ...

    def __getitem__(self, place: int | slice) -> str | Tokens:
        """The token at a place, or those of a slice."""
        if isinstance(place, slice):
            return Tokens(self.vocabulary, self.numbers[place])
        return self.vocabulary.tokens[int(self.numbers[place])]

    def __iter__(self) -> Iterator[str]:
        return map(self.vocabulary.tokens.__getitem__, self.numbers.tolist())
