"""What an engine is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from whoosh.query import Query

SORTS = ("relevance", "newest", "oldest")
"""The orders of hits: by score, or by date with undated articles last."""

FACET_SIZE = 20
"""How many values a facet lists at most."""


@dataclass(frozen=True, slots=True)
class Request:
    """A search as an engine executes it.

    Attributes:
        query: A tree over the fields of the schema (`indexer.query.fields`).
        filters: For each of these fields, the values of which an article must have one.
        facets: The fields to count values of.
        sort: One of `SORTS`; ties go by id.
        limit: How many matches to return.
        offset: How many matches to pass over first.
        collapse: Whether only the first match of each group of near-duplicates is returned (or
            passed over); see `indexer.duplicate`.
    """

    query: Query
    filters: Mapping[str, frozenset[str]]
    facets: tuple[str, ...]
    sort: str
    limit: int
    offset: int
    collapse: bool = False


class Match(NamedTuple):
    """An article that matches: its id, its score by the engine's ranking, and its near-duplicates.

    A tuple, for a search makes as many as it has hits, and a dataclass takes four times as long.

    Attributes:
        id: `Article.id`.
        score: The score.
        duplicates: How many near-duplicates that match as well collapsed into this match.
    """

    id: str
    score: float
    duplicates: int = 0


class Found(NamedTuple):
    """What an engine found.

    Attributes:
        total: How many articles match query and filters, exactly.
        matches: The requested part of them, in order.
        facets: For each facet, up to `FACET_SIZE` (value, count), most frequent first and
            then by value; the facet's own filter is ignored, and articles without a value
            are not counted.
    """

    total: int
    matches: tuple[Match, ...]
    facets: Mapping[str, list[tuple[str, int]]]
