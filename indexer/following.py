"""Following: the index after the store, change by change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from indexer.analysis import Analysis, documents_of, processes_for
from indexer.article import Article
from indexer.generation import Generation
from indexer.progress import Report
from indexer.store import Store

_INDEXED_TOGETHER = 65_536  # changes in one commit of the engine


def follow(store: Store, generation: Generation, analysis: Analysis, report: Report) -> int:
    """Index every change since the generation's cursor, in bounded memory.

    Args:
        store: What to follow.
        generation: What follows it.
        analysis: The analysis the generation is built by.
        report: Told about the progress.

    Returns:
        How many articles changed.

    Raises:
        GenerationError: The index cannot be written.
        StoreError: The store cannot be read.
    """
    engine = generation.engine
    first = cursor = engine.cursor
    last = store.last_seq()
    indexed = 0

    def changes(bound: int) -> Iterator[tuple[str, int, Article | None]]:
        # An article that changes meanwhile moves beyond the bound: no id comes twice.
        nonlocal indexed
        for change in store.all_changes(cursor, bound):
            yield change.id, change.seq, change.article
            indexed += 1
            report("indexed", change.seq - first, last - first)

    while cursor < last:
        bound = min(cursor + _INDEXED_TOGETHER, last)
        processes = processes_for(bound - cursor)
        with closing(documents_of(changes(bound), analysis, processes)) as documents:
            engine.apply(documents, bound)
        cursor = bound
    return indexed
