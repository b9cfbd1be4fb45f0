"""Queries executed over arrays: the same as Whoosh's matchers and the oracle find."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index, query
from whoosh.query import And, AndMaybe, AndNot, ConstantScoreQuery, Not, Or, Query, Require
from whoosh.scoring import BM25F

from indexer.analysis import Analysis, document_of
from indexer.article import Article, article_id
from indexer.engines.memory import MemoryEngine
from indexer.engines.whoosh import WhooshEngine, kernel
from indexer.query import Request
from indexer.query.nodes import Articles, Character, Titled
from indexer.query.times import time_value

ANALYSIS = Analysis()
DAY = datetime(2024, 2, 29, tzinfo=UTC)
TEXTS = st.text(st.sampled_from("催收电话银行哈 ab1，\n"), max_size=14)
ARTICLES = st.builds(
    Article,
    url=st.integers(0, 15).map("http://x/{}".format),
    title=TEXTS,
    body=TEXTS,
    language=st.sampled_from(["", "zh", "en"]),
    published=st.sampled_from([None, DAY, DAY + timedelta(1), DAY + timedelta(9)]),
)
COMMITS = st.lists(
    st.lists(ARTICLES, max_size=8, unique_by=lambda article: article.url), min_size=1, max_size=4
)
WORDS = st.sampled_from(["催收", "电话", "银行", "哈", "催", "收", "ab", "1", "b1", "无"])
PAIRS = st.sampled_from(["催收", "收电", "电话", "哈哈", "话", "哈", "ab", "无"])
BOOSTS = st.sampled_from([0.5, 1.0, 2.0])
SLOPS = st.integers(1, 3)


def leaves_on(
    words: list[str],
    pairs: list[str],
    constant: st.SearchStrategy[bool],
    starts: st.SearchStrategy[int | None],
) -> st.SearchStrategy[Query]:
    """Queries without parts on these fields."""
    word_fields, pair_fields = st.sampled_from(words), st.sampled_from(pairs)
    return st.one_of(
        st.builds(query.Term, word_fields, WORDS, boost=BOOSTS),
        st.builds(query.Term, pair_fields, PAIRS, boost=BOOSTS),
        st.builds(
            query.Phrase,
            pair_fields,
            st.lists(PAIRS, min_size=2, max_size=4),
            slop=SLOPS,
            boost=BOOSTS,
        ),
        st.builds(query.Prefix, pair_fields, st.sampled_from("催收电哈a"), constantscore=constant),
        st.builds(
            query.Wildcard,
            word_fields,
            st.sampled_from(["*收", "?", "a*", "?*", "[催电]?"]),
            constantscore=constant,
        ),
        st.builds(
            query.FuzzyTerm,
            word_fields,
            WORDS,
            maxdist=st.integers(1, 2),
            prefixlength=st.integers(0, 1),
            constantscore=constant,
        ),
        st.builds(
            lambda field, word, character: query.Sequence(
                [
                    query.Term(field, word),
                    query.Prefix(field, character, constantscore=False),
                ]
            ),
            pair_fields,
            PAIRS,
            st.sampled_from("催收电哈"),
        ),
        st.builds(
            query.NumericRange,
            st.just("published"),
            starts,
            st.sampled_from([None, time_value(DAY), time_value(DAY + timedelta(1))]),
            st.booleans(),
            st.booleans(),
        ).filter(lambda node: node.start is not None or node.end is not None),
        st.just(query.NullQuery),
        st.builds(query.Every, boost=BOOSTS),
    )


def compound(kind: type[Or | And], parts: list[Query], boost: float) -> Query:
    """Whoosh forgets the boost of a node with a single part."""
    return kind(parts, boost=boost if len(parts) > 1 else 1.0)


def trees_of(leaves: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.builds(
                compound,
                st.sampled_from([Or, And]),
                st.lists(parts, min_size=1, max_size=3),
                BOOSTS,
            ),
            st.builds(AndMaybe, parts, parts),
            st.builds(AndNot, parts, parts),
            st.builds(lambda leaf: ConstantScoreQuery(leaf, 0.5), leaves),
        ),
        max_leaves=6,
    )


# Whoosh's matchers are wrong about many nested trees, about deleted documents in constant scores,
# about a constant score when a pattern stands for a single term, and about ranges of unsigned
# numbers that begin near zero: the oracle stands in for them there.
FIELD_LEAVES = leaves_on(
    ["title", "body"],
    ["title_pairs", "body_pairs"],
    constant=st.just(False),
    starts=st.just(time_value(DAY)),
).filter(lambda node: node is not query.NullQuery)
FIELD_TERMS = st.builds(query.Term, st.sampled_from(["title", "body"]), WORDS, boost=BOOSTS)
FIELD_TREES = st.one_of(
    FIELD_LEAVES,
    st.builds(
        compound, st.sampled_from([Or, And]), st.lists(FIELD_LEAVES, min_size=1, max_size=4), BOOSTS
    ),
    st.builds(AndMaybe, FIELD_TERMS, FIELD_TERMS),
)
# Whoosh is wrong about these: it counts what is excluded, and forgets what is required when nothing
# has it.
STREAM_LEAVES = st.one_of(
    leaves_on(
        ["words"],
        ["pairs"],
        constant=st.booleans(),
        starts=st.sampled_from([None, time_value(DAY)]),
    ),
    st.builds(Character, st.sampled_from("催收电哈"), BOOSTS, st.sampled_from([0.3, 1.0])),
    st.builds(Titled, st.lists(PAIRS, min_size=1, max_size=3)),
    st.builds(
        Articles, st.frozensets(st.integers(0, 15).map("http://x/{}".format).map(article_id))
    ),
)
STREAM_TREES = trees_of(
    st.one_of(
        STREAM_LEAVES,
        st.builds(Require, STREAM_LEAVES, STREAM_LEAVES),
        st.builds(lambda a, b: And([a, Not(b)]), STREAM_LEAVES, STREAM_LEAVES),
        st.builds(lambda a, b, c: Or([a, Not(b), c]), STREAM_LEAVES, STREAM_LEAVES, STREAM_LEAVES),
        st.builds(Not, STREAM_LEAVES),
        st.builds(lambda a, b: ConstantScoreQuery(AndNot(a, b)), STREAM_LEAVES, STREAM_LEAVES),
    )
)


@contextmanager
def numpy_only() -> Iterator[None]:
    compiled, kernel.compiled = kernel.compiled, None
    try:
        yield
    finally:
        kernel.compiled = compiled


def request_of(tree: Query, limit: int = 10_000) -> Request:
    return Request(tree, filters={}, facets=(), sort="relevance", limit=limit, offset=0)


def apply(engine: WhooshEngine | MemoryEngine, commits: list[list[Article]]) -> None:
    for seq, articles in enumerate(commits, 1):
        # The first article of a later commit is a deletion.
        engine.apply(
            [
                (one.id, None if seq > 1 and not n else document_of(one, seq, ANALYSIS))
                for n, one in enumerate(articles)
            ],
            seq,
        )


def scores(engine: WhooshEngine | MemoryEngine, tree: Query) -> dict[str, float]:
    return {match.id: match.score for match in engine.find(request_of(tree)).matches}


@settings(deadline=None, max_examples=100)
@given(commits=COMMITS, trees=st.lists(FIELD_TREES, min_size=1, max_size=8))
def test_fields_are_searched_as_whoosh_does(
    commits: list[list[Article]], trees: list[Query]
) -> None:
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        apply(engine, commits)
        with index.open_dir(folder).searcher(weighting=BM25F(B=0.75, K1=1.2)) as searcher:
            for tree in trees:
                hits = searcher.search(tree, limit=None)
                expected = {hit["id"]: pytest.approx(hit.score) for hit in hits}
                assert scores(engine, tree) == expected
                with numpy_only():
                    assert scores(engine, tree) == expected


@settings(deadline=None, max_examples=150)
@given(commits=COMMITS, trees=st.lists(STREAM_TREES, min_size=1, max_size=8))
def test_streams_are_searched_as_the_oracle_does(
    commits: list[list[Article]], trees: list[Query]
) -> None:
    with TemporaryDirectory() as folder:
        engine, oracle = WhooshEngine(Path(folder)), MemoryEngine()
        apply(engine, commits)
        apply(oracle, commits)
        for tree in trees:
            expected = scores(oracle, tree)
            assert scores(engine, tree) == pytest.approx(expected)
            first = [m.score for m in oracle.find(request_of(tree, limit=3)).matches]
            found = engine.find(request_of(tree, limit=3))
            assert [m.score for m in found.matches] == pytest.approx(first)
            assert found.total == len(expected)
            with numpy_only():
                assert scores(engine, tree) == pytest.approx(expected)


def test_long_lists_and_windows(tmp_path: Path) -> None:
    """More documents than a window of the kernel, with terms rare and common."""
    chance = np.random.default_rng(1)
    engine = WhooshEngine(tmp_path)
    vocabulary = [f"w{n}" for n in range(40)]
    articles = []
    for number in range(5000):
        drawn = chance.geometric(0.15, size=6) % 40
        body = " ".join(vocabulary[n] for n in drawn)
        articles.append(Article(url=f"http://x/{number}", title="", body=body))
    engine.apply([(one.id, document_of(one, 1, ANALYSIS)) for one in articles], 1)
    engine.apply([(one.id, None) for one in articles[::7]], 2)
    terms = [query.Term("words", word) for word in vocabulary]
    for _ in range(60):
        a, b, c, d = (terms[n] for n in chance.integers(0, 40, size=4))
        for tree in (
            a,
            Or([a, b, c, d]),
            And([a, b]),
            And([a, Or([b, c])]),
            AndMaybe(a, b),
            AndMaybe(And([a, b]), Or([c, d])),
            AndMaybe(Or([a, ConstantScoreQuery(b, 0.0)]), Or([c, And([a, d]), d])),
            AndNot(Or([a, b]), c),
            AndNot(a, And([b, c])),
            ConstantScoreQuery(And([a, AndMaybe(b, c)]), 2.0),
            And([Or([a, b]), Or([And([c, d]), a])]),
        ):
            best = engine.find(request_of(tree, limit=10))
            every = scores(engine, tree)
            with numpy_only():
                assert every == pytest.approx(scores(engine, tree))
            order = sorted(every.items(), key=lambda hit: (-hit[1], hit[0]))
            assert [(m.id, m.score) for m in best.matches] == order[:10]
            assert best.total == len(every)
