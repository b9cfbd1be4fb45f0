"""Filling: changes into an index, weighed by average lengths that are right.

The averages are those of the first documents, or of the generation before. When those of all
documents become others, the documents are weighed again, as long as they are few: what is kept of
each is enough. Many are weighed again by a rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from indexer.analysis import Document
from indexer.engines.opensearch.clause import EVERYTHING
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.documents import complete, lengths_of, source_of
from indexer.engines.opensearch.fields import LENGTH
from indexer.engines.opensearch.grouping import Grouping
from indexer.engines.opensearch.holders import Holders
from indexer.engines.opensearch.searching import pages
from indexer.engines.opensearch.state import State
from indexer.engines.opensearch.weighing import Averages, averages_of
from indexer.engines.opensearch.writing import Action, write

_FIRST = 1000  # documents whose averages are taken when no others are known
_FEW = 100_000  # documents that are weighed again beside a change
_TOLERATED = 0.1  # part by which averages of so many may differ until then; of fewer, less
_LEAST_TOLERATED = 0.01
_TOGETHER = 1000  # documents that are weighed again, or grouped

Changes = Iterable[tuple[str, Document | None]]


class Filling:
    """The documents of an index, as they are written.

    Args:
        cluster: The cluster.
        index: The name of the index.
        state: Knows the averages.

    Raises:
        OpenSearchException: The cluster did not answer, or refused; from every method, too.
    """

    def __init__(self, cluster: Cluster, index: str, state: State) -> None:
        self._cluster = cluster
        self._index = index
        self._state = state

    def apply(self, changes: Changes, cursor: int) -> None:
        """Write changes, so that a new search sees them.

        Args:
            changes: As of `Engine.apply`.
            cursor: The version of what is taken out.

        Raises:
            GenerationError: A document was refused, or the cluster was too busy for too long.
        """
        averages = self._state.averages(self._index)
        if averages is None:
            averages, changes = _first_averages(changes)
            self._state.settle(self._index, averages)
        holders = Holders(self._cluster, self._index, self._state.cursor(self._index))
        actions = _actions(changes, cursor, averages, Grouping(holders))
        write(self._cluster, self._index, actions)
        self._refresh()
        count, now = self.averages()
        tolerated = max(_LEAST_TOLERATED, _TOLERATED * count / _FEW)
        if count <= _FEW and now.difference(averages) > tolerated:
            self._weigh_again(now)

    def averages(self) -> tuple[int, Averages]:
        """How many documents there are, and their averages."""
        body = {
            "size": 0,
            "track_total_hits": True,
            "aggs": {field: {"avg": {"field": name}} for field, name in LENGTH.items()},
        }
        answer = self._cluster.client.search(body=body, index=self._index)
        found = answer["aggregations"]
        averages = Averages({field: found[field]["value"] or 0.0 for field in LENGTH})
        return answer["hits"]["total"]["value"], averages

    def _weigh_again(self, averages: Averages) -> None:
        self._state.settle(self._index, averages)
        body: dict[str, Any] = {"query": EVERYTHING, "sort": [{"id": "asc"}], "size": _TOGETHER}
        hits = chain.from_iterable(pages(self._cluster, self._index, body))
        kept = (hit["_source"] for hit in hits)
        actions = (Action(each["id"], each["seq"], complete(each, averages)) for each in kept)
        write(self._cluster, self._index, actions)
        self._refresh()

    def _refresh(self) -> None:
        self._cluster.client.indices.refresh(index=self._index)


def _first_averages(changes: Changes) -> tuple[Averages, Changes]:
    """The averages of the first documents of some changes, and the same changes again."""
    remaining = iter(changes)
    first = list(islice(remaining, _FIRST))
    lengths = [lengths_of(source_of(document, 0)) for _, document in first if document]
    return averages_of(lengths), chain(first, remaining)


def _actions(
    changes: Changes, cursor: int, averages: Averages, grouping: Grouping
) -> Iterator[Action]:
    remaining = iter(changes)
    while together := list(islice(remaining, _TOGETHER)):
        groups = iter(grouping.group(together))
        for identity, document in together:
            if document is None:
                yield Action(identity, cursor, None)
            else:
                source = source_of(document, next(groups))
                yield Action(identity, document.seq, complete(source, averages))
