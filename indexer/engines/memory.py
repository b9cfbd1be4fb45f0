"""The in-memory engine: the plainest reading of a query tree, the oracle of the tests.

It looks at every document for every query and keeps nothing on disk.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from math import log

from whoosh import query

from indexer.analysis import Document
from indexer.errors import GenerationError
from indexer.query import Found, Match, Request
from indexer.query.fields import BM25_B, BM25_K1, PAIRS_FIELD, TEXT_FIELDS
from indexer.query.request import FACET_SIZE


class MemoryEngine:
    """Documents in a dictionary; an `Index` fills it anew from the store."""

    volatile = True

    def __init__(self) -> None:
        self._documents: dict[str, _Indexed] = {}
        self._cursor = 0
        self._lock = threading.Lock()

    @property
    def cursor(self) -> int:
        """See `Engine.cursor`."""
        return self._cursor

    def apply(self, changes: Iterable[tuple[str, Document | None]], cursor: int) -> None:
        """See `Engine.apply`."""
        documents = dict(self._documents)
        for identity, document in changes:
            documents.pop(identity, None)
            if document:
                documents[identity] = _Indexed(document)
        with self._lock:
            self._documents, self._cursor = documents, cursor

    def find(self, request: Request) -> Found:
        """See `Engine.find`."""
        documents = self._documents
        evaluation = _Evaluation(list(documents.values()))
        scored = [
            (document, score)
            for document in documents.values()
            if (score := evaluation.score(request.query, document)) is not None
        ]
        matching = [pair for pair in scored if _passes(pair[0], request, ignored="")]
        matching.sort(key=lambda pair: _rank(request.sort, *pair))
        page = matching[request.offset : request.offset + request.limit]
        return Found(
            total=len(matching),
            matches=tuple(Match(document.document.id, score) for document, score in page),
            facets={
                name: _facet(name, [pair[0] for pair in scored if _passes(pair[0], request, name)])
                for name in request.facets
            },
        )

    def contents(self) -> Iterator[tuple[str, int]]:
        """See `Engine.contents`."""
        for identity, indexed in self._documents.items():
            yield identity, indexed.document.seq

    def close(self) -> None:
        """See `Engine.close`."""


class _Indexed:
    """A document with the positions of its tokens."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.positions: dict[str, dict[str, list[int]]] = {}
        self.lengths: dict[str, int] = {}
        for field in TEXT_FIELDS:
            streams = getattr(document, field)
            for name, stream in ((field, streams.words), (PAIRS_FIELD[field], streams.pairs)):
                positions: dict[str, list[int]] = {}
                for position, token in enumerate(stream):
                    if token.strip():
                        positions.setdefault(token, []).append(position)
                self.positions[name] = positions
                self.lengths[name] = sum(map(len, positions.values()))


class _Evaluation:
    """A query tree evaluated against one state of the documents."""

    def __init__(self, documents: list[_Indexed]) -> None:
        self._documents = documents

    def score(self, node: query.Query, document: _Indexed) -> float | None:
        """The score of a document, or None when it does not match."""
        if isinstance(node, query.Term):
            return self._term(node.fieldname, node.text, node.boost, document)
        if isinstance(node, query.Or):
            scores = [self.score(part, document) for part in node.subqueries]
            found = [score for score in scores if score is not None]
            return node.boost * sum(found) if found else None
        if isinstance(node, query.And):
            scores = [self.score(part, document) for part in node.subqueries]
            return None if None in scores else node.boost * sum(filter(None, scores))
        if isinstance(node, query.AndMaybe):
            required, optional = (self.score(part, document) for part in (node.a, node.b))
            return None if required is None else required + (optional or 0.0)
        if isinstance(node, query.ConstantScoreQuery):
            return None if self.score(node.child, document) is None else node.score
        if isinstance(node, query.Prefix):
            terms = [query.Term(node.fieldname, key) for key in _keys(node, document)]
            return self.score(query.Or(terms, boost=node.boost), document)
        if isinstance(node, query.Phrase):
            terms = [query.Term(node.fieldname, word) for word in node.words]
            return self._adjacent(terms, node.boost, document)
        if isinstance(node, query.Sequence):
            return self._adjacent(node.subqueries, node.boost, document)
        if node is query.NullQuery:
            return None
        raise GenerationError(f"the memory engine has no {type(node).__name__} queries")

    def _term(self, field: str, text: str, boost: float, document: _Indexed) -> float | None:
        """BM25 with the inverse document frequency of Whoosh, log(N / (n + 1)) + 1."""
        frequency = len(document.positions[field].get(text, ()))
        if not frequency:
            return None
        holders = sum(text in other.positions[field] for other in self._documents)
        idf = log(len(self._documents) / (holders + 1)) + 1
        norm = 1 - BM25_B + BM25_B * document.lengths[field] / self._average_lengths[field]
        return boost * idf * frequency * (BM25_K1 + 1) / (frequency + BM25_K1 * norm)

    @cached_property
    def _average_lengths(self) -> dict[str, float]:
        total: Counter[str] = Counter()
        for document in self._documents:
            total.update(document.lengths)
        return {field: length / len(self._documents) for field, length in total.items()}

    def _adjacent(self, parts: list[query.Query], boost: float, document: _Indexed) -> float | None:
        """The parts one after another: the score of their sum where each follows the last."""
        ends = _positions(parts[0], document)
        for part in parts[1:]:
            ends = {end + 1 for end in ends} & _positions(part, document)
        return self.score(query.And(parts, boost=boost), document) if ends else None


def _positions(node: query.Query, document: _Indexed) -> set[int]:
    keys = _keys(node, document) if isinstance(node, query.Prefix) else [node.text]
    positions = document.positions[node.fieldname]
    return {position for key in keys for position in positions.get(key, ())}


def _keys(node: query.Prefix, document: _Indexed) -> list[str]:
    return [key for key in document.positions[node.fieldname] if key.startswith(node.text)]


def _passes(document: _Indexed, request: Request, ignored: str) -> bool:
    return all(
        getattr(document.document, name) in wanted
        for name, wanted in request.filters.items()
        if name != ignored
    )


def _rank(sort: str, indexed: _Indexed, score: float) -> tuple[float, float, str]:
    document = indexed.document
    if sort == "relevance":
        return (0, -score, document.id)
    if document.published is None:
        return (1, 0, document.id)
    time = document.published.timestamp()
    return (0, time if sort == "oldest" else -time, document.id)


def _facet(name: str, documents: list[_Indexed]) -> list[tuple[str, int]]:
    values = (getattr(document.document, name) for document in documents)
    counts = Counter(value for value in values if value)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_SIZE]
