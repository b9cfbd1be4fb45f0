"""Clauses: queries of OpenSearch, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Dsl = dict[str, Any]
"""A query in OpenSearch's JSON."""

EVERYTHING: Dsl = {"match_all": {}}


@dataclass(frozen=True, slots=True)
class Clause:
    """A query that finds documents and may score them.

    Attributes:
        query: The query.
        is_scored: Whether it scores; one that does not may be a filter.
        surplus: What every document that it finds has too much of: OpenSearch has no scores below
            zero.
    """

    query: Dsl
    is_scored: bool = True
    surplus: float = 0.0

    def scoring(self) -> Dsl:
        """The query for a place in which it would score."""
        return self.query if self.is_scored else constant(self.query, 0.0)


NOTHING = Clause({"match_none": {}}, is_scored=False)
"""Finds nothing."""


def constant(query: Dsl, score: float) -> Dsl:
    """What a query finds, all with one score of zero or more."""
    return {"constant_score": {"filter": query, "boost": score}}


def leveled(query: Dsl, score: float) -> Clause:
    """What a query finds, all with one score, which may be below zero."""
    if score > 0:
        return Clause(constant(query, score))
    return Clause(query, is_scored=False, surplus=-score)


def any_query(queries: Sequence[Dsl]) -> Dsl:
    """What any of some queries finds, without meaning its scores."""
    return queries[0] if len(queries) == 1 else {"bool": {"should": list(queries)}}


def all_of(clauses: Sequence[Clause]) -> Clause:
    """What all of some clauses find, their scores added up."""
    if NOTHING in clauses or not clauses:
        return NOTHING
    if len(clauses) == 1:
        return clauses[0]
    scored = [clause.query for clause in clauses if clause.is_scored]
    filters = [clause.query for clause in clauses if not clause.is_scored]
    return Clause(
        {"bool": {"must": scored, "filter": filters}},
        is_scored=bool(scored),
        surplus=sum(clause.surplus for clause in clauses),
    )


def any_of(clauses: Iterable[Clause]) -> Clause:
    """What any of some clauses finds, the scores of those that do added up."""
    clauses = [clause for clause in clauses if clause != NOTHING]
    if len(clauses) < 2:
        return clauses[0] if clauses else NOTHING
    is_scored = any(clause.is_scored for clause in clauses)
    matching = Clause(any_query([clause.query for clause in clauses]), is_scored=False)
    if not is_scored or any(clause.surplus for clause in clauses):
        return with_optional(matching, clauses)
    return Clause({"bool": {"should": [clause.scoring() for clause in clauses]}})


def with_optional(required: Clause, optional: Sequence[Clause]) -> Clause:
    """What a clause finds, with the scores of others where they find it, too."""
    optional = [clause for clause in optional if clause != NOTHING]
    if required == NOTHING or not optional:
        return required
    added = [clause.scoring() for clause in optional if clause.is_scored]
    # So that the surplus is the same whether one of them finds a document or not.
    added += [
        constant({"bool": {"must_not": [clause.query]}}, clause.surplus)
        for clause in optional
        if clause.surplus
    ]
    if not added:
        return required
    place = "must" if required.is_scored else "filter"
    return Clause(
        {"bool": {place: [required.query], "should": added, "minimum_should_match": 0}},
        surplus=required.surplus + sum(clause.surplus for clause in optional),
    )


def without(found: Clause, unwanted: Iterable[Clause]) -> Clause:
    """What a clause finds and no other does."""
    excluded = [clause.query for clause in unwanted if clause != NOTHING]
    if found == NOTHING or not excluded:
        return found
    place = "must" if found.is_scored else "filter"
    query = {"bool": {place: [found.query], "must_not": excluded}}
    return Clause(query, found.is_scored, found.surplus)
