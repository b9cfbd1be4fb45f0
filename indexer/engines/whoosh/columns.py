"""Columns of a segment: what filters, facets, sorting and identity look at, by document."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.document import FACET_FIELDS
from indexer.arrayfile import Arrays
from indexer.engines.whoosh.integers import Ints, narrowed
from indexer.engines.whoosh.memo import remembered
from indexer.engines.whoosh.merging import Part
from indexer.engines.whoosh.stream import all_keys, join_keys


@dataclass(frozen=True, slots=True)
class FacetColumn:
    """The values of a field, by document number.

    Attributes:
        codes: For each document the position of its value in ``values``.
        values: The distinct values; the empty text stands for none.
    """

    codes: Ints
    values: list[str]

    def holds(self, wanted: frozenset[str]) -> NDArray[np.bool_]:
        """For each document, whether its value is one of the wanted ones."""
        chosen = np.fromiter((value in wanted for value in self.values), bool, len(self.values))
        result: NDArray[np.bool_] = chosen[self.codes]
        return result

    def count(self, documents: Ints) -> Counter[str]:
        """How often each value occurs in these documents; none is not counted."""
        counts = np.bincount(self.codes[documents], minlength=len(self.values))
        return Counter(
            {self.values[n]: int(counts[n]) for n in counts.nonzero()[0] if self.values[n]}
        )


class Columns:
    """The columns of one segment.

    Args:
        arrays: The arrays of the segment, made by `ColumnBuilder` or `merge_columns`.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.facet = remembered(self._facet, None)
        """The values of a facet field."""

    @cached_property
    def ids(self) -> NDArray[np.bytes_]:
        """The ids of the articles."""
        return self._arrays.whole("ids")

    def ids_of(self, documents: Any) -> list[str]:
        """The ids of the articles of these documents: numbers, a slice or a mask."""
        return list(map(bytes.decode, self.ids[documents].tolist()))

    @cached_property
    def id_ranks(self) -> NDArray[np.int32]:
        """The place of each document in the order of ids."""
        return self._arrays.whole("id_ranks")

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The `Document.seq` of each document."""
        return self._arrays.whole("numbers")

    @property
    def published(self) -> NDArray[np.int64]:
        """The dates in microseconds, see `indexer.query.times.time_value`."""
        return self._arrays.whole("published")

    def find(self, ids: Sequence[bytes]) -> Ints:
        """The documents with these ids, in the same order, as far as there are any."""
        wanted = np.array(ids, self.ids.dtype if not ids else None)
        places = self.ids.searchsorted(wanted, sorter=self._order)
        places[places == len(self.ids)] = 0
        found: Ints = self._order[places]
        there: Ints = found[self.ids[found] == wanted]
        return there

    @cached_property
    def _order(self) -> NDArray[np.int32]:
        """The documents in the order of ids."""
        order = np.empty(len(self.ids), np.int32)
        order[self.id_ranks] = np.arange(len(order), dtype=np.int32)
        return order

    def _facet(self, name: str) -> FacetColumn:
        values = [value.decode() for value in all_keys(name, self._arrays)]
        return FacetColumn(self._arrays.whole(f"{name}/codes"), values)


class ColumnBuilder:
    """Collects the columns of documents."""

    def __init__(self) -> None:
        self._ids: list[bytes] = []
        self._numbers = array("q")
        self._published = array("q")
        self._codes = {name: array("i") for name in FACET_FIELDS}
        self._values: dict[str, dict[str, int]] = {name: {} for name in FACET_FIELDS}

    def add(self, identity: str, number: int, published: int, facets: Iterable[str]) -> None:
        """Add the next document.

        Args:
            identity: The id of its article.
            number: Its `Document.seq`.
            published: Its date, see `indexer.query.times.time_value`.
            facets: Its values of `FACET_FIELDS`.
        """
        self._ids.append(identity.encode())
        self._numbers.append(number)
        self._published.append(published)
        for name, value in zip(FACET_FIELDS, facets, strict=True):
            values = self._values[name]
            self._codes[name].append(values.setdefault(value, len(values)))

    def finish(self) -> Mapping[str, NDArray[Any]]:
        """The arrays of the columns."""
        facets = {
            name: FacetColumn(np.array(self._codes[name], np.int32), list(self._values[name]))
            for name in FACET_FIELDS
        }
        return _arrays(
            np.array(self._ids, "S"),
            np.array(self._numbers, np.int64),
            np.array(self._published, np.int64),
            facets,
        )


def merge_columns(parts: Sequence[Part]) -> Mapping[str, NDArray[Any]]:
    """The columns of several segments as those of one; the documents keep their order.

    Args:
        parts: The segments.
    """
    columns = [(Columns(part.arrays), part.kept) for part in parts]
    facets = {}
    for name in FACET_FIELDS:
        values: dict[str, int] = {}
        codes = []
        for column, kept in columns:
            facet = column.facet(name)
            there = [values.setdefault(value, len(values)) for value in facet.values]
            codes.append(np.array(there, np.int32)[facet.codes[kept]])
        facets[name] = FacetColumn(np.concatenate(codes), list(values))
    return _arrays(
        np.concatenate([column.ids[kept] for column, kept in columns]),
        np.concatenate([column.numbers[kept] for column, kept in columns]),
        np.concatenate([column.published[kept] for column, kept in columns]),
        facets,
    )


def _arrays(
    ids: NDArray[np.bytes_],
    numbers: NDArray[np.int64],
    published: NDArray[np.int64],
    facets: Mapping[str, FacetColumn],
) -> Mapping[str, NDArray[Any]]:
    ranks = np.empty(len(ids), np.int32)
    ranks[ids.argsort()] = np.arange(len(ids), dtype=np.int32)
    arrays: dict[str, NDArray[Any]] = {
        "ids": ids,
        "id_ranks": ranks,
        "numbers": numbers,
        "published": published,
    }
    for name, facet in facets.items():
        arrays[f"{name}/codes"] = narrowed(facet.codes)
        for part, array_ in join_keys([value.encode() for value in facet.values]).items():
            arrays[f"{name}/{part}"] = array_
    return arrays
