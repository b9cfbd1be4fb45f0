"""Evaluation: a query tree against one document at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from math import log
from typing import Any

from whoosh import query

from indexer.analysis import Document
from indexer.analysis.document import FACET_FIELDS
from indexer.errors import GenerationError
from indexer.query.fields import (
    BM25_B,
    BM25_K1,
    FIELD_WEIGHT,
    PAIRS,
    PAIRS_FIELD,
    STREAMS,
    TEXT_FIELDS,
)
from indexer.query.nodes import Articles, Character, Titled
from indexer.query.occurrences import Occurrences, occurrences_of
from indexer.query.times import UNDATED, time_value


class Indexed:
    """A document with its group of near-duplicates and the positions of its tokens."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.group = document.seq
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


class Evaluation:
    """A query tree evaluated against one state of the documents."""

    def __init__(self, documents: list[Indexed]) -> None:
        self._documents = documents

    def score(self, node: query.Query, document: Indexed) -> float | None:
        """The score of a document, or None when it does not match."""
        match node:
            case query.Term() if node.fieldname in FACET_FIELDS:
                same = getattr(document.document, node.fieldname) == node.text
                return float(node.boost) if same else None
            case Articles():
                return 0.0 if document.document.id in node.ids else None
            case query.Term():
                return self._term(node.fieldname, node.text, node.boost, document)
            case Character():
                return self._character(node, document)
            case Titled():
                return self._titled(node, document)
            case query.Prefix() | query.Wildcard() | query.FuzzyTerm():
                return self._any_key(node, document)
            case query.Phrase():
                terms = [query.Term(node.fieldname, word) for word in node.words]
                return self._in_order(terms, node, document)
            case query.Sequence():
                return self._in_order(node.subqueries, node, document)
            case query.And() | query.Or():
                return self._compound(node, document)
            case query.AndMaybe():
                required, optional = (self.score(part, document) for part in (node.a, node.b))
                return None if required is None else required + (optional or 0.0)
            case query.AndNot():
                unwanted = self.score(node.b, document) is not None
                return None if unwanted else self.score(node.a, document)
            case query.Require():
                missing = self.score(node.b, document) is None
                return None if missing else self.score(node.a, document)
            case query.Not():
                excluded = self.score(node.query, document) is not None
                return None if excluded else float(node.boost)
            case query.ConstantScoreQuery():
                missing = self.score(node.child, document) is None
                return None if missing else float(node.score)
            case query.NumericRange(fieldname="published"):
                return float(node.boost) if _is_within(node, document) else None
            case query.Every(fieldname=None):
                return float(node.boost)
        if node is query.NullQuery:
            return None
        raise GenerationError(f"the memory engine has no {type(node).__name__} queries")

    def occurrences(self, node: Any, document: Indexed) -> Occurrences:
        """What a document has of a term of a stream, or of a character."""
        fields = STREAMS[node.fieldname]
        if isinstance(node, Character):
            frequencies = _characters(node.text, document)
        else:
            frequencies = [len(document.positions[field].get(node.text, ())) for field in fields]
        lengths = [document.lengths[field] for field in fields]
        averages = [self._average_lengths[field] or 1.0 for field in fields]
        return occurrences_of(frequencies, lengths, averages)

    def _compound(self, node: query.And | query.Or, document: Indexed) -> float | None:
        for part in node.subqueries:
            if isinstance(part, query.Not) and self.score(part.query, document) is not None:
                return None
        wanted = [part for part in node.subqueries if not isinstance(part, query.Not)]
        scores = [self.score(part, document) for part in wanted]
        found = [score for score in scores if score is not None]
        if isinstance(node, query.And):
            if not wanted and node.subqueries:
                return float(node.boost)
            complete = found and len(found) == len(scores)
            return float(node.boost * sum(found)) if complete else None
        return float(node.boost * sum(found)) if found else None

    def _any_key(self, node: Any, document: Indexed) -> float | None:
        terms = [query.Term(node.fieldname, key) for key in keys_of(node, document)]
        if node.constantscore:
            return float(node.boost) if terms else None
        return self.score(query.Or(terms, boost=node.boost), document)

    def _term(self, name: str, text: str, boost: float, document: Indexed) -> float | None:
        """A term of a stream by BM25F, one of a field by BM25 as Whoosh has it."""
        fields = STREAMS.get(name, (name,))
        frequencies = [len(document.positions[field].get(text, ())) for field in fields]
        if not any(frequencies):
            return None
        holders = frequency_of(name, text, self._documents)
        return boost * self._bm25(name, frequencies, holders, document)

    def _character(self, node: Character, document: Indexed) -> float | None:
        counts = [_characters(node.text, other) for other in self._documents]
        holders = sum(map(any, counts))
        frequencies = _characters(node.text, document)
        if not any(frequencies) or holders > node.share * len(self._documents):
            return None
        return float(node.boost) * self._bm25(node.fieldname, frequencies, holders, document)

    def _titled(self, node: Titled, document: Indexed) -> float | None:
        positions = document.positions[node.fieldname]
        there = {token: len(places) for token, places in positions.items()}
        return 0.0 if there == Counter(node.words) else None

    def _bm25(self, name: str, frequencies: list[int], holders: int, document: Indexed) -> float:
        """The score of frequencies in the fields of a stream, or in one field."""
        fields = STREAMS.get(name, (name,))
        count = len(self._documents)
        if name in STREAMS:
            idf = log(1 + (count - holders + 0.5) / (holders + 0.5))
            weights = [FIELD_WEIGHT[field] for field in TEXT_FIELDS]
        else:
            idf = log(count / (holders + 1)) + 1
            weights = [1.0]
        total = sum(
            weight * frequency / self._norm(field, document)
            for weight, frequency, field in zip(weights, frequencies, fields, strict=True)
            if frequency
        )
        return idf * (BM25_K1 + 1) * total / (total + BM25_K1)

    def _norm(self, field: str, document: Indexed) -> float:
        return 1 - BM25_B + BM25_B * document.lengths[field] / self._average_lengths[field]

    @cached_property
    def _average_lengths(self) -> dict[str, float]:
        total: Counter[str] = Counter()
        for document in self._documents:
            total.update(document.lengths)
        return {field: length / len(self._documents) for field, length in total.items()}

    def _in_order(
        self, parts: list[query.Query], node: query.Phrase | query.Sequence, document: Indexed
    ) -> float | None:
        """The parts in order, each near the one before: the score of their sum."""
        for field in STREAMS.get(parts[0].fieldname, (parts[0].fieldname,)):
            ends = _positions(parts[0], field, document)
            for part in parts[1:]:
                there = _positions(part, field, document)
                ends = {end for end in there if any(0 < end - e <= node.slop for e in ends)}
            if ends:
                return self.score(query.And(parts, boost=node.boost), document)
        return None


def frequency_of(name: str, term: str, documents: Sequence[Indexed]) -> int:
    """How many documents have a term of a stream or field."""
    fields = STREAMS.get(name, (name,))
    return sum(any(term in each.positions[field] for field in fields) for each in documents)


def _characters(character: str, document: Indexed) -> list[int]:
    """How often a character is in title and body."""
    return [
        sum(len(at) for key, at in document.positions[field].items() if key.startswith(character))
        for field in STREAMS[PAIRS]
    ]


def _positions(node: query.Query, field: str, document: Indexed) -> set[int]:
    keys = [node.text] if isinstance(node, query.Term) else keys_of(node, document)
    positions = document.positions[field]
    return {position for key in keys for position in positions.get(key, ())}


def keys_of(node: Any, document: Indexed) -> list[str]:
    """The terms of a document that a node stands for."""
    fields = STREAMS.get(node.fieldname, (node.fieldname,))
    keys = {key for field in fields for key in document.positions[field]}
    if isinstance(node, query.Prefix):
        return [key for key in keys if key.startswith(node.text)]
    if isinstance(node, query.Wildcard):
        return [key for key in keys if fnmatchcase(key, node.text)]
    start = node.text[: node.prefixlength]
    near = range(len(node.text) - node.maxdist, len(node.text) + node.maxdist + 1)
    candidates = [key for key in keys if key.startswith(start) and len(key) in near]
    return [key for key in candidates if _edits(key, node.text) <= node.maxdist]


def _edits(one: str, other: str) -> int:
    """The edits that make one word the other (V. Levenshtein, 1966), row by row of their table."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        above, row = row, [number]
        for column, other_letter in enumerate(other):
            replaced = above[column] + (letter != other_letter)
            row.append(min(replaced, above[column + 1] + 1, row[column] + 1))
    return row[-1]


def _is_within(node: query.NumericRange, document: Indexed) -> bool:
    value = time_value(document.document.published)
    after = node.start is None or (value > node.start if node.startexcl else value >= node.start)
    before = node.end is None or (value < node.end if node.endexcl else value <= node.end)
    return bool(after and before and value != UNDATED)
