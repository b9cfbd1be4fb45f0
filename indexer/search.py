"""A search from text to results: plan, execute, load, cut snippets."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from indexer import feedback
from indexer.analysis import Analysis
from indexer.analysis.document import FACET_FIELDS
from indexer.engines import Engine
from indexer.errors import ParameterError
from indexer.query import SORTS, Found, Plan, Request, plan
from indexer.results import Hit, Notice, Results
from indexer.snippet import make_snippet
from indexer.store import Store

MATCHES = ("auto", "all", "any")
"""What an article must have of a query: see `Options.match`."""

MAX_LIMIT = 1000
_ALL_WORDS_LENGTH = 3  # up to this many content words an article should have all of them

ANY_WORD = Notice("any-word", "Articles with any of the words are shown, the best matches first.")
CUT = Notice("cut", "The query was too long; only its beginning was searched for.")
STALE = Notice("stale", "The index is out of date: run xiaosou index --rebuild.")


@dataclass(frozen=True, slots=True)
class Options:
    """How to search.

    Attributes:
        limit: How many hits to return, 0 to `MAX_LIMIT`.
        offset: How many hits to pass over first.
        filters: For each field of `FACET_FIELDS`, the values of which an article must have one.
        sort: One of `SORTS`.
        facets: The fields of `FACET_FIELDS` to count.
        match: ``all`` words, ``any`` word, or ``auto``: all of a query of up to three content
            words, any of a longer one or when all find nothing.

    Raises:
        ParameterError: An option is outside what is said here.
    """

    limit: int
    offset: int
    filters: Mapping[str, frozenset[str]]
    sort: str
    facets: tuple[str, ...]
    match: str

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= MAX_LIMIT:
            raise ParameterError(f"limit is 0 to {MAX_LIMIT}, not {self.limit}")
        if self.offset < 0:
            raise ParameterError(f"offset is 0 or more, not {self.offset}")
        _require("sort", [self.sort], SORTS)
        _require("match", [self.match], MATCHES)
        _require("filter", self.filters, FACET_FIELDS)
        _require("facet", self.facets, FACET_FIELDS)


def search(
    text: str,
    options: Options,
    engine: Engine,
    store: Store,
    analysis: Analysis,
    notices: tuple[Notice, ...] = (),
) -> Results:
    """Search a generation. Any text is a query; at worst it finds nothing.

    Args:
        text: The query.
        options: How to search.
        engine: Finds and ranks.
        store: Has the articles.
        analysis: The analysis the generation was built by.
        notices: What is known beforehand, to be passed on with the results.

    Raises:
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    start = time.perf_counter()
    understood = plan(text, analysis)
    if understood.cut:
        notices += (CUT,)
    request = Request(
        query=understood.all_words,
        filters=options.filters,
        facets=options.facets,
        sort=options.sort,
        limit=options.limit,
        offset=options.offset,
    )
    found, loosened, request = _find(request, understood, options.match, engine)
    if loosened:
        notices += (ANY_WORD,)
    if found.total and options.sort == "relevance" and feedback.wants_feedback(understood):
        found = _find_again(found, request, understood, engine, store, analysis)
    articles = store.load(match.id for match in found.matches)
    hits = tuple(
        Hit(articles[match.id], match.score, make_snippet(articles[match.id].body, understood))
        for match in found.matches
        # An article may have been deleted since the engine answered.
        if match.id in articles
    )
    took = time.perf_counter() - start
    return Results(hits, found.total, took, notices, found.facets)


def _find(
    request: Request, understood: Plan, match: str, engine: Engine
) -> tuple[Found, bool, Request]:
    """Execute a plan.

    Returns:
        What was found, whether an article needed less of the query than all words, and the
        request that found it.
    """
    any_word = replace(request, query=understood.any_word)
    if match == "any":
        return engine.find(any_word), False, any_word
    if match == "all" or understood.length <= _ALL_WORDS_LENGTH:
        found = engine.find(request)
        if found.total or match == "all" or understood.length < 2:
            return found, False, request
    found = engine.find(any_word)
    return found, found.total > 0, any_word


def _find_again(
    found: Found,
    request: Request,
    understood: Plan,
    engine: Engine,
    store: Store,
    analysis: Analysis,
) -> Found:
    """Rank what was found by the words of the best articles, too."""
    matches = found.matches[: feedback.ARTICLES]
    if request.offset or len(matches) < feedback.ARTICLES:
        first = replace(request, offset=0, limit=feedback.ARTICLES, facets=())
        matches = engine.find(first).matches
    articles = store.load(match.id for match in matches)
    best = [(articles[match.id], match.score) for match in matches if match.id in articles]
    query = feedback.with_feedback(request.query, understood, best, analysis)
    return engine.find(replace(request, query=query))


def _require(what: str, given: Iterable[str], allowed: tuple[str, ...]) -> None:
    for value in given:
        if value not in allowed:
            raise ParameterError(f"unknown {what} {value!r}: it is one of {', '.join(allowed)}")
