"""Columns of a segment as arrays: what filters, facets and sorting look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.postings import Ints


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of a field, by document number.

    Attributes:
        codes: For each document the position of its value in ``values``.
        values: The distinct values; the empty text stands for none.
    """

    codes: NDArray[np.int32]
    values: list[str]

    def holds(self, wanted: frozenset[str], documents: Ints) -> NDArray[np.bool_]:
        """For each of these documents, whether its value is one of the wanted ones."""
        chosen = np.fromiter((value in wanted for value in self.values), bool, len(self.values))
        result: NDArray[np.bool_] = chosen[self.codes[documents]]
        return result

    def count(self, documents: Ints) -> Counter[str]:
        """How often each value occurs in these documents; none is not counted."""
        counts = np.bincount(self.codes[documents], minlength=len(self.values))
        return Counter(
            {value: int(n) for value, n in zip(self.values, counts, strict=True) if n and value}
        )


class SegmentColumns:
    """The columns of one segment, decoded when first asked for.

    A segment never changes (deletions are kept apart from it), so these can outlive the reader
    they were made with; the reader is passed in by whoever asks.
    """

    def __init__(self) -> None:
        self._facets: dict[str, FacetColumn] = {}
        self._published: NDArray[np.int64] | None = None

    def facet(self, name: str, reader: Any) -> FacetColumn:
        """The values of a facet field."""
        if name not in self._facets:
            codes: dict[bytes, int] = {}
            column = _read(reader, name)
            numbers = np.fromiter(
                (codes.setdefault(value, len(codes)) for value in column), np.int32
            )
            self._facets[name] = FacetColumn(numbers, [value.decode() for value in codes])
        return self._facets[name]

    def published(self, reader: Any) -> NDArray[np.int64]:
        """The dates in microseconds, `schema.UNDATED` where there is none."""
        if self._published is None:
            self._published = np.fromiter(_read(reader, "published"), np.int64)
        return self._published


def _read(reader: Any, name: str) -> Iterator[Any]:
    column = reader.column_reader(name, translate=False)
    return (column[number] for number in range(reader.doc_count_all()))
