"""Near-duplicates in a segment: what tells them, and their groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.signature import SIZE
from indexer.arrayfile import Arrays
from indexer.duplicate import Bands, Grouped, bands_of
from indexer.engines.whoosh.integers import Ints, spread
from indexer.engines.whoosh.merging import Part


class Duplicates:
    """The signatures and groups of the documents of a segment; see `indexer.duplicate`.

    Args:
        arrays: The arrays of the segment, of which `duplicate_arrays` makes some.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """The name of each document's group."""
        return self._arrays.whole("groups")

    @cached_property
    def _order(self) -> NDArray[np.int32]:
        return self._arrays.whole("groups/order")

    @property
    def signatures(self) -> NDArray[np.uint8]:
        """The signature of each document: shape (count, `SIZE`)."""
        return self._arrays.whole("signatures").reshape(-1, SIZE)

    def sizes(self, names: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many documents each of these groups has here, deleted ones included."""
        ends = self.groups.searchsorted(names, "right", self._order)
        sizes: NDArray[np.int64] = ends - self.groups.searchsorted(names, sorter=self._order)
        return sizes

    def members(self, names: NDArray[np.int64]) -> Ints:
        """The documents of these groups, deleted ones included."""
        begins = self.groups.searchsorted(names, sorter=self._order)
        return self._order[spread(begins, self.sizes(names))]

    def grouped(self, numbers: NDArray[np.int64], kept: NDArray[np.bool_]) -> Grouped:
        """The documents as `indexer.duplicate.group` takes them.

        Args:
            numbers: Their seqs.
            kept: Which of them stay.
        """
        bands = Bands(self._arrays.whole("bands/keys"), self._arrays.whole("bands/documents"))
        return Grouped(bands, self.signatures, self.groups, numbers, kept)


def duplicate_arrays(
    signatures: NDArray[np.uint8], groups: NDArray[np.int64]
) -> Mapping[str, NDArray[Any]]:
    """The arrays of a segment's `Duplicates`.

    Args:
        signatures: The signature of each document: shape (count, `SIZE`).
        groups: The name of each document's group.
    """
    bands = bands_of(signatures)
    return {
        "signatures": signatures.reshape(-1),
        "groups": groups,
        "groups/order": groups.argsort(kind="stable").astype(np.int32),
        "bands/keys": bands.keys,
        "bands/documents": bands.documents,
    }


def merge_duplicates(parts: Sequence[Part]) -> Mapping[str, NDArray[Any]]:
    """The arrays of several segments' `Duplicates` as those of one.

    Args:
        parts: The segments.
    """
    several = [(Duplicates(part.arrays), part.kept) for part in parts]
    return duplicate_arrays(
        np.concatenate([own.signatures[kept] for own, kept in several]),
        np.concatenate([own.groups[kept] for own, kept in several]),
    )
