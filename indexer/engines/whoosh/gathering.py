"""Gathering: the documents of a commit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document
from indexer.analysis.document import FACET_FIELDS
from indexer.analysis.signature import stack
from indexer.engines.whoosh.building import StreamBuilder
from indexer.engines.whoosh.columns import ColumnBuilder
from indexer.engines.whoosh.schema import row_of
from indexer.query.fields import PAIRS, WORDS
from indexer.query.times import time_value


class Gathering:
    """Takes in the documents of a commit.

    Args:
        folder: An empty folder for what is too much for memory.

    Attributes:
        rows: For each document the values of its fields that are not text, but for the group.
    """

    def __init__(self, folder: Path) -> None:
        self.rows: list[dict[str, Any]] = []
        self._columns = ColumnBuilder()
        self._words = StreamBuilder(WORDS, positions=False, file=folder / WORDS)
        self._pairs = StreamBuilder(PAIRS, positions=True, file=folder / PAIRS)

    def add(self, document: Document) -> None:
        """Take in the next document.

        Raises:
            OSError: The folder cannot be written.
        """
        self.rows.append(row_of(document))
        self._words.add(document.title.words, document.body.words)
        self._pairs.add(document.title.pairs, document.body.pairs)
        self._columns.add(
            document.id,
            document.seq,
            time_value(document.published),
            [getattr(document, name) for name in FACET_FIELDS],
        )

    def signatures(self) -> NDArray[np.uint8]:
        """The signatures of all documents: shape (count, `SIZE`)."""
        return stack(row["signature"] for row in self.rows)

    def finish(self) -> Mapping[str, NDArray[Any]]:
        """All documents as the arrays of a segment, but for groups. No more can be added.

        Raises:
            OSError: The folder cannot be read.
        """
        return {**self._words.finish(), **self._pairs.finish(), **self._columns.finish()}
