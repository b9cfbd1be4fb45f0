"""Reasons: why a search finds an article, or why not."""

from __future__ import annotations

from dataclasses import replace

from indexer import feedback
from indexer.analysis import Analysis
from indexer.article import Article
from indexer.engines import Engine, count_matches
from indexer.explanation import Explainer, Explanation
from indexer.lookup import Lookup
from indexer.query import SORTS, Preferences, Request, plan
from indexer.search import ALL_WORDS_LENGTH, FEW, ranked_again
from indexer.store import Store


def explain(
    text: str,
    article: Article,
    engine: Engine,
    store: Store,
    analysis: Analysis,
    preferences: Preferences,
) -> Explanation:
    """Tell why a search finds an article, and with which score, or why not.

    Args:
        text: The query.
        article: The article.
        engine: Finds and ranks.
        store: Has the articles.
        analysis: The analysis the generation was built by.
        preferences: What counts besides the words.

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
        request = Request(tree, filters={}, facets=(), sort=SORTS[0], limit=0, offset=0)
        tree = ranked_again(request, understood, engine, store)
    return explainer.explain(understood, tree)
