"""Lookup: what queries ask of a collection while they are understood."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.engines import Engine
from indexer.query.fields import WORDS
from indexer.store import Store


class Lookup:
    """The words of the index and the addresses in the store; a `Vocabulary`.

    Args:
        engine: Knows the words and values.
        store: Knows the addresses.
    """

    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine = engine
        self._store = store
        self.expand = engine.expand
        self.values = engine.values

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """See `Vocabulary.frequencies`."""
        return self._engine.frequencies(WORDS, words)

    def located(self, part: str) -> frozenset[str]:
        """See `Vocabulary.located`."""
        return self._store.ids_located(part)
