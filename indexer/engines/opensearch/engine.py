"""The engine on an index of OpenSearch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from opensearchpy import NotFoundError
from whoosh.query import Query

from indexer.analysis import Document
from indexer.engines.opensearch.clause import EVERYTHING
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.collection import Known
from indexer.engines.opensearch.details import duplicates_of, occurrences
from indexer.engines.opensearch.filling import Filling
from indexer.engines.opensearch.searching import WINDOW, execute, pages
from indexer.engines.opensearch.state import State
from indexer.engines.opensearch.terms import Terms
from indexer.engines.opensearch.translation import Translator
from indexer.query import Found, Request
from indexer.query.occurrences import Occurrences

Answer = TypeVar("Answer")


class OpenSearchEngine:
    """A generation that is an index on a cluster. May be shared by threads.

    Args:
        cluster: The cluster.
        index: The name of the index that is written to.
        alias: The name by which it is searched: that of the index, or what stands for the live one.
    """

    volatile = False

    def __init__(self, cluster: Cluster, index: str, alias: str) -> None:
        self._cluster = cluster
        self._index = index
        self._alias = alias
        self._state = State(cluster)
        self._filling = Filling(cluster, index, self._state)
        self._terms = Terms(cluster, alias)
        self._known = Known(cluster, alias, self._terms)

    @property
    def cursor(self) -> int:
        """See `Engine.cursor`. It is written after the documents, so it never runs ahead."""
        with self._cluster.reporting():
            return self._state.cursor(self._index)

    def apply(self, changes: Iterable[tuple[str, Document | None]], cursor: int) -> None:
        """See `Engine.apply`. Others may see a part of the changes while it runs."""
        with self._cluster.reporting():
            self._filling.apply(changes, cursor)
            self._state.advance(self._index, cursor)

    def find(self, request: Request) -> Found:
        """See `Engine.find`."""

        def ask() -> Found:
            known = self._known.of(request.query, lambda: self.cursor)
            clause = Translator(known).translate(request.query)
            return execute(self._cluster, self._alias, request, clause)

        return self._ask(ask)

    def expand(self, node: Query) -> Mapping[str, int]:
        """See `Engine.expand`. It is right of fewer than `terms.MOST` terms."""
        return self._ask(lambda: self._terms.expand(node))

    def frequencies(self, stream: str, terms: Sequence[str]) -> list[int]:
        """See `Engine.frequencies`."""
        return self._ask(lambda: self._terms.frequencies(stream, terms))

    def occurrences(self, id: str, node: Query) -> Occurrences | None:  # noqa: A002 - as in Article
        """See `Engine.occurrences`. The averages are those by which the documents are weighed."""

        def ask() -> Occurrences | None:
            averages = self._state.averages(self._index)
            if averages is None:  # there were never any documents
                return None
            return occurrences(self._cluster, self._alias, id, node, averages)

        return self._ask(ask)

    def values(self, field: str) -> frozenset[str]:
        """See `Engine.values`."""
        return self._ask(lambda: frozenset(v for v in self._terms.all_of(field) if v))

    def duplicates(self, id: str) -> tuple[str, ...]:  # noqa: A002 - as in Article
        """See `Engine.duplicates`."""
        return self._ask(lambda: duplicates_of(self._cluster, self._alias, id))

    def contents(self) -> Iterator[tuple[str, int]]:
        """See `Engine.contents`."""
        body: dict[str, Any] = {
            "query": EVERYTHING,
            "sort": [{"id": "asc"}],
            "size": WINDOW,
            "stored_fields": "_none_",  # their names stand among their texts
            "docvalue_fields": ["id", "seq"],
        }
        with self._cluster.reporting():
            for hits in pages(self._cluster, self._alias, body):
                for fields in (hit["fields"] for hit in hits):
                    yield fields["id"][0], fields["seq"][0]

    def close(self) -> None:
        """See `Engine.close`; the cluster's connections belong to whoever made them."""

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask, and again when the index that the alias stood for was removed meanwhile."""
        with self._cluster.reporting():
            try:
                return question()
            except NotFoundError:
                return question()
