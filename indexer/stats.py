"""The size of a collection."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
