"""An audit: what an index should have by its store, and what it has."""

from __future__ import annotations

from indexer.generation import Generation
from indexer.store import Store


def audit(store: Store, live: Generation, fingerprint: str, digest: str) -> list[str]:
    """Compare the live generation with the store, and the store with itself.

    Args:
        store: The article store.
        live: The live generation.
        fingerprint: The analysis in use.
        digest: The user's dictionary in use.

    Returns:
        What is wrong, a line each; nothing when all is well.

    Raises:
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    problems = store.verify()
    if live.fingerprint != fingerprint:
        problems.append("the index was built by another analysis: run xiaosou index --rebuild")
    if live.own_words.get().digest != digest:
        problems.append("the dictionary has changed since it was indexed by: run xiaosou index")
    cursor = live.engine.cursor
    last = store.last_seq()
    indexed: dict[str, int | None] = {}
    for identity, seq in live.engine.contents():
        if identity in indexed:
            problems.append(f"indexed twice: {identity}")
        indexed[identity] = seq
    for change in store.all_changes(0, last):
        indexed_seq = indexed.pop(change.id, None)
        if change.seq > cursor:
            continue  # late, not wrong
        if change.article is None:
            if indexed_seq is not None:
                problems.append(f"deleted but still indexed: {change.url}")
        elif indexed_seq is None:
            problems.append(f"not indexed: {change.url}")
        elif indexed_seq != change.seq:
            problems.append(f"indexed as it was before it changed: {change.url}")
    problems += [f"indexed but not stored: {identity}" for identity in indexed]
    if last > cursor:
        problems.append(f"{last - cursor} changes are not indexed yet: run xiaosou index")
    return problems
