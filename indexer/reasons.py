"""Reasons: why a search finds an article, or why not."""

from __future__ import annotations

from dataclasses import replace

from whoosh.query import And, Query

from indexer import feedback
from indexer.analysis import Analysis
from indexer.article import Article
from indexer.engines import Engine, count_matches
from indexer.explanation import Explainer, Explanation
from indexer.lookup import Lookup
from indexer.query import SORTS, Preferences, Request, plan
from indexer.query.nodes import Articles
from indexer.search import ALL_WORDS_LENGTH, FEW, ranked_again
from indexer.store import Store


def explain(
    text: str,
    article: Article,
    engine: Engine,
    store: Store,
    analysis: Analysis,
    preferences: Preferences,
    collapse: bool,
) -> Explanation:
    """Tell why a search finds an article, and with which score, or why not.

    Args:
        text: The query.
        article: The article.
        engine: Finds and ranks.
        store: Has the articles.
        analysis: The analysis the generation was built by.
        preferences: What counts besides the words.
        collapse: Whether near-duplicates become one hit in searches.

    Raises:
        GenerationError: The index cannot be read.
        StoreError: The store cannot be read.
    """
    lookup = Lookup(engine, store)
    understood = plan(text, analysis, lookup, replace(preferences, translation=None))
    explainer = Explainer(engine, article.url, article.id)
    if understood.length <= ALL_WORDS_LENGTH and count_matches(engine, understood.all_words) < FEW:
        translated = plan(text, analysis, lookup, preferences)
        if explainer.score(translated.all_words) != explainer.score(understood.all_words):
            understood = translated
    tree = understood.any_word
    if feedback.wants_feedback(understood):
        request = Request(tree, {}, (), SORTS[0], limit=0, offset=0, collapse=collapse)
        tree = ranked_again(request, understood, engine, store)
    explanation = explainer.explain(understood, tree)
    if collapse and explanation.has_any:
        found_by = understood.all_words if explanation.has_all else tree
        instead = _shown_instead(article, found_by, engine, store)
        return replace(explanation, instead=instead)
    return explanation


def _shown_instead(article: Article, tree: Query, engine: Engine, store: Store) -> str:
    """The URL of the near-duplicate that comes before an article; empty when it comes first."""
    others = engine.duplicates(article.id)
    if not others:
        return ""
    group = Articles(frozenset([article.id, *others]))
    request = Request(And([tree, group]), {}, (), SORTS[0], limit=1, offset=0)
    ids = [match.id for match in engine.find(request).matches if match.id != article.id]
    return next((found.url for found in store.load(ids).values()), "")
