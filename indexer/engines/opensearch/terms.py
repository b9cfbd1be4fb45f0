"""Terms: which ones the documents have, and how many documents have each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from whoosh import query

from indexer.engines.opensearch.clause import Dsl
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.fields import ONCE, STREAM_OF

_TOGETHER = 10_000  # terms of one answer when all are wanted
MOST = 65_535
"""The most terms that one answer has: OpenSearch allows no more."""

_PATTERN = 200  # characters of a pattern that are sent; the rest is looked at here
_SPECIAL = re.compile(r"[*?\[]")


class Terms:
    """The terms of an index.

    Args:
        cluster: The cluster.
        index: The name of the index.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index

    def expand(self, node: Any) -> Mapping[str, int]:
        """See `Engine.expand`. Where there are more than `MOST`, the most frequent are kept."""
        values = ONCE[STREAM_OF[node.fieldname]]
        if isinstance(node, query.Prefix):
            return dict(self._beginning(values, node.text))
        if isinstance(node, query.Wildcard):
            found = self._candidates(values, *_pattern(node.text))
            return {term: count for term, count in found if fnmatchcase(term, node.text)}
        start = node.text[: node.prefixlength]
        rest = len(node.text) - len(start)
        least, most = max(rest - node.maxdist, 0), rest + node.maxdist
        found = self._candidates(values, "", f"{_quoted(start)}.{{{least},{most}}}")
        return {t: count for t, count in found if edits(t, node.text, node.maxdist) <= node.maxdist}

    def frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """How many documents have each of some terms of a field."""
        if not terms:
            return []
        filters: dict[str, Dsl] = {
            str(number): {"term": {field: term}} for number, term in enumerate(terms)
        }
        found = self._ask({"filters": {"filters": filters}})["buckets"]
        return [found[str(number)]["doc_count"] for number in range(len(terms))]

    def all_of(self, field: str, after: str | None = None) -> Iterator[tuple[str, int]]:
        """The terms of a field in their order, each with how many documents have it.

        Args:
            field: The field.
            after: The term behind which to begin.
        """
        while True:
            source = {"term": {"terms": {"field": field}}}
            asked: dict[str, Any] = {"size": _TOGETHER, "sources": [source]}
            if after is not None:
                asked["after"] = {"term": after}
            found = self._ask({"composite": asked})
            for bucket in found["buckets"]:
                yield bucket["key"]["term"], bucket["doc_count"]
            if "after_key" not in found:
                return
            after = found["after_key"]["term"]

    def _beginning(self, field: str, start: str) -> Iterator[tuple[str, int]]:
        if start and (same := self.frequencies(field, [start])[0]):
            yield start, same
        for term, count in self.all_of(field, start or None):
            if not term.startswith(start):
                return
            yield term, count

    def _candidates(self, field: str, start: str, pattern: str) -> Iterator[tuple[str, int]]:
        """Terms with a beginning, or else of a pattern."""
        if start:
            yield from self._beginning(field, start)
            return
        asked = {"field": field, "include": pattern, "size": MOST, "shard_size": MOST}
        for bucket in self._ask({"terms": asked})["buckets"]:
            yield bucket["key"], bucket["doc_count"]

    def _ask(self, aggregation: Dsl) -> Any:
        body = {"size": 0, "track_total_hits": False, "aggs": {"terms": aggregation}}
        with self._cluster.reporting():
            answer = self._cluster.search(self._index, body)
        return answer["aggregations"]["terms"]


def _pattern(text: str) -> tuple[str, str]:
    """The beginning of what a pattern of `fnmatch` stands for, and a pattern of Lucene.

    The latter may stand for more.
    """
    special = _SPECIAL.search(text)
    if special is None:
        return text, ""
    if special.start():
        return text[: special.start()], ""
    known = text[:_PATTERN].partition("[")[0]
    pieces = {"*": ".*", "?": "."}
    return "", "".join(pieces.get(c, _quoted(c)) for c in known) + (".*" if known != text else "")


def _quoted(text: str) -> str:
    """A text as it stands for itself in a pattern of Lucene."""
    return "".join(c if c.isalnum() else f"\\{c}" for c in text)


def edits(one: str, other: str, most: int) -> int:
    """The edits that make one word the other (V. Levenshtein, 1966), row by row of their table.

    Args:
        one: A word.
        other: Another.
        most: With more edits than this, it does not matter how many there are.
    """
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row = row, [number]
        for column, other_letter in enumerate(other):
            replaced = above[column] + (letter != other_letter)
            row.append(min(replaced, above[column + 1] + 1, row[column] + 1))
        if min(row) > most:
            return most + 1
    return row[-1]
