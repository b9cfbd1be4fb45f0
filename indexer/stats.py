"""The size of a collection."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.generation import Generation
from indexer.store import Store


@dataclass(frozen=True, slots=True)
class Stats:
    """The size of a collection.

    Attributes:
        articles: How many articles the store has.
        indexed: How many documents the live generation has.
        generation: The name of the live generation.
        location: Where that is: a folder, or an address.
        index_bytes: Its size.
        behind: How many changes of the store are not indexed yet.
    """

    articles: int
    indexed: int
    generation: str
    location: str
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
        generation=live.name,
        location=live.location,
        index_bytes=live.size(),
        behind=store.last_seq() - live.engine.cursor,
    )
