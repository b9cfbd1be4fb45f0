"""More like this: the articles that have the most telling words of one."""

from __future__ import annotations

from collections import Counter
from math import log

from whoosh.query import And, Every, Not, NullQuery, Or, Query, Term

from indexer.analysis import Analysis
from indexer.analysis.stopwords import STOPWORDS
from indexer.article import Article
from indexer.engines import Engine, count_matches
from indexer.query.fields import FIELD_WEIGHT, WORDS
from indexer.query.nodes import Articles

_READ = 20_000  # characters of the article that are looked at
_CANDIDATES = 60  # its most frequent words, of which the rarest are taken
_WORDS = 25


def alike(article: Article, engine: Engine, analysis: Analysis) -> Query:
    """A tree that finds the articles most like one, and not itself.

    They share its words of the highest frequency in it times rarity in the index (tf-idf; Sparck
    Jones, 1972), and each word counts by that.

    Args:
        article: The article.
        engine: The index.
        analysis: The analysis of the index.
    """
    frequencies: Counter[str] = Counter()
    for field in ("title", "body"):
        for word in analysis.analyse(getattr(article, field)[:_READ]).words:
            if len(word) > 1 and word not in STOPWORDS:
                frequencies[word] += int(FIELD_WEIGHT[field])
    everything = count_matches(engine, Every())
    candidates = dict(frequencies.most_common(_CANDIDATES))
    holders = engine.frequencies(WORDS, list(candidates))
    weights = {
        word: log(1 + frequency) * log(1 + everything / max(holding, 1))
        for (word, frequency), holding in zip(candidates.items(), holders, strict=True)
    }
    chosen = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:_WORDS]
    if not chosen:
        return NullQuery
    most = chosen[0][1]
    terms = [Term(WORDS, word, boost=weight / most) for word, weight in chosen]
    return And([Or(terms), Not(Articles(frozenset([article.id])))])
