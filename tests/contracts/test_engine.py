"""What every engine does with a tree of the query language, compared with the oracle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis import Analysis, Document, document_of
from indexer.article import Article
from indexer.engines import ENGINES, Engine, open_engine
from indexer.engines.memory import MemoryEngine
from indexer.generation import open_generations
from indexer.query import SORTS, Request, plan

ANALYSIS = Analysis()
CHARACTERS = st.sampled_from("催收电话银行哈的 ab12，\n.")
TEXTS = st.text(CHARACTERS, max_size=12)
ARTICLES = st.builds(
    Article,
    url=st.integers(0, 12).map("http://x/{}".format),
    title=TEXTS,
    body=TEXTS,
    site=st.sampled_from(["", "甲", "乙"]),
    language=st.sampled_from(["", "zh", "en"]),
)
COMMITS = st.lists(
    st.tuples(st.lists(ARTICLES, max_size=6, unique_by=lambda article: article.url), st.booleans()),
    max_size=4,
)
QUERIES = st.lists(st.tuples(TEXTS, st.booleans()), min_size=1, max_size=3).map(
    lambda parts: " ".join(f'"{text}"' if quoted else text for text, quoted in parts)
)


def request_of(query: str, any_word: bool = False, **options: object) -> Request:
    understood = plan(query, ANALYSIS)
    defaults = {"filters": {}, "facets": (), "sort": "relevance", "limit": 1000, "offset": 0}
    tree = understood.any_word if any_word else understood.all_words
    return Request(query=tree, **(defaults | options))  # type: ignore[arg-type]


def document(url: str, text: str, seq: int = 1) -> Document:
    return document_of(Article(url=url, title=text, body=text), seq, ANALYSIS)


def ids(engine: Engine, query: str) -> set[str]:
    return {match.id for match in engine.find(request_of(query)).matches}


def test_an_engine_follows_its_cursor(engine: Engine) -> None:
    assert engine.cursor == 0
    one, two = document("http://x/1", "催收", 1), document("http://x/2", "电话", 2)
    engine.apply([(one.id, one), (two.id, two)], 2)
    assert engine.cursor == 2
    assert set(engine.contents()) == {(one.id, 1), (two.id, 2)}
    changed = document("http://x/1", "银行", 3)
    engine.apply([(changed.id, changed), (two.id, None), ("never there", None)], 4)
    assert engine.cursor == 4
    assert set(engine.contents()) == {(one.id, 3)}
    assert ids(engine, "催收") == set()
    assert ids(engine, "银行") == {one.id}


def test_a_failed_step_changes_nothing(engine: Engine) -> None:
    one = document("http://x/1", "催收")
    engine.apply([(one.id, one)], 1)

    def failing() -> object:
        yield one.id, None
        raise RuntimeError("the store went away")

    with pytest.raises(RuntimeError):
        engine.apply(failing(), 2)  # type: ignore[arg-type]
    assert engine.cursor == 1
    assert ids(engine, "催收") == {one.id}
    engine.apply([(one.id, None)], 2)
    assert ids(engine, "催收") == set()


def agree(
    engines: Iterable[Engine],
    commits: list[tuple[list[Article], bool]],
    queries: list[tuple[str, bool]],
    sort: str,
) -> None:
    """Engines find after some commits what the oracle does; what they had before is taken out."""
    oracle = MemoryEngine()
    engines = list(engines)
    first = max(engine.cursor for engine in engines) + 1
    for engine in engines:
        engine.apply([(known, None) for known, _ in engine.contents()], first)
    for seq, (articles, gone) in enumerate(commits, first + 1):
        changes = [
            (article.id, None if gone else document_of(article, seq, ANALYSIS))
            for article in articles
        ]
        for engine in (oracle, *engines):
            engine.apply(changes, seq)
    for query, any_word in queries:
        request = request_of(
            query,
            any_word,
            sort=sort,
            filters={"language": frozenset(["zh", ""])},
            facets=("site", "language"),
        )
        expected = oracle.find(request)
        for engine in engines:
            found = engine.find(request)
            assert found.total == expected.total
            assert found.facets == expected.facets
            assert {m.id for m in found.matches} == {m.id for m in expected.matches}
            if sort != "relevance":
                assert [m.id for m in found.matches] == [m.id for m in expected.matches]


@pytest.fixture
def on_cluster(cluster_address: str) -> Iterator[Engine]:
    with closing(open_generations(Path(), cluster_address, "of a test")) as generations:
        yield generations.open(generations.live()).engine


EXAMPLES = given(
    commits=COMMITS,
    queries=st.lists(st.tuples(QUERIES, st.booleans()), min_size=1, max_size=5),
    sort=st.sampled_from(SORTS),
)


@settings(deadline=None, max_examples=200)
@EXAMPLES
def test_engines_agree_with_the_oracle(
    commits: list[tuple[list[Article], bool]], queries: list[tuple[str, bool]], sort: str
) -> None:
    with TemporaryDirectory() as folder:
        engines = [open_engine(name, Path(folder) / name) for name in ENGINES if name != "memory"]
        agree(engines, commits, queries, sort)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@EXAMPLES
def test_a_cluster_agrees_with_the_oracle(
    on_cluster: Engine,
    commits: list[tuple[list[Article], bool]],
    queries: list[tuple[str, bool]],
    sort: str,
) -> None:
    agree([on_cluster], commits, queries, sort)
