"""Grouping: near-duplicates among documents that are written, by those on the cluster.

Documents come a few at a time, as commits of so many would be grouped (`indexer.duplicate`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document
from indexer.analysis.signature import stack
from indexer.duplicate import Bands, Grouped, bands_of, group
from indexer.engines.opensearch.documents import signatures_of
from indexer.engines.opensearch.fields import GROUP, SIGNATURE
from indexer.engines.opensearch.holders import Holders


class Grouping:
    """The groups of documents, as they are written.

    Args:
        holders: The documents that are there before.
    """

    def __init__(self, holders: Holders) -> None:
        self._holders = holders
        self._written: list[Grouped] = []

    def group(self, changes: Sequence[tuple[str, Document | None]]) -> list[int]:
        """The name of the group of each document.

        Args:
            changes: As of `Engine.apply`, those that come next.

        Raises:
            OpenSearchException: The cluster did not answer, or refused.
        """
        self._holders.leave_out(identity for identity, _ in changes)
        documents = [document for _, document in changes if document]
        numbers = np.array([document.seq for document in documents], np.int64)
        signatures = stack(document.signature for document in documents)
        bands = bands_of(signatures)
        groups = group(signatures, numbers, [self._candidates(bands), *self._written])
        self._written.append(_grouped(bands, signatures, groups, numbers))
        names: list[int] = groups.tolist()
        return names

    def _candidates(self, bands: Bands) -> Grouped:
        """The earliest documents on the cluster with each band."""
        hits = self._holders.earliest(set(np.unique(bands.keys).tolist()))
        numbers, names = (
            np.array([hit[field][0] for hit in hits], np.int64) for field in ("seq", GROUP)
        )
        signatures = signatures_of([hit[SIGNATURE][0] for hit in hits])
        return _grouped(bands_of(signatures), signatures, names, numbers)


def _grouped(
    bands: Bands,
    signatures: NDArray[np.uint8],
    groups: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> Grouped:
    return Grouped(bands, signatures, groups, numbers, np.ones(len(numbers), bool))
