"""What has to be known of the documents before a query is translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from whoosh import query

from indexer.engines.opensearch.clause import Dsl, any_query
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.documents import kept, split
from indexer.engines.opensearch.fields import CHARACTERS, FIELDS_OF
from indexer.engines.opensearch.order import IsThere, is_near
from indexer.engines.opensearch.searching import WINDOW, pages
from indexer.engines.opensearch.terms import Terms
from indexer.engines.opensearch.translation import Translator
from indexer.query.nodes import Character


class Known:
    """Counts of characters, remembered as long as the documents stay. May be shared by threads.

    Args:
        cluster: The cluster.
        index: The name of the index.
        terms: The terms of the same index.
    """

    def __init__(self, cluster: Cluster, index: str, terms: Terms) -> None:
        self._cluster = cluster
        self._index = index
        self._terms = terms
        self._counts: tuple[int, int, dict[str, int]] = (-1, 0, {})

    def of(self, tree: query.Query, state: Callable[[], int]) -> Documents:
        """What a tree asks to be known.

        Args:
            tree: The tree.
            state: Tells up to where the documents follow the store.
        """
        wanted = {
            leaf.text for leaf in tree.leaves() if isinstance(leaf, Character) and leaf.share < 1
        }
        if not wanted:
            return Documents(self._cluster, self._index, self._terms, 0, {})
        cursor = state()
        known, count, holders = self._counts
        if known != cursor:
            count = self._cluster.client.count(index=self._index)["count"]
            holders = {}
        asked = sorted(wanted - holders.keys())
        found = self._terms.frequencies(CHARACTERS, asked)
        holders = holders | dict(zip(asked, found, strict=True))
        self._counts = cursor, count, holders
        return Documents(self._cluster, self._index, self._terms, count, holders)


class Documents:
    """The documents at one time; a `translation.Collection`.

    Args:
        cluster: The cluster.
        index: The name of the index.
        terms: The terms of the same index.
        count: How many documents there are.
        holders: How many of them have each character.
    """

    def __init__(
        self, cluster: Cluster, index: str, terms: Terms, count: int, holders: Mapping[str, int]
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._count = count
        self._holders = holders
        self.expand = terms.expand

    def is_in_more(self, character: str, share: float) -> bool:
        """See `Collection.is_in_more`."""
        return self._holders[character] > share * self._count

    def near(self, parts: list[query.Query], slop: int) -> frozenset[str]:
        """See `Collection.near`. Documents with two parts at a time are looked at here."""
        fields = FIELDS_OF.get(parts[0].fieldname, (parts[0].fieldname,))
        translator = Translator(self)
        candidates = [_in_pairs(translator, field, parts, slop) for field in fields]
        body: dict[str, Any] = {
            "query": any_query(candidates),
            "sort": [{"id": "asc"}],
            "size": WINDOW // 10,
            "_source": list(fields),
        }
        wanted = [self._is_there(part) for part in parts]
        return frozenset(
            hit["_id"]
            for hits in pages(self._cluster, self._index, body)
            for hit in hits
            if any(is_near(split(text), wanted, slop) for text in hit["_source"].values())
        )

    def _is_there(self, part: Any) -> IsThere:
        text = kept(part.text)
        if isinstance(part, query.Term):
            return text.__eq__
        if isinstance(part, query.Prefix):
            return lambda token: token.startswith(text)
        return self.expand(part).__contains__


def _in_pairs(translator: Translator, field: str, parts: list[query.Query], slop: int) -> Dsl:
    """The documents in a field of which each part has the next one near."""
    pairs = [list(pair) for pair in pairwise(parts)]
    return {"bool": {"filter": [translator.ordered_in(field, pair, slop) for pair in pairs]}}
