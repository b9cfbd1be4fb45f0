"""An index of three shards ranks, counts and pages as one that is whole."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from whoosh.query import Every, Or, Query, Sequence, Term

from indexer.analysis import Analysis, Document, document_of
from indexer.article import Article
from indexer.engines import Engine
from indexer.engines.memory import MemoryEngine
from indexer.engines.opensearch import ClusterGenerations
from indexer.query import SORTS, Request, plan

ANALYSIS = Analysis()
WORDS = ["催收", "电话", "银行", "上门", "报警", "地址", "debt", "collector", "笑话", "公益"]
DAY = datetime(2024, 2, 29, tzinfo=UTC)


def documents() -> list[Document]:
    chance = random.Random(3)
    return [
        document_of(
            Article(
                url=f"http://x/{number}",
                title=chance.choice(WORDS),
                body="，".join(chance.choices(WORDS, k=chance.randrange(2, 30))),
                site=chance.choice(["甲", "乙", "丙"]),
                published=DAY + timedelta(chance.randrange(20)) if number % 7 else None,
            ),
            number + 1,
            ANALYSIS,
        )
        for number in range(60)
    ]


@pytest.fixture(scope="module")
def oracle() -> Engine:
    memory = MemoryEngine()
    memory.apply([(each.id, each) for each in documents()], 60)
    return memory


@pytest.fixture(scope="module")
def engine(module_cluster_address: str) -> Iterator[Engine]:
    address = f"{module_cluster_address}?shards=3"
    with closing(ClusterGenerations.connect(address, "of a test")) as generations:
        made = generations.open(generations.live())
        made.engine.apply([(each.id, each) for each in documents()], 60)
        shards = made.cluster.client.cat.shards(index=made.name, params={"format": "json"})
        counts = [int(each["docs"]) for each in shards if each["prirep"] == "p"]
        assert len(counts) == 3
        assert min(counts) > 5
        yield made.engine


def request_of(tree: Query, sort: str = "relevance", limit: int = 1000) -> Request:
    return Request(tree, {"site": frozenset(["甲", "乙"])}, ("site", "language"), sort, limit, 0)


@pytest.mark.parametrize(
    "query", ["催收", "催收 电话", '"银行，上门" 笑话', "debt collector", "收"]
)
def test_scores_and_order_are_those_of_the_oracle(
    engine: Engine, oracle: Engine, query: str
) -> None:
    request = request_of(plan(query, ANALYSIS).any_word)
    found, expected = engine.find(request), oracle.find(request)
    assert found.total == expected.total > 10
    assert found.facets == expected.facets
    scores = {match.id: match.score for match in expected.matches}
    assert {match.id: match.score for match in found.matches} == pytest.approx(scores, rel=1e-3)
    assert [match.id for match in found.matches[:10]] == [
        match.id for match in expected.matches[:10]
    ]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_each_other_beyond_the_window(
    engine: Engine, oracle: Engine, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_of(Or([Term("words", word) for word in WORDS[:5]]), sort)
    whole = engine.find(request)
    if sort != "relevance":
        assert [match.id for match in whole.matches] == [
            match.id for match in oracle.find(request).matches
        ]
    monkeypatch.setattr("indexer.engines.opensearch.searching.WINDOW", 8)
    paged = []
    for offset in range(0, whole.total + 7, 7):
        page = engine.find(replace(request, offset=offset, limit=7))
        assert (page.total, page.facets) == (whole.total, whole.facets)
        paged += page.matches
    assert paged == list(whole.matches)


def test_words_near_each_other_are_found_on_every_shard(engine: Engine, oracle: Engine) -> None:
    near = Sequence([Term("pairs", word) for word in WORDS[:3]], slop=6)
    request = request_of(near)
    assert engine.find(request).total == oracle.find(request).total > 0


def test_every_document_and_word_is_told_once(engine: Engine, oracle: Engine) -> None:
    assert sorted(engine.contents()) == sorted(oracle.contents())
    assert engine.find(request_of(Every())).total == oracle.find(request_of(Every())).total
    assert engine.frequencies("words", WORDS) == oracle.frequencies("words", WORDS)
    assert engine.values("site") == {"甲", "乙", "丙"}
