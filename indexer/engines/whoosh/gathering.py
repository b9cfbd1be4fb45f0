"""Gathering: the documents of a commit, run by run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document
from indexer.analysis.document import FACET_FIELDS
from indexer.engines.whoosh.arrayfile import Arrays, MemoryArrays, map_arrays, write_arrays
from indexer.engines.whoosh.building import StreamBuilder
from indexer.engines.whoosh.columns import ColumnBuilder
from indexer.engines.whoosh.merging import Part
from indexer.engines.whoosh.rows import Row
from indexer.engines.whoosh.schema import row_of
from indexer.query.fields import PAIRS, WORDS
from indexer.query.times import time_value

_RUN = 16_384  # documents whose tokens are in memory at once
_RUN_VERSION = 1


class Gathering:
    """Takes in the documents of a commit, and keeps complete runs of them in files.

    Args:
        folder: An empty folder for the files of runs; they are mapped into memory.

    Attributes:
        rows: For each document the values of its fields that are not text.
    """

    def __init__(self, folder: Path) -> None:
        self.rows: list[Row] = []
        self._folder = folder
        self._runs: list[Arrays] = []
        self._begin()

    def add(self, document: Document) -> None:
        """Take in the next document.

        Raises:
            OSError: A run cannot be written.
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
        self._count += 1
        if self._count == _RUN:
            file = self._folder / f"{len(self._runs)}.run"
            write_arrays(file, _RUN_VERSION, self._finish())
            mapped = map_arrays(file, _RUN_VERSION)
            if mapped is None:
                raise OSError(f"{file} was changed while it was in use")
            self._runs.append(mapped)
            self._begin()

    def parts(self) -> list[Part]:
        """All documents, as segments to be merged. No more can be added."""
        if self._count:
            self._runs.append(MemoryArrays(self._finish()))
        return [Part(run, np.ones(len(run.whole("ids")), bool)) for run in self._runs]

    def _begin(self) -> None:
        self._count = 0
        self._columns = ColumnBuilder()
        self._words = StreamBuilder(WORDS, positions=False)
        self._pairs = StreamBuilder(PAIRS, positions=True)

    def _finish(self) -> Mapping[str, NDArray[Any]]:
        return {**self._words.finish(), **self._pairs.finish(), **self._columns.finish()}
