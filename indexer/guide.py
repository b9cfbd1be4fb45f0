"""The guide: what helps to ask, made of the words of a collection when it is first needed."""

from __future__ import annotations

from indexer.correction import Corrector
from indexer.errors import ParameterError
from indexer.generation import Generation
from indexer.lexicon import Lexicon
from indexer.renewal import Renewed
from indexer.store import Store
from indexer.suggest import MAX_LIMIT, Suggestion, Suggestions


class Guide:
    """Suggestions and corrections for a collection. May be shared by threads.

    Args:
        store: The article store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lexicon: Renewed[Lexicon] = Renewed()
        self._suggestions: Renewed[Suggestions] = Renewed()

    def corrector(self, live: Generation) -> Corrector:
        """What corrects queries by the words of a generation."""
        return Corrector(live.engine, lambda: self._lexicon_of(live))

    def suggest(self, live: Generation, text: str, limit: int) -> list[Suggestion]:
        """See `Index.suggest`."""
        if not 0 <= limit <= MAX_LIMIT:
            raise ParameterError(f"limit is 0 to {MAX_LIMIT}, not {limit}")
        suggestions = self._suggestions.get(
            (live.name, live.engine.cursor),
            lambda: Suggestions(self._lexicon_of(live), self._store.titles()),
        )
        return suggestions.suggest(text, limit)

    def _lexicon_of(self, live: Generation) -> Lexicon:
        state = (live.name, live.engine.cursor)
        return self._lexicon.get(state, lambda: Lexicon(live.engine))
