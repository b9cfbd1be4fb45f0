"""Feedback: words of the best articles that make a long English question clearer.

This is the relevance model RM3 (Lavrenko and Croft, 2001; Abdul-Jaleel et al., 2004): the best
articles of a first search are taken for relevant, and their most frequent words, weighed by the
articles' scores, count together as much as the question's own. A question of many words in English
gains by it; keywords and Chinese do not, and are left alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from whoosh.query import AndMaybe, Or, Query, Term

from indexer.analysis import fold
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import GAP, is_han, runs, stem
from indexer.article import Article
from indexer.query import Plan
from indexer.query.fields import WORDS

ARTICLES = 5
"""How many of the best articles are taken for relevant."""

_TERMS = 20  # words that are added
_LONG = 5  # content words that a long question has
_READ = 1000  # characters of an article that are looked at


def wants_feedback(plan: Plan) -> bool:
    """Whether a query is a long question in words of Latin letters."""
    return len(plan.content) >= _LONG and not any(map(is_han, plan.content))


def with_feedback(tree: Query, plan: Plan, best: Sequence[tuple[Article, float]]) -> Query:
    """A tree that finds the same articles, ranked by the words of the best ones as well.

    Args:
        tree: The tree of the question.
        plan: The question.
        best: The best articles it found, with their scores.
    """
    shares: defaultdict[str, float] = defaultdict(float)
    total = sum(score for _, score in best)
    for article, score in best:
        folded = fold(f"{article.title}\n{article.body[:_READ]}")
        counts = Counter(stem(run) for run in runs(folded) if run != GAP and not is_han(run))
        length = counts.total()
        for word, count in counts.items():
            if len(word) > 1 and word not in STOPWORDS:
                shares[word] += score / total * count / length
    chosen = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:_TERMS]
    if not chosen:
        return tree
    unit = len(plan.content) / sum(share for _, share in chosen)
    return AndMaybe(tree, Or([Term(WORDS, word, boost=unit * share) for word, share in chosen]))
