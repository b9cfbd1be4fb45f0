"""Terms: which ones the documents have, and how many documents have each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from whoosh import query

from indexer.engines.opensearch.clause import EVERYTHING, Dsl
from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.fields import ONCE, STREAM_OF

MOST = 65_535
"""The most terms that one answer has: OpenSearch allows no more."""

_PATTERN = 200  # characters of a pattern that are sent; the rest is looked at here
_FINER = 4  # times as many parts, when a part of the terms is too large for one answer
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
        text = node.text
        if isinstance(node, query.Prefix):
            if not text:
                return self.all_of(values)
            found = self._matching(values, text, ".*")
            return {term: count for term, count in found.items() if term.startswith(text)}
        if isinstance(node, query.Wildcard):
            found = self._matching(values, *_pattern(text))
            return {term: count for term, count in found.items() if fnmatchcase(term, text)}
        start = text[: node.prefixlength]
        rest = len(text) - len(start)
        least, most = max(rest - node.maxdist, 0), rest + node.maxdist
        found = self._matching(values, start, f".{{{least},{most}}}")
        near = (term for term in found if edits(term, text, node.maxdist) <= node.maxdist)
        return {term: found[term] for term in near}

    def frequencies(self, field: str, terms: Sequence[str]) -> list[int]:
        """How many documents have each of some terms of a field."""
        if not terms:
            return []
        filters: dict[str, Dsl] = {
            str(number): {"term": {field: term}} for number, term in enumerate(terms)
        }
        found = self._ask({"filters": {"filters": filters}})["buckets"]
        return [found[str(number)]["doc_count"] for number in range(len(terms))]

    def all_of(self, field: str) -> dict[str, int]:
        """The terms of a field, each with how many documents have it."""
        count = 1
        while True:
            parts = ({"partition": number, "num_partitions": count} for number in range(count))
            found: dict[str, int] = {}
            for answer in (self._most(field, part, EVERYTHING) for part in parts):
                if answer["sum_other_doc_count"]:  # there are others in that part
                    break
                found |= _counts(answer)
            else:
                return found
            count *= _FINER

    def _matching(self, field: str, start: str, rest: str) -> dict[str, int]:
        """The most frequent terms that begin with ``start`` and go on by a pattern of Lucene.

        There may be others among them where ``start`` is long.
        """
        known = start[:_PATTERN]
        pattern = _quoted(known) + (rest if known == start else ".*")
        documents = {"prefix": {field: known}} if known else EVERYTHING
        return _counts(self._most(field, pattern, documents))

    def _most(self, field: str, include: Any, documents: Dsl) -> Any:
        asked = {"field": field, "include": include, "size": MOST, "shard_size": MOST}
        return self._ask({"terms": asked}, documents)

    def _ask(self, aggregation: Dsl, documents: Dsl = EVERYTHING) -> Any:
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": documents,
            "aggs": {"terms": aggregation},
        }
        with self._cluster.reporting():
            answer = self._cluster.search(self._index, body)
        return answer["aggregations"]["terms"]


def _counts(answer: Any) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}


def _pattern(text: str) -> tuple[str, str]:
    """The beginning of what a pattern of `fnmatch` stands for, and how it goes on for Lucene.

    The latter may stand for more.
    """
    special = _SPECIAL.search(text)
    start = text[: special.start()] if special else text
    rest = text[len(start) :][:_PATTERN]
    known = rest.partition("[")[0]
    pieces = {"*": ".*", "?": "."}
    more = ".*" if len(start) + len(known) < len(text) else ""
    return start, "".join(pieces.get(c, _quoted(c)) for c in known) + more


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
