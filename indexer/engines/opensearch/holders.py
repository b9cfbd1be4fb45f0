"""Holders: the earliest documents on the cluster that have each band of a signature.

Some bands are in thousands of documents. Who has those first is asked once and remembered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from indexer.duplicate import EARLIEST, Bands, bands_of
from indexer.engines.opensearch.clause import Dsl
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.documents import band_value, signatures_of
from indexer.engines.opensearch.fields import BANDS, GROUP, SIGNATURE

_TOGETHER = 5000  # documents of one answer

Hit = dict[str, list[Any]]
"""The values of the `_FIELDS` of a document."""

_FIELDS = ["id", "seq", GROUP, SIGNATURE]


class Holders:
    """The documents of an index as they were before a change, without those it is about.

    Args:
        cluster: The cluster.
        index: The name of the index.
        cursor: Up to which seq its documents count; others were left by a writer that died.
    """

    def __init__(self, cluster: Cluster, index: str, cursor: int) -> None:
        self._cluster = cluster
        self._index = index
        self._cursor = cursor
        self._left_out: set[str] = set()
        self._remembered: dict[str, Hit] = {}
        self._counts: dict[int, int] = {}  # of those, by bands that enough of them have

    def leave_out(self, ids: Iterable[str]) -> None:
        """Count documents no longer; they can still be found on the cluster."""
        for identity in ids:
            self._left_out.add(identity)
            if hit := self._remembered.pop(identity, None):
                for key in _bands_of([hit]).keys.tolist():
                    if key in self._counts:
                        self._counts[key] -= 1

    def earliest(self, keys: set[int]) -> list[Hit]:
        """At least the `EARLIEST` first documents with each of some bands, or all there are.

        Raises:
            OpenSearchException: The cluster did not answer, or refused.
        """
        asked = {key for key in keys if self._counts.get(key, 0) < EARLIEST}
        found: list[Hit] = []
        counts: Counter[int] = Counter()
        for hits in self._pages(asked, counts):
            found += hits
        self._remember(found, {key: n for key, n in counts.items() if n >= EARLIEST})
        return list({_id_of(hit): hit for hit in (*self._remembered.values(), *found)}.values())

    def _pages(self, keys: set[int], counts: Counter[int]) -> Iterator[list[Hit]]:
        """Documents by their seqs, until each band has enough of them.

        Args:
            keys: The bands.
            counts: Filled with how many documents have each.
        """
        after = -1
        while keys and after < self._cursor:
            found = self._search(keys, after)
            hits = [hit for hit in found if _id_of(hit) not in self._left_out]
            counts.update(key for key in _bands_of(hits).keys.tolist() if key in keys)
            yield hits
            if len(found) < _TOGETHER:
                return
            after = found[-1]["seq"][0]
            keys = {key for key in keys if counts[key] < EARLIEST}

    def _remember(self, hits: Sequence[Hit], counts: dict[int, int]) -> None:
        bands = _bands_of(hits)
        which = np.isin(bands.keys, np.array(list(counts), np.uint32))
        chosen = [hits[place] for place in np.unique(bands.documents[which]).tolist()]
        self._remembered |= {_id_of(hit): hit for hit in chosen}
        self._counts |= counts

    def _search(self, keys: set[int], after: int) -> list[Hit]:
        filters: list[Dsl] = [
            {"terms": {BANDS: list(map(band_value, keys))}},
            {"range": {"seq": {"gt": after, "lte": self._cursor}}},
        ]
        body = {
            "query": {"bool": {"filter": filters}},
            "sort": [{"seq": "asc"}],
            "size": _TOGETHER,
            "track_total_hits": False,
            "stored_fields": "_none_",  # their names stand among their texts
            "docvalue_fields": _FIELDS,
        }
        found = self._cluster.search(self._index, body)["hits"]["hits"]
        return [hit["fields"] for hit in found]


def _id_of(hit: Hit) -> str:
    identity: str = hit["id"][0]
    return identity


def _bands_of(hits: Sequence[Hit]) -> Bands:
    return bands_of(signatures_of([hit[SIGNATURE][0] for hit in hits]))
