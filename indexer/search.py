"""A search from text to results: plan, execute, load, cut snippets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from whoosh.query import Query

from indexer import feedback
from indexer.analysis import Analysis
from indexer.analysis.document import FACET_FIELDS
from indexer.analysis.streams import is_han
from indexer.article import Article
from indexer.correction import Correction, Corrector
from indexer.engines import Engine
from indexer.errors import ParameterError
from indexer.lookup import Lookup
from indexer.query import SORTS, Found, Match, Plan, Preferences, Request, plan
from indexer.results import Hit, Notice, Results
from indexer.similar import alike
from indexer.snippet import make_snippet
from indexer.store import Store

MATCHES = ("auto", "all", "any")
"""What an article must have of a query: see `Options.match`."""

MAX_LIMIT = 1000
ALL_WORDS_LENGTH = 3
"""Up to this many content words an article should have all of them."""

FEW = 10
"""With fewer articles than this, those in the other language are searched for, too."""

_SECONDS = 2.0  # after which no other way to find more is tried
_CORRECTED = 32  # words, or syllables, that a query has at most to be corrected

ANY_WORD = Notice("any-word", "Articles with any of the words are shown, the best matches first.")
TIME = Notice("time", "The search took too long; no other way to find more was tried.")
STALE = Notice("stale", "The index is out of date: run xiaosou index --rebuild.")


@dataclass(frozen=True, slots=True)
class Options:
    """How to search.

    Attributes:
        limit: How many hits to return, 0 to `MAX_LIMIT`.
        offset: How many hits to pass over first.
        ahead: How many hits after those to look for; they are only counted.
        filters: For each field of `FACET_FIELDS`, the values of which an article must have one.
        sort: One of `SORTS`.
        facets: The fields of `FACET_FIELDS` to count.
        match: ``all`` words, ``any`` word, or ``auto``: all of a query of up to three content
            words, any of a longer one or when all find nothing.
        collapse: Whether near-duplicates become one hit.

    Raises:
        ParameterError: An option is outside what is said here.
    """

    limit: int
    offset: int
    ahead: int
    filters: Mapping[str, frozenset[str]]
    sort: str
    facets: tuple[str, ...]
    match: str
    collapse: bool

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= MAX_LIMIT:
            raise ParameterError(f"limit is 0 to {MAX_LIMIT}, not {self.limit}")
        if self.offset < 0:
            raise ParameterError(f"offset is 0 or more, not {self.offset}")
        if not 0 <= self.ahead <= MAX_LIMIT:
            raise ParameterError(f"ahead is 0 to {MAX_LIMIT}, not {self.ahead}")
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
    corrector: Corrector,
    preferences: Preferences,
    notices: tuple[Notice, ...] = (),
) -> Results:
    """Search a generation. Any text is a query; at worst it finds nothing.

    Args:
        text: The query.
        options: How to search.
        engine: Finds and ranks.
        store: Has the articles.
        analysis: The analysis the generation was built by.
        corrector: Knows what may have been meant.
        preferences: What counts besides the words.
        notices: What is known beforehand, to be passed on with the results.

    Raises:
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    lookup = Lookup(engine, store)
    plain = replace(preferences, translation=None)

    def understand(query: str, *, translated: bool = False) -> Plan:
        return plan(query, analysis, lookup, preferences if translated else plain)

    return _Search(options, engine, store, understand, corrector, [*notices]).run(text)


class _Search:
    """One search.

    Args:
        options: How to search.
        engine: Finds and ranks.
        store: Has the articles.
        understand: Makes the plan of a query; ``translated`` counts the other language in.
        corrector: Knows what may have been meant.
        notices: What is known beforehand.
    """

    def __init__(
        self,
        options: Options,
        engine: Engine,
        store: Store,
        understand: Callable[..., Plan],
        corrector: Corrector,
        notices: list[Notice],
    ) -> None:
        self._options = options
        self._engine = engine
        self._store = store
        self._understand = understand
        self._corrector = corrector
        self._notices = notices
        self._start = time.perf_counter()

    def run(self, text: str) -> Results:
        """Search for a text."""
        understood = self._understand(text)
        self._notices += understood.notices
        found, understood = self._find(text, understood)
        following = max(len(found.matches) - self._options.limit, 0)
        matches = found.matches[: self._options.limit]
        articles = self._store.load(match.id for match in matches)
        hits = _hits(matches, articles, understood)
        took = time.perf_counter() - self._start
        return Results(hits, found.total, took, tuple(self._notices), found.facets, following)

    def _find(self, text: str, understood: Plan) -> tuple[Found, Plan]:
        """The articles with all words, or with what may have been meant, or with any word.

        Returns:
            What was found, and the plan by which.
        """
        match = self._options.match
        if match != "auto":
            tree = understood.all_words if match == "all" else understood.any_word
            found = self._execute(tree, understood)
            found, understood = self._translated(text, found, understood)
            if not found.total and (meant := self._meant(text, understood)):
                offer = f"Did you mean {meant.text}?"
                self._notices.append(Notice("did-you-mean", offer, meant.text))
            return found, understood
        is_short = understood.length <= ALL_WORDS_LENGTH
        if is_short:
            found = self._execute(understood.all_words, understood)
            found, understood = self._translated(text, found, understood)
            if found.total and not _may_be_misspelt(understood):
                return found, understood
        corrected = self._find_meant(text, understood)
        if corrected:
            return corrected
        if is_short and (found.total or understood.length < 2):
            return found, understood
        found = self._execute(understood.any_word, understood)
        if found.total:
            self._notices.append(ANY_WORD)
        return found, understood

    def _translated(self, text: str, found: Found, understood: Plan) -> tuple[Found, Plan]:
        """What is found when words of the other language count as well, where few articles are.

        Returns:
            What was found, and the plan by which; as given where that finds no more.
        """
        if found.total >= FEW or self._options.match == "any" or self._is_late():
            return found, understood
        begun = time.perf_counter()
        both = self._understand(text, translated=True)
        # A process reads the dictionary once, which must not keep it from trying other ways.
        self._start += time.perf_counter() - begun
        if both == understood:
            return found, understood
        more = self._execute(both.all_words, both)
        if more.total == found.total:
            return found, understood
        self._notices += [notice for notice in both.notices if notice not in understood.notices]
        return more, both

    def _meant(self, text: str, understood: Plan) -> Correction | None:
        """What a short query may have been meant to be."""
        if not understood.content or len(understood.content) > _CORRECTED or self._is_late():
            return None
        return self._corrector.correct(text)

    def _find_meant(self, text: str, understood: Plan) -> tuple[Found, Plan] | None:
        """What is found for what may have been meant, or None for nothing."""
        meant = self._meant(text, understood)
        if meant is None:
            return None
        both, first = self._understand(meant.query), self._understand(meant.text)
        for tree, corrected in ((both.all_words, both), (first.any_word, first)):
            found = self._execute(tree, corrected)
            if found.total:
                said = f"No article has {text.strip()}; {meant.text} was searched for instead."
                self._notices.append(Notice("corrected", said, meant.text))
                if tree is first.any_word:
                    self._notices.append(ANY_WORD)
                return found, corrected
        return None

    def _execute(self, tree: Query, understood: Plan) -> Found:
        options = self._options
        request = Request(
            query=tree,
            filters=options.filters,
            facets=options.facets,
            sort=options.sort,
            limit=options.limit + options.ahead,
            offset=options.offset,
            collapse=options.collapse,
        )
        found = self._engine.find(request)
        by_relevance = options.sort == "relevance" and options.limit
        if found.total and by_relevance and feedback.wants_feedback(understood):
            return self._rank_again(found, request, understood)
        return found

    def _rank_again(self, found: Found, request: Request, understood: Plan) -> Found:
        """Rank what was found by the words of the best articles, too."""
        best = found.matches if not request.offset else ()
        query = ranked_again(request, understood, self._engine, self._store, best)
        if self._is_late():
            return found
        return self._engine.find(replace(request, query=query))

    def _is_late(self) -> bool:
        """Whether the search took so long already that nothing more is tried."""
        late = time.perf_counter() - self._start > _SECONDS
        if late and TIME not in self._notices:
            self._notices.append(TIME)
        return late


def ranked_again(
    request: Request, understood: Plan, engine: Engine, store: Store, best: Sequence[Match] = ()
) -> Query:
    """The tree of a long English question with the words of the best articles in it.

    Args:
        request: What is searched for.
        understood: The question.
        engine: Finds the best articles.
        store: Has them.
        best: The best articles as far as they are known.
    """
    best = best[: feedback.ARTICLES]
    if len(best) < feedback.ARTICLES:
        first = replace(request, offset=0, limit=feedback.ARTICLES, facets=())
        best = engine.find(first).matches
    articles = store.load(match.id for match in best)
    scored = [(articles[match.id], match.score) for match in best if match.id in articles]
    return feedback.with_feedback(request.query, understood, scored)


def similar(
    article: Article, limit: int, collapse: bool, engine: Engine, store: Store, analysis: Analysis
) -> Results:
    """Find the articles most like one.

    Args:
        article: The article.
        limit: How many to return, 0 to `MAX_LIMIT`.
        collapse: Whether near-duplicates become one hit.
        engine: Finds and ranks.
        store: Has the articles.
        analysis: The analysis the generation was built by.

    Raises:
        ParameterError: The limit is outside what is allowed.
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    start = time.perf_counter()
    sort, facets, nothing = SORTS[0], (), plan("", analysis)
    Options(limit, 0, 0, filters={}, sort=sort, facets=facets, match="any", collapse=collapse)
    tree = alike(article, engine, analysis)
    found = engine.find(Request(tree, {}, facets, sort, limit, offset=0, collapse=collapse))
    hits = _hits(found.matches, store.load(match.id for match in found.matches), nothing)
    return Results(hits, found.total, time.perf_counter() - start, (), {})


def _hits(
    matches: Sequence[Match], articles: Mapping[str, Article], understood: Plan
) -> tuple[Hit, ...]:
    """The matches as hits; an article may have been deleted since the engine answered."""
    there = [(match, articles[match.id]) for match in matches if match.id in articles]
    return tuple(
        Hit(article, match.score, make_snippet(article.body, understood), match.duplicates)
        for match, article in there
    )


def _may_be_misspelt(understood: Plan) -> bool:
    """Whether there are single characters, as what is cut when a Chinese word is misspelt."""
    return any(len(word) == 1 and is_han(word) for word in understood.content)


def _require(what: str, given: Iterable[str], allowed: tuple[str, ...]) -> None:
    for value in given:
        if value not in allowed:
            raise ParameterError(f"unknown {what} {value!r}: it is one of {', '.join(allowed)}")
