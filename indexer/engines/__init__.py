"""Engines: what keeps the documents and finds them.

All of them stand behind `Engine` and pass one contract suite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from whoosh.query import FuzzyTerm, Prefix, Query, Term, Wildcard

from indexer.analysis import Document
from indexer.errors import SettingsError
from indexer.query import Found, Request
from indexer.query.nodes import Character
from indexer.query.occurrences import Occurrences


class Engine(Protocol):
    """One generation of the index. May be shared by threads.

    Attributes:
        volatile: Whether the documents are gone with the object, so that whoever opens it has
            to fill it from the store.
    """

    volatile: bool

    @property
    def cursor(self) -> int:
        """The place in the store's order of changes up to which the documents follow it."""

    def apply(self, changes: Iterable[tuple[str, Document | None]], cursor: int) -> None:
        """Follow the store: put in, replace and take out documents as one step.

        When it returns, every new search sees the changes, in other processes too; when it
        raises or the process dies, the cursor stays and the same changes may come again.

        Args:
            changes: An article's id and its document, or None where it was deleted; no id twice.
                Read once, in bounded memory.
            cursor: The new cursor.

        Raises:
            GenerationError: The documents cannot be written.
        """

    def find(self, request: Request) -> Found:
        """Execute a search on the documents as they are now.

        Raises:
            GenerationError: The documents cannot be read.
        """

    def expand(self, node: Prefix | Wildcard | FuzzyTerm) -> Mapping[str, int]:
        """The terms that a node on a stream stands for, and how many documents have each.

        Raises:
            GenerationError: The documents cannot be read.
        """

    def frequencies(self, stream: str, terms: Sequence[str]) -> list[int]:
        """How many documents have each of some terms of a stream.

        Raises:
            GenerationError: The documents cannot be read.
        """

    def occurrences(self, id: str, node: Term | Character) -> Occurrences | None:  # noqa: A002
        """How often a document has a term of a stream, or a character, and how long it is.

        Args:
            id: The id of the document's article.
            node: The term or the character.

        Returns:
            The occurrences in title and body; None when there is no such document.

        Raises:
            GenerationError: The documents cannot be read.
        """

    def values(self, field: str) -> frozenset[str]:
        """The values that documents have in one of `FACET_FIELDS`, none left out.

        Raises:
            GenerationError: The documents cannot be read.
        """

    def duplicates(self, id: str) -> tuple[str, ...]:  # noqa: A002 - as in Article
        """The ids of the other documents of a document's group of near-duplicates, in order.

        There are none when there is no such document. See `indexer.duplicate`.

        Raises:
            GenerationError: The documents cannot be read.
        """

    def contents(self) -> Iterator[tuple[str, int]]:
        """The id and `Document.seq` of every document, in no order."""

    def close(self) -> None:
        """Let go of files and memory."""


def count_matches(engine: Engine, node: Query) -> int:
    """How many documents match a tree.

    Raises:
        GenerationError: The documents cannot be read.
    """
    return engine.find(Request(node, {}, (), sort="relevance", limit=0, offset=0)).total


ENGINES = ("whoosh", "memory")
"""The engines by name; another one goes by the address of a cluster."""


def open_engine(name: str, folder: Path) -> Engine:
    """Open the engine of this name on a folder, empty at first.

    Raises:
        SettingsError: There is no such engine.
        GenerationError: The folder cannot be read or holds something else.
    """
    if name == "whoosh":
        from indexer.engines.whoosh import WhooshEngine

        return WhooshEngine(folder)
    if name == "memory":
        from indexer.engines.memory import MemoryEngine

        return MemoryEngine()
    # An address that was mistyped may have a password in it.
    shown = name.partition(":")[0]
    raise SettingsError(
        f"there is no engine {shown!r}: choose one of {', '.join(ENGINES)}, "
        "or give the address of a cluster, opensearch://host:9200"
    )
