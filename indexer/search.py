"""A search from text to results: plan, execute, load, cut snippets."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from whoosh.query import Query

from indexer import feedback
from indexer.analysis import Analysis
from indexer.analysis.document import FACET_FIELDS
from indexer.engines import Engine
from indexer.errors import ParameterError
from indexer.lookup import Lookup
from indexer.query import SORTS, Found, Plan, Request, plan
from indexer.results import Hit, Notice, Results
from indexer.snippet import make_snippet
from indexer.store import Store

MATCHES = ("auto", "all", "any")
"""What an article must have of a query: see `Options.match`."""

MAX_LIMIT = 1000
_SECONDS = 2.0  # after which no other way to find more is tried
_ALL_WORDS_LENGTH = 3  # up to this many content words an article should have all of them

ANY_WORD = Notice("any-word", "Articles with any of the words are shown, the best matches first.")
TIME = Notice("time", "The search took too long; no other way to find more was tried.")
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
    return _Search(options, engine, store, [*notices]).run(
        plan(text, analysis, Lookup(engine, store))
    )


class _Search:
    """One search.

    Args:
        options: How to search.
        engine: Finds and ranks.
        store: Has the articles.
        notices: What is known beforehand.
    """

    def __init__(
        self, options: Options, engine: Engine, store: Store, notices: list[Notice]
    ) -> None:
        self._options = options
        self._engine = engine
        self._store = store
        self._notices = notices
        self._start = time.perf_counter()

    def run(self, understood: Plan) -> Results:
        """Search for what was understood."""
        self._notices += understood.notices
        found = self._find(understood)
        articles = self._store.load(match.id for match in found.matches)
        hits = tuple(
            Hit(articles[match.id], match.score, make_snippet(articles[match.id].body, understood))
            for match in found.matches
            # An article may have been deleted since the engine answered.
            if match.id in articles
        )
        took = time.perf_counter() - self._start
        return Results(hits, found.total, took, tuple(self._notices), found.facets)

    def _find(self, understood: Plan) -> Found:
        """The articles with all words, or else with any."""
        match = self._options.match
        if match != "any" and (match == "all" or understood.length <= _ALL_WORDS_LENGTH):
            found = self._execute(understood.all_words, understood)
            if found.total or match == "all" or understood.length < 2 or self._is_late():
                return found
        found = self._execute(understood.any_word, understood)
        if found.total and match != "any":
            self._notices.append(ANY_WORD)
        return found

    def _execute(self, tree: Query, understood: Plan) -> Found:
        options = self._options
        request = Request(
            query=tree,
            filters=options.filters,
            facets=options.facets,
            sort=options.sort,
            limit=options.limit,
            offset=options.offset,
        )
        found = self._engine.find(request)
        by_relevance = options.sort == "relevance" and options.limit
        if found.total and by_relevance and feedback.wants_feedback(understood):
            return self._rank_again(found, request, understood)
        return found

    def _rank_again(self, found: Found, request: Request, understood: Plan) -> Found:
        """Rank what was found by the words of the best articles, too."""
        best = found.matches[: feedback.ARTICLES]
        if request.offset or request.limit < feedback.ARTICLES:
            first = replace(request, offset=0, limit=feedback.ARTICLES, facets=())
            best = self._engine.find(first).matches
        articles = self._store.load(match.id for match in best)
        scored = [(articles[match.id], match.score) for match in best if match.id in articles]
        if self._is_late():
            return found
        query = feedback.with_feedback(request.query, understood, scored)
        return self._engine.find(replace(request, query=query))

    def _is_late(self) -> bool:
        """Whether the search took so long already that nothing more is tried."""
        late = time.perf_counter() - self._start > _SECONDS
        if late and TIME not in self._notices:
            self._notices.append(TIME)
        return late


def _require(what: str, given: Iterable[str], allowed: tuple[str, ...]) -> None:
    for value in given:
        if value not in allowed:
            raise ParameterError(f"unknown {what} {value!r}: it is one of {', '.join(allowed)}")
