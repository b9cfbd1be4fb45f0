"""Grouping: near-duplicates among documents that are written, by those on the cluster.

Documents come a few at a time, as commits of so many would be grouped (`indexer.duplicate`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Document
from indexer.analysis.signature import stack
from indexer.duplicate import EARLIEST, Bands, Grouped, bands_of, group
from indexer.engines.opensearch.clause import Dsl
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.documents import band_value, signatures_of
from indexer.engines.opensearch.fields import BANDS, GROUP, SIGNATURE

_TOGETHER = 5000  # documents of one answer


class Grouping:
    """The groups of documents, as they are written.

    Args:
        cluster: The cluster.
        index: The name of the index.
        cursor: Up to which seq its documents count; others were left by a writer that died.
    """

    def __init__(self, cluster: Cluster, index: str, cursor: int) -> None:
        self._cluster = cluster
        self._index = index
        self._cursor = cursor
        self._changed: set[str] = set()  # whose old documents can still be found
        self._written: list[Grouped] = []

    def group(self, changes: Sequence[tuple[str, Document | None]]) -> list[int]:
        """The name of the group of each document.

        Args:
            changes: As of `Engine.apply`, those that come next.

        Raises:
            OpenSearchException: The cluster did not answer, or refused.
        """
        self._changed.update(identity for identity, _ in changes)
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
        hits = list(self._earliest(set(np.unique(bands.keys).tolist())))
        numbers, names = (
            np.array([hit["fields"][field][0] for hit in hits], np.int64)
            for field in ("seq", GROUP)
        )
        signatures = signatures_of([hit["fields"][SIGNATURE][0] for hit in hits])
        return _grouped(bands_of(signatures), signatures, names, numbers)

    def _earliest(self, keys: set[int]) -> Iterator[Any]:
        """Documents by their seqs, until each band has enough of them."""
        holders: Counter[int] = Counter()
        after = -1
        while keys and after < self._cursor:
            found = self._search(keys, after)
            for hit in found:
                if hit["_id"] not in self._changed:
                    holders.update(bands_of(signatures_of(hit["fields"][SIGNATURE])).keys.tolist())
                    yield hit
            if len(found) < _TOGETHER:
                return
            after = found[-1]["fields"]["seq"][0]
            # Of texts that are there many times, the same bands would be found again and again.
            keys = {key for key in keys if holders[key] < EARLIEST}

    def _search(self, keys: set[int], after: int) -> list[Any]:
        filters: list[Dsl] = [
            {"terms": {BANDS: list(map(band_value, keys))}},
            {"range": {"seq": {"gt": after, "lte": self._cursor}}},
        ]
        body = {
            "query": {"bool": {"filter": filters}},
            "sort": [{"seq": "asc"}],
            "size": _TOGETHER,
            "track_total_hits": False,
            "_source": False,
            "docvalue_fields": ["seq", GROUP, SIGNATURE],
        }
        found: list[Any] = self._cluster.search(self._index, body)["hits"]["hits"]
        return found


def _grouped(
    bands: Bands,
    signatures: NDArray[np.uint8],
    groups: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> Grouped:
    return Grouped(bands, signatures, groups, numbers, np.ones(len(numbers), bool))
