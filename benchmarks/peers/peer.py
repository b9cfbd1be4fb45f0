"""What the benchmark wants of an engine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from harness.clock import Timing, timed
from harness.memory import resident
from indexer.analysis import Document
from indexer.analysis.streams import GAP
from speedrun.queries import Query

LIMIT = 10
"""How many hits a search is for."""

FACETS = ("site", "category", "language")
"""What is counted by."""

SNIPPET_LENGTH = 160
"""The characters of a snippet, as the page shows them."""

OPERATIONS = ("ids", "stored", "snippets", "count", "facets")
"""What is measured of a query: the best ten, with their texts, with snippets; how many articles
match; how many of each site, category and language."""

_GAP_TOKEN = "·"  # no article has it as a token, so it ends adjacency


class Searcher(ABC):
    """An engine opened on an index.

    A method that an engine cannot offer is not in `operations` and is never called.

    Attributes:
        operations: Those of `OPERATIONS` it offers.
    """

    operations: frozenset[str] = frozenset(OPERATIONS)

    @abstractmethod
    def prepare(self, query: Query) -> Any:
        """The query in the engine's own form, made outside of what is timed.

        Returns:
            None when the engine has no such queries.
        """

    @abstractmethod
    def ids(self, prepared: Any) -> Any:
        """The ten best hits, as cheaply as the engine gives them."""

    @abstractmethod
    def named(self, hits: Any) -> list[str]:
        """The articles' ids of hits that `ids` gave; not timed."""

    def stored(self, prepared: Any) -> Any:
        """The ten best hits with what is stored of them: URL, title and text."""
        raise NotImplementedError

    def snippets(self, prepared: Any) -> list[str]:
        """Snippets of the ten best hits, with what is stored of them."""
        raise NotImplementedError

    @abstractmethod
    def count(self, prepared: Any) -> int:
        """How many articles match."""

    def facets(self, prepared: Any) -> dict[str, dict[str, int]]:
        """How many of the articles that match have each value of `FACETS`."""
        raise NotImplementedError

    def run(self, operation: str, prepared: Any) -> tuple[Timing, Any]:
        """Do one of `operations` and tell how long it took."""
        method = getattr(self, operation)
        return timed(lambda: method(prepared))

    def replace(self, documents: Sequence[Document], old: Sequence[Document]) -> None:
        """Put documents in the place of those with the same ids, and make them searchable."""
        raise NotImplementedError

    def resident(self) -> int:
        """The bytes in memory now, of the process that the engine is in."""
        return resident()

    def close(self) -> None:  # noqa: B027 - most have nothing to let go of
        """Let go of the index."""


class Peer(ABC):
    """An engine that is compared.

    Attributes:
        name: Its name in tables.
        libraries: The distributions whose versions matter.
        stores_text: Whether a second index, with the texts, is built for snippets.
        updates: Whether documents can be replaced.
        index_of: The engine whose index it searches, if it is not one of its own that is built.
    """

    name: str
    libraries: tuple[str, ...] = ()
    stores_text = False
    updates = True
    index_of: str | None = None

    def missing(self) -> str | None:
        """What this machine lacks for it, in one line; None when nothing."""
        return None

    @abstractmethod
    def build(self, documents: Iterable[Document], folder: Path, *, stored: bool) -> float | None:
        """Index documents; when it returns, they are on disk and can be searched.

        Args:
            documents: The documents, read once.
            folder: Where to, empty.
            stored: Whether to store the texts, too.

        Returns:
            The seconds it took by the engine's own clock, where only that leaves out what is not
            the engine's doing.
        """

    @abstractmethod
    def open(self, folder: Path) -> Searcher:
        """Open what was built.

        Args:
            folder: Holds ``plain``, and ``stored`` when the engine `stores_text`, as `build` left
                them. For `stored` and `snippets` xiaosou also needs ``text``, a whole collection.
        """


def words_text(document: Document) -> str:
    """The words of title and body as one text, separated by spaces."""
    return " ".join([*document.title.words, *document.body.words])


def pairs_text(document: Document) -> str:
    """The pairs of title and body as one text, a token of its own in the place of each gap."""
    stream = [*document.title.pairs, GAP, *document.body.pairs]
    return " ".join(token or _GAP_TOKEN for token in stream)
