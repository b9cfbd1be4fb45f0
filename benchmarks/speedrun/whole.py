"""Whole searches, from a typed text to ten hits with snippets."""

from __future__ import annotations

from typing import Any, Protocol

from indexer import Index
from speedrun.workspace import Workspace

NAMES = ("xiaosou", "tantivy")
"""The engines that are measured so."""


class WholeSearch(Protocol):
    """Answers a text with ten hits and their snippets."""

    def search(self, text: str) -> Any:
        """Search; what is timed."""

    def total(self, text: str) -> int:
        """How many articles match."""

    def ids(self, answer: Any) -> list[str]:
        """The articles' ids of an answer; not timed."""


class XiaosouWhole:
    """`Index.search`, which also counts all matches."""

    def __init__(self, workspace: Workspace) -> None:
        self._index = Index.open(workspace.collection)

    def search(self, text: str) -> Any:
        """See `WholeSearch.search`."""
        return self._index.search(text)

    def total(self, text: str) -> int:
        """See `WholeSearch.total`."""
        return self._index.search(text, limit=0).total

    def ids(self, answer: Any) -> list[str]:
        """See `WholeSearch.ids`."""
        return [hit.article.id for hit in answer]


def load_whole(name: str, workspace: Workspace) -> WholeSearch:
    """The whole search through an engine; its library is imported now, and only its own."""
    if name == "tantivy":
        from peers.tantivy_whole import TantivyWhole

        return TantivyWhole(workspace)
    return XiaosouWhole(workspace)
