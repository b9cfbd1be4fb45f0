"""Details: what one document has of a term, and its near-duplicates."""

from __future__ import annotations

from itertools import chain
from typing import Any

from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.documents import first_characters, kept, lengths_of, split
from indexer.engines.opensearch.fields import FIELDS_OF, GROUP
from indexer.engines.opensearch.searching import WINDOW, pages
from indexer.engines.opensearch.weighing import Averages
from indexer.query.nodes import Character
from indexer.query.occurrences import Occurrences, occurrences_of


def occurrences(
    cluster: Cluster, index: str, identity: str, node: Any, averages: Averages
) -> Occurrences | None:
    """What a document has of a term of a stream, or of a character; None without a document.

    Args:
        cluster: The cluster.
        index: The name of the index.
        identity: The id of the document.
        node: The term or the character.
        averages: The averages by which the documents are weighed.

    Raises:
        OpenSearchException: The cluster did not answer, or refused.
    """
    fields = FIELDS_OF[node.fieldname]
    found = _find(cluster, index, identity, {"_source": list(averages.lengths)})
    if found is None:
        return None
    source = found["_source"]
    tokens = [split(source[field]) for field in fields]
    if isinstance(node, Character):
        tokens = [first_characters(of_field) for of_field in tokens]
    lengths = lengths_of(source)
    return occurrences_of(
        [of_field.count(kept(node.text)) for of_field in tokens],
        [lengths[field] for field in fields],
        [averages.lengths[field] for field in fields],
    )


def duplicates_of(cluster: Cluster, index: str, identity: str) -> tuple[str, ...]:
    """The ids of the other documents of a document's group, in order.

    Raises:
        OpenSearchException: The cluster did not answer, or refused.
    """
    found = _find(cluster, index, identity, {"_source": False, "docvalue_fields": [GROUP]})
    if found is None:
        return ()
    body: dict[str, Any] = {
        "query": {"bool": {"filter": [{"term": {GROUP: found["fields"][GROUP][0]}}]}},
        "sort": [{"id": "asc"}],
        "size": WINDOW,
        "_source": False,
    }
    hits = chain.from_iterable(pages(cluster, index, body))
    return tuple(hit["_id"] for hit in hits if hit["_id"] != identity)


def _find(cluster: Cluster, index: str, identity: str, wanted: dict[str, Any]) -> Any:
    """A document as searches see it, or None."""
    body = {"query": {"ids": {"values": [identity]}}, "size": 1, **wanted}
    hits = cluster.search(index, body)["hits"]["hits"]
    return hits[0] if hits else None
