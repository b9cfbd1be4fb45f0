"""Holders: the earliest documents on the cluster that have each band of a signature.

Some bands are in thousands of documents. Who has those first is asked once and remembered.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

from indexer.duplicate import EARLIEST, bands_of
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
        self._known: dict[int, list[Hit]] = {}  # the earliest, of bands that enough have

    def leave_out(self, ids: Iterable[str]) -> None:
        """Count documents no longer; they can still be found on the cluster."""
        self._left_out.update(ids)

    def earliest(self, keys: set[int]) -> list[Hit]:
        """The `EARLIEST` first documents with each of some bands, or all there are.

        Raises:
            OpenSearchException: The cluster did not answer, or refused.
        """
        remembered = {key: self._counting(self._known.get(key, ())) for key in keys}
        known = _with_enough(remembered)
        asked = self._ask(keys - known.keys())
        self._known |= _with_enough(asked)
        hits = chain.from_iterable((*known.values(), *asked.values()))
        return list({_id_of(hit): hit for hit in hits}.values())

    def _ask(self, keys: set[int]) -> dict[int, list[Hit]]:
        """The first documents with each band, by their seqs."""
        holders: dict[int, list[Hit]] = {key: [] for key in keys}
        after = -1
        while keys and after < self._cursor:
            found = self._search(keys, after)
            hits = self._counting(found)
            bands = bands_of(signatures_of([hit[SIGNATURE][0] for hit in hits]))
            for key, place in zip(bands.keys.tolist(), bands.documents.tolist(), strict=True):
                if key in keys and len(holders[key]) < EARLIEST:
                    holders[key].append(hits[place])
            if len(found) < _TOGETHER:
                break
            after = found[-1]["seq"][0]
            # Of texts that are there many times, the same bands would be found again and again.
            keys = {key for key in keys if len(holders[key]) < EARLIEST}
        return holders

    def _counting(self, hits: Iterable[Hit]) -> list[Hit]:
        return [hit for hit in hits if _id_of(hit) not in self._left_out]

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


def _with_enough(holders: dict[int, list[Hit]]) -> dict[int, list[Hit]]:
    return {key: hits for key, hits in holders.items() if len(hits) == EARLIEST}
