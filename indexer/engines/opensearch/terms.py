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

_SENT = 200  # characters of a text that are sent in a pattern; the rest is looked at here
_ANY_FREQUENCY = 1 << 31  # Lucene has fewer documents
_FINER = 4  # times as many parts, when a part of the terms is too large for one answer
_WILD = re.compile(r"[*?]+")


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
        if isinstance(node, query.Prefix) and not node.text:
            return self.all_of(values)
        # Documents without any such term need not be looked through.
        if isinstance(node, query.FuzzyTerm) and _may_be_suggested(node):
            terms = [node.text, *self._suggested(values, node)]
            answer = self._most(values, terms, {"terms": {values: terms}})
        else:
            pattern = _pattern_of(node)
            answer = self._most(values, pattern, {"regexp": {values: {"value": pattern}}})
        found = _counts(answer)
        return {term: count for term, count in found.items() if _stands_for(node, term)}

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

    def _suggested(self, field: str, node: Any) -> list[str]:
        """Terms near a word, and some that are farther or in deleted documents only.

        OpenSearch finds them among the terms of the index, in a hundredth of the time that it takes
        to compare values with a pattern.
        """
        asked = {
            "field": field,
            "analyzer": "keyword",
            "size": MOST - 1,
            "shard_size": MOST - 1,
            "max_edits": node.maxdist,
            "prefix_length": node.prefixlength,
            "min_word_length": 1,
            "suggest_mode": "always",
            "accuracy": 0,
            "max_term_freq": _ANY_FREQUENCY,
        }
        body = {"size": 0, "suggest": {"near": {"text": node.text, "term": asked}}}
        with self._cluster.reporting():
            (near,) = self._cluster.search(self._index, body)["suggest"]["near"]
        return [option["text"] for option in near["options"]]

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


def _stands_for(node: Any, term: str) -> bool:
    """Whether a node stands for a term."""
    text = node.text
    if isinstance(node, query.Prefix):
        return term.startswith(text)
    if isinstance(node, query.Wildcard):
        return fnmatchcase(term, text)
    begins = term.startswith(text[: node.prefixlength])
    return begins and edits(term, text, node.maxdist) <= node.maxdist


def _may_be_suggested(node: Any) -> bool:
    """Whether OpenSearch suggests all terms that are near a word.

    It does not where Lucene (`DirectSpellChecker`) has it that the beginning is the same, nor where
    a term may be shorter than the edits are many.
    """
    edited, shortest = node.maxdist, max(len(node.text) - node.maxdist, 1)
    begins_same = node.prefixlength >= edited - 1
    return 1 <= edited <= min(2, shortest) and begins_same and 1 <= len(node.text) <= _SENT


def _pattern_of(node: Any) -> str:
    """Lucene's pattern of the terms that a node stands for; it may match others, too."""
    text = node.text
    if isinstance(node, query.Prefix):
        return f"{_quoted(text[:_SENT])}.*"
    if isinstance(node, query.Wildcard):
        known = text[:_SENT].partition("[")[0]
        begins, star, rest = known.partition("*")
        pattern = "".join("." if each == "?" else _quoted(each) for each in begins)
        if star:
            # An automaton that counts the characters after a star would have a state for each set
            # of places where the next piece may have begun: Lucene refuses it.
            pattern = ".*".join([pattern, *map(_quoted, _WILD.split(rest))])
        return pattern if known == text else f"{pattern}.*"
    start = text[: min(node.prefixlength, _SENT)]
    rest = len(text) - len(start)
    return f"{_quoted(start)}.{{{max(rest - node.maxdist, 0)},{rest + node.maxdist}}}"


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
