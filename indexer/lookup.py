"""Lookup: what queries ask of a collection while they are understood."""

from __future__ import annotations

from whoosh.query import Term

from indexer.engines import Engine, count_matches
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

    def holders(self, word: str) -> int:
        """See `Vocabulary.holders`."""
        return count_matches(self._engine, Term(WORDS, word))

    def located(self, part: str) -> frozenset[str]:
        """See `Vocabulary.located`."""
        return self._store.ids_located(part)
