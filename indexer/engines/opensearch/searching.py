"""Searching: a request as OpenSearch is asked it, and its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from opensearchpy import OpenSearchException

from indexer.engines.opensearch.clause import Clause, Dsl
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.fields import GROUP
from indexer.query import Found, Match, Request
from indexer.query.request import FACET_SIZE

WINDOW = 10_000
"""Documents that OpenSearch sorts for one answer (``index.max_result_window``)."""

_KEPT = "1m"  # how long the state of the index is kept for the next page
_FACET_CANDIDATES = 10_000  # values that each shard counts, so that the sums are right
_SEARCH_TYPE = "dfs_query_then_fetch"  # scores by the statistics of all shards
_ORDERS: Mapping[str, list[Dsl]] = {
    "relevance": [{"_score": "desc"}, {"id": "asc"}],
    "newest": [{"published": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
    "oldest": [{"published": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
}


def execute(cluster: Cluster, index: str, request: Request, clause: Clause) -> Found:
    """Ask for what a request asks for.

    Args:
        cluster: The cluster.
        index: The name of the index.
        request: The request.
        clause: Its query, translated.

    Raises:
        OpenSearchException: The cluster did not answer, or refused.
    """
    body = _body(request, clause)
    deep = request.limit > 0 and request.offset + request.limit > WINDOW
    answer = _search(cluster, index, body | {"size": 0} if deep else body)
    total = answer["hits"]["total"]["value"]
    hits = answer["hits"]["hits"]
    if deep:
        hits = _deep(cluster, index, body, request) if request.offset < total else []
    collapsed: Mapping[str, int] = {}
    if request.collapse and 0 < len(hits) < total:
        collapsed = _collapsed(cluster, index, body, hits)
    return Found(
        total=total,
        matches=tuple(
            Match(hit["_id"], hit["_score"] - clause.surplus, collapsed.get(hit["_id"], 0))
            for hit in hits
        ),
        facets={name: _facet(answer["aggregations"][name]) for name in request.facets},
    )


@contextmanager
def frozen(cluster: Cluster, index: str) -> Iterator[Dsl]:
    """An index as it is now (a point in time), to be named in a body."""
    made = cluster.client.create_pit(index=index, params={"keep_alive": _KEPT})
    try:
        yield {"pit": {"id": made["pit_id"], "keep_alive": _KEPT}}
    finally:
        with suppress(OpenSearchException):  # it goes by itself after a while
            cluster.client.delete_pit(body={"pit_id": [made["pit_id"]]})


def pages(cluster: Cluster, index: str, body: Dsl) -> Iterator[list[Any]]:
    """All hits of a body that sorts them, as they are now, `WINDOW` at a time."""
    with frozen(cluster, index) as state:
        after: Dsl = {}
        while True:
            hits = _search(cluster, None, body | state | after)["hits"]["hits"]
            if hits:
                yield hits
            if len(hits) < body["size"]:
                return
            after = {"search_after": hits[-1]["sort"]}


def _body(request: Request, clause: Clause) -> Dsl:
    filters = {name: {"terms": {name: sorted(values)}} for name, values in request.filters.items()}
    # A filter that no facet ignores holds for all of them.
    shared = [query for name, query in filters.items() if name not in request.facets]
    others = {name: query for name, query in filters.items() if name in request.facets}
    query = clause.scoring()
    if shared:
        query = {"bool": {"must": [query], "filter": shared}}
    body: Dsl = {
        "query": query,
        "from": request.offset,
        "size": request.limit,
        "sort": _ORDERS[request.sort],
        "track_scores": True,
        "track_total_hits": True,
        "_source": False,
    }
    if others:
        body["post_filter"] = {"bool": {"filter": list(others.values())}}
    if request.collapse:
        body["collapse"] = {"field": GROUP}
    if request.facets:
        body["aggs"] = {name: _counting(name, others) for name in request.facets}
    return body


def _counting(name: str, filters: Mapping[str, Dsl]) -> Dsl:
    """The aggregation that counts the values of a field, by the filters of the others."""
    values = {
        "field": name,
        "exclude": [""],
        "size": FACET_SIZE,
        "shard_size": _FACET_CANDIDATES,
        "order": [{"_count": "desc"}, {"_key": "asc"}],
    }
    kept = [query for other, query in filters.items() if other != name]
    return {"filter": {"bool": {"filter": kept}}, "aggs": {"values": {"terms": values}}}


def _facet(answer: Any) -> list[tuple[str, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in answer["values"]["buckets"]]


def _collapsed(cluster: Cluster, index: str, body: Dsl, hits: list[Any]) -> dict[str, int]:
    """How many matches collapsed into each hit of a page."""
    names = [_group_of(hit) for hit in hits]
    filters = [body["query"], {"terms": {GROUP: names}}]
    filters += [body["post_filter"]] if "post_filter" in body else []
    counting = {"terms": {"field": GROUP, "size": len(names)}}
    asked = {"query": {"bool": {"filter": filters}}, "size": 0, "aggs": {"groups": counting}}
    found = _search(cluster, index, asked)["aggregations"]["groups"]["buckets"]
    sizes = {bucket["key"]: bucket["doc_count"] for bucket in found}
    # One that was changed meanwhile may be of a group no more.
    return {hit["_id"]: max(sizes.get(_group_of(hit), 1) - 1, 0) for hit in hits}


def _heads(hits: list[Any], seen: set[int]) -> list[Any]:
    """The first hit of each group that was not seen before; it is now."""
    heads = []
    for hit in hits:
        if (name := _group_of(hit)) not in seen:
            seen.add(name)
            heads.append(hit)
    return heads


def _group_of(hit: Any) -> int:
    name: int = hit["fields"][GROUP][0]
    return name


def _deep(cluster: Cluster, index: str, body: Dsl, request: Request) -> list[Any]:
    """The hits of a page that begins or ends beyond the window."""
    wanted = {name: body[name] for name in body if name not in ("aggs", "collapse", "from")}
    wanted |= {"size": WINDOW, "track_total_hits": False, "docvalue_fields": [GROUP]}
    passed, hits = 0, []
    seen: set[int] = set()
    for page in pages(cluster, index, wanted):
        if request.collapse:
            # OpenSearch does not collapse what it continues.
            page = _heads(page, seen)
        first = max(request.offset - passed, 0)
        hits += page[first : request.offset + request.limit - passed]
        passed += len(page)
        if passed >= request.offset + request.limit:
            break
    return hits


def _search(cluster: Cluster, index: str | None, body: Dsl) -> Any:
    return cluster.search(index, body, search_type=_SEARCH_TYPE)
