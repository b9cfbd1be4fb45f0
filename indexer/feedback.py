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

from indexer.analysis import Analysis
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import is_han
from indexer.article import Article
from indexer.query import Plan
from indexer.query.fields import WORDS

ARTICLES = 5
"""How many of the best articles are taken for relevant."""

_TERMS = 20  # words that are added
_LONG = 5  # content words that a long question has
_READ = 2000  # characters of an article that are looked at


def wants_feedback(plan: Plan) -> bool:
    """Whether a query is a long question in words of Latin letters."""
    return len(plan.words) >= _LONG and not any(map(is_han, plan.words))


def with_feedback(
    tree: Query, plan: Plan, best: Sequence[tuple[Article, float]], analysis: Analysis
) -> Query:
    """A tree that finds the same articles, ranked by the words of the best ones as well.

    Args:
        tree: The tree of the question.
        plan: The question.
        best: The best articles it found, with their scores.
        analysis: The analysis of the index.
    """
    shares: defaultdict[str, float] = defaultdict(float)
    total = sum(score for _, score in best)
    for article, score in best:
        words = analysis.analyse(f"{article.title}\n{article.body[:_READ]}").words
        counts = Counter(word for word in words if word.strip())
        length = counts.total()
        for word, count in counts.items():
            if len(word) > 1 and word not in STOPWORDS:
                shares[word] += score / total * count / length
    chosen = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:_TERMS]
    if not chosen:
        return tree
    unit = len(plan.words) / sum(share for _, share in chosen)
    return AndMaybe(tree, Or([Term(WORDS, word, boost=unit * share) for word, share in chosen]))
