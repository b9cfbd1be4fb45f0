"""Which terms the engine on OpenSearch finds near a word, on a real node."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.query import FuzzyTerm

from indexer.analysis import Analysis, document_of
from indexer.article import Article
from indexer.engines import Engine
from indexer.engines.memory import MemoryEngine
from indexer.engines.opensearch import ClusterGenerations

SHORT = ["".join(letters) for size in range(1, 6) for letters in product("ab", repeat=size)]
LONG = ["0123456789abcdefghijklmnopqrstuvwxyz"[:size] * 3 for size in (4, 5, 8, 12, 21, 34, 36)]
TWO_EDITS = [word[:1] + word[2:-1] for word in LONG]
BODY = " ".join(SHORT + LONG + [f"{word}z" for word in LONG] + TWO_EDITS)
DOCUMENT = document_of(Article(url="http://x/", title="银行", body=BODY), 1, Analysis())


@pytest.fixture(scope="module")
def oracle() -> Engine:
    memory = MemoryEngine()
    memory.apply([(DOCUMENT.id, DOCUMENT)], 1)
    return memory


@pytest.fixture(scope="module")
def filled(module_cluster_address: str) -> Iterator[Engine]:
    with closing(ClusterGenerations.connect(module_cluster_address, "of a test")) as generations:
        engine = generations.open(generations.live()).engine
        engine.apply([(DOCUMENT.id, DOCUMENT)], 1)
        yield engine


@settings(deadline=None, max_examples=300)
@given(st.text("abc银", max_size=7), st.integers(0, 3), st.integers(0, 3))
def test_terms_near_any_word_are_those_of_the_oracle(
    filled: Engine, oracle: Engine, word: str, distance: int, prefix: int
) -> None:
    node = FuzzyTerm("pairs", word, maxdist=distance, prefixlength=prefix)
    assert filled.expand(node) == oracle.expand(node)


@pytest.mark.parametrize("distance", [0, 1, 2])
@pytest.mark.parametrize("word", LONG)
def test_terms_near_long_words_are_those_of_the_oracle(
    filled: Engine, oracle: Engine, word: str, distance: int
) -> None:
    node = FuzzyTerm("pairs", word, maxdist=distance, prefixlength=1)
    assert len(oracle.expand(node)) == 1 + distance
    assert filled.expand(node) == oracle.expand(node)
