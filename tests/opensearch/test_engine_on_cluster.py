"""What the engine on OpenSearch does beside the contract, on a real node."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from whoosh.query import And, FuzzyTerm, Or, Prefix, Query, Sequence, Term, Wildcard

from indexer.analysis import Analysis, Document, document_of
from indexer.article import Article
from indexer.engines import Engine
from indexer.engines.memory import MemoryEngine
from indexer.engines.opensearch import ClusterGenerations, filling
from indexer.errors import GenerationError
from indexer.query import Request, plan

ANALYSIS = Analysis()
TEXTS = [
    "催收 上门怎么办，先请对方出示证件。",
    "中国农业发展银行的地址与电话 colour",
    "A debt collector at the door, debt and colours",
    "Scam 电话 calls: 诈骗电话 in Chinese, collect",
    "collectors collect 银行 a b a c b c",
    "a c b 税 b 税务 c 税",
]


def document(number: int, text: str, seq: int = 1) -> Document:
    article = Article(url=f"http://x/{number}", title=text[:5], body=text * (number % 3 + 1))
    return document_of(article, seq, ANALYSIS)


DOCUMENTS = [document(number, text) for number, text in enumerate(TEXTS)]


def request_of(tree: Query, **options: Any) -> Request:
    defaults = {"filters": {}, "facets": (), "sort": "relevance", "limit": 1000, "offset": 0}
    return Request(query=tree, **(defaults | options))


def found(engine: Engine, tree: Query) -> dict[str, float]:
    return {match.id: match.score for match in engine.find(request_of(tree)).matches}


@pytest.fixture
def engine(cluster_address: str) -> Iterator[Engine]:
    with closing(ClusterGenerations.connect(cluster_address, "of a test")) as generations:
        yield generations.open(generations.live()).engine


@pytest.fixture
def oracle() -> Engine:
    memory = MemoryEngine()
    memory.apply([(document.id, document) for document in DOCUMENTS], 1)
    return memory


@pytest.fixture(scope="module")
def filled(module_cluster_address: str) -> Iterator[Engine]:
    """The documents on the cluster, for tests that leave them as they are."""
    address = module_cluster_address
    with closing(ClusterGenerations.connect(address, "of a test")) as generations:
        engine = generations.open(generations.live()).engine
        engine.apply([(document.id, document) for document in DOCUMENTS], 1)
        yield engine


def test_scores_are_those_of_the_oracle(filled: Engine, oracle: Engine) -> None:
    queries = ["催收 上门", "debt collector", "电话 银行", "税", '"上门怎么"', "colour", "a b c"]
    for query in queries:
        tree = plan(query, ANALYSIS).any_word
        assert found(filled, tree) == pytest.approx(found(oracle, tree), rel=0.005)


def test_documents_are_weighed_again_when_average_lengths_change(
    engine: Engine, oracle: Engine
) -> None:
    for seq, each in enumerate(DOCUMENTS, 1):
        engine.apply([(each.id, each)], seq)
    tree = plan("电话 银行 collect", ANALYSIS).any_word
    # Lucene counts documents that were replaced until it merges: ranks, not scores, are the same.
    assert list(found(engine, tree)) == list(found(oracle, tree))


@pytest.mark.parametrize(
    "node",
    [
        Prefix("pairs", "col"),
        Prefix("pairs", "税"),
        Prefix("pairs", "col" * 1000),
        Prefix("words", ""),
        Wildcard("pairs", "col*rs"),
        Wildcard("pairs", "col" * 1000 + "*"),
        Wildcard("pairs", "*ect"),
        Wildcard("pairs", "*o[lr]*"),
        Wildcard("words", "?行"),
        Wildcard("words", "*???"),
        Wildcard("pairs", "c?l*o??"),
        Wildcard("pairs", "*o" + "?" * 6),
        Wildcard("pairs", "*o" + "?" * 60),
        Wildcard("pairs", "?*?*?*e?*"),
        Wildcard("pairs", "*" + "a?" * 200),
        FuzzyTerm("pairs", "collectr", maxdist=2, prefixlength=1),
        FuzzyTerm("pairs", "xcam", maxdist=1, prefixlength=0),
    ],
)
def test_terms_are_expanded_as_by_the_oracle(filled: Engine, oracle: Engine, node: Any) -> None:
    assert filled.expand(node) == oracle.expand(node)
    assert found(filled, node).keys() == found(oracle, node).keys()


def test_all_terms_are_found_where_one_answer_has_not_enough_room(
    filled: Engine, oracle: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.opensearch.terms.MOST", 5)
    everything = Prefix("words", "")
    assert len(oracle.expand(everything)) > 20
    assert filled.expand(everything) == oracle.expand(everything)


def test_of_too_many_terms_with_a_beginning_the_most_frequent_are_found(
    filled: Engine, oracle: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.opensearch.terms.MOST", 2)
    counts = oracle.expand(Prefix("pairs", "c"))
    kept = filled.expand(Prefix("pairs", "c"))
    assert len(kept) == 2 < len(counts)
    assert sorted(kept.values()) == sorted(counts.values())[-2:]
    assert kept.items() <= counts.items()


def test_frequencies_and_values_are_those_of_the_oracle(filled: Engine, oracle: Engine) -> None:
    words = ["银行", "collect", "没有", "door"]
    assert filled.frequencies("words", words) == oracle.frequencies("words", words)
    assert filled.frequencies("words", []) == []


@pytest.mark.parametrize("slop", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "parts",
    [
        [Term("pairs", "a"), Term("pairs", "b"), Term("pairs", "c")],
        [Term("pairs", "a"), Term("pairs", "c")],
        [Term("pairs", "b"), Prefix("pairs", "税")],
        [Term("pairs", "a"), Prefix("pairs", "税"), Wildcard("pairs", "?")],
        [Term("pairs", "b"), Term("pairs", "税务"), Prefix("pairs", "务")],
        [Term("pairs", "税务"), Term("pairs", "务"), Term("pairs", "c"), Prefix("pairs", "税")],
        [Term("pairs", "税"), Term("pairs", "b"), Prefix("pairs", "税")],
        [Term("pairs", "税务"), Prefix("pairs", "税")],
        [Term("body_pairs", "c"), FuzzyTerm("body_pairs", "b", maxdist=0), Term("body_pairs", "c")],
    ],
)
def test_order_is_found_as_by_the_oracle(
    filled: Engine, oracle: Engine, parts: list[Query], slop: int
) -> None:
    tree = Sequence(parts, slop=slop)
    assert found(filled, tree).keys() == found(oracle, tree).keys()


def test_pages_beyond_the_window_follow_each_other(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Or([Term("words", word) for word in ("collect", "电话", "银行", "debt")])
    whole = filled.find(request_of(tree)).matches
    assert len(whole) > 3
    monkeypatch.setattr("indexer.engines.opensearch.searching.WINDOW", 2)
    for offset in range(len(whole) + 1):
        page = filled.find(request_of(tree, offset=offset, limit=2))
        assert page.matches == whole[offset : offset + 2]
        assert page.total == len(whole)


def test_a_late_writer_replaces_nothing_newer(engine: Engine) -> None:
    old, new = document(1, "催收", seq=3), document(1, "银行", seq=5)
    engine.apply([(new.id, new)], 5)
    engine.apply([(old.id, old)], 3)
    assert engine.cursor == 5
    assert set(engine.contents()) == {(new.id, 5)}
    engine.apply([(new.id, None)], 7)
    engine.apply([(new.id, new), ("never there", None)], 6)
    assert set(engine.contents()) == set()


def test_a_refused_document_holds_up_no_other_and_the_cursor_stays(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = filling.complete

    def spoilt(source: dict[str, Any], averages: Any) -> dict[str, Any]:
        more = {"unknown": 1} if source["id"] == DOCUMENTS[0].id else {}
        return complete(source, averages) | more

    monkeypatch.setattr(filling, "complete", spoilt)
    with pytest.raises(GenerationError, match=f"1 documents were refused.*{DOCUMENTS[0].id}"):
        engine.apply([(each.id, each) for each in DOCUMENTS[:3]], 4)
    assert engine.cursor == 0
    monkeypatch.undo()
    engine.apply([(each.id, each) for each in DOCUMENTS[:3]], 4)
    assert len(set(engine.contents())) == 3
    assert engine.cursor == 4


def test_a_query_that_is_too_large_is_an_error_of_the_index(filled: Engine) -> None:
    many = And([Term("words", f"w{number}") for number in range(17_000)])
    with pytest.raises(GenerationError, match="cannot be used"):
        filled.find(request_of(many))


def test_a_cluster_that_is_gone_is_an_error_without_its_password() -> None:
    with pytest.raises(GenerationError) as error:
        ClusterGenerations.connect("opensearch://me:secret@127.0.0.1:9", "of a test")
    assert "opensearch://127.0.0.1:9/xiaosou" in str(error.value)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)
