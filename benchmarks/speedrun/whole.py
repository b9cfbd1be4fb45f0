"""Whole searches, from a typed text to ten hits with snippets."""

from __future__ import annotations

import os
from typing import Any, Protocol
from unittest.mock import patch

from indexer import Index
from speedrun.workspace import Workspace

ONE_LANGUAGE = "xiaosou in one language"
"""`Index.search` without translation and with near-duplicates apart, as Tantivy is asked."""

PEERS = {"xiaosou": "xiaosou", ONE_LANGUAGE: "xiaosou", "tantivy": "tantivy"}
"""What is measured so, and the peer whose index it searches."""


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

    def __init__(self, index: Index) -> None:
        self._index = index

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
    """The whole search of a name of `PEERS`; its library is imported now, and only its own."""
    if name == "tantivy":
        from peers.tantivy_whole import TantivyWhole

        return TantivyWhole(workspace)
    if name == ONE_LANGUAGE:
        with patch.dict(os.environ, XIAOSOU_TRANSLATION="0", XIAOSOU_COLLAPSE="false"):
            return XiaosouWhole(Index.open(workspace.collection))
    return XiaosouWhole(Index.open(workspace.collection))
