"""What a query may ask of a collection while it is understood: which words and values it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from whoosh.query import FuzzyTerm, Prefix, Wildcard


class Vocabulary(Protocol):
    """The words of a collection."""

    def expand(self, node: Prefix | Wildcard | FuzzyTerm) -> Mapping[str, int]:
        """The terms that a node on a stream stands for, and how many documents have each."""

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """How many documents have each of some words of the words stream."""

    def values(self, field: str) -> frozenset[str]:
        """The values that documents have in one of the fields that are indexed whole."""

    def located(self, part: str) -> frozenset[str]:
        """The ids of the articles that have this in their URL, in any case."""


class NoWords:
    """A vocabulary without words, for queries that are understood without an index."""

    def expand(self, node: Prefix | Wildcard | FuzzyTerm) -> Mapping[str, int]:  # noqa: ARG002 - part of the protocol
        """See `Vocabulary.expand`."""
        return {}

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """See `Vocabulary.frequencies`."""
        return [0] * len(words)

    def values(self, field: str) -> frozenset[str]:  # noqa: ARG002 - part of the protocol
        """See `Vocabulary.values`."""
        return frozenset()

    def located(self, part: str) -> frozenset[str]:  # noqa: ARG002 - part of the protocol
        """See `Vocabulary.located`."""
        return frozenset()
