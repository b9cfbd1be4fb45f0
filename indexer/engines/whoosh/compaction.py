"""Compaction: which segments a commit merges with what it adds."""

from __future__ import annotations

from collections.abc import Sequence

MOST_MERGED = 32_768
"""The most documents of a segment that merging makes, so that no commit takes long."""

_MOST_DELETED = 1 / 3  # of a segment's documents; beyond, it is written anew
_LARGEST_REWRITTEN = 131_072  # documents


def choose_merged(segments: Sequence[tuple[int, int]], added: int) -> list[int]:
    """Choose segments to be merged with the documents that a commit adds.

    As with binary numbers: a segment is merged when no fewer documents are to be added to it, so
    a document is written about as often as its number doubles, and the number of segments grows
    with the logarithm (J. Bentley and J. Saxe, "Decomposable Searching Problems", 1980). Segments
    beyond `MOST_MERGED` stay as they are until many of their documents are deleted.

    Args:
        segments: Of each segment, how many documents are alive and how many deleted.
        added: The number of new documents.

    Returns:
        The positions of the chosen segments, in order.
    """
    chosen = [
        number
        for number, (alive, deleted) in enumerate(segments)
        if deleted > _MOST_DELETED * (alive + deleted) and alive <= _LARGEST_REWRITTEN
    ]
    total = added + sum(segments[number][0] for number in chosen)
    for number in sorted(range(len(segments)), key=lambda number: segments[number][0]):
        alive = segments[number][0]
        if number in chosen:
            continue
        if alive > total or alive + total > MOST_MERGED:
            break
        chosen.append(number)
        total += alive
    return sorted(chosen)
