"""The size of a collection."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer.generation import Generation
from indexer.store import Store


@dataclass(frozen=True, slots=True)
class Stats:
    """The size of a collection.

    Attributes:
        articles: How many articles the store has.
        indexed: How many documents the live generation has.
        generation: The folder of the live generation.
        index_bytes: The size of that folder's files.
        behind: How many changes of the store are not indexed yet.
    """

    articles: int
    indexed: int
    generation: Path
    index_bytes: int
    behind: int


def stats(store: Store, live: Generation) -> Stats:
    """The size of a store and of the live generation of its index.

    Raises:
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    return Stats(
        articles=store.count(),
        indexed=sum(1 for _ in live.engine.contents()),
        generation=live.folder,
        index_bytes=sum(file.stat().st_size for file in live.folder.iterdir()),
        behind=store.last_seq() - live.engine.cursor,
    )
