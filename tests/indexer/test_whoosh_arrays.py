"""The arrays beside Whoosh's segments: their files, and queries executed over them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import index
from whoosh.query import (
    And,
    AndMaybe,
    ConstantScoreQuery,
    Not,
    NullQuery,
    Or,
    Phrase,
    Prefix,
    Query,
    Sequence,
    Term,
)
from whoosh.scoring import BM25F

from indexer.analysis import Analysis, Document, document_of
from indexer.article import Article
from indexer.engines.whoosh import WhooshEngine
from indexer.engines.whoosh.arrayfile import read_arrays, write_arrays
from indexer.engines.whoosh.evaluation import Evaluation, match_one_by_one
from indexer.engines.whoosh.segment import Segment
from indexer.query import Request, plan

ANALYSIS = Analysis()
ARRAYS = {
    "numbers": np.arange(1000, dtype=np.int32),
    "nothing": np.empty(0, np.float64),
    "bytes": np.frombuffer(b"abc", np.uint8),
}


def test_arrays_come_back_from_their_file(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a", 3, ARRAYS)
    read = read_arrays(tmp_path / "a", 3)
    assert read
    assert read.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        assert np.array_equal(read[name], array)
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_a_missing_file_or_another_version_is_nothing(tmp_path: Path) -> None:
    assert read_arrays(tmp_path / "a", 3) is None
    write_arrays(tmp_path / "a", 3, ARRAYS)
    assert read_arrays(tmp_path / "a", 4) is None


def test_any_damage_is_noticed(tmp_path: Path) -> None:
    write_arrays(tmp_path / "a", 3, ARRAYS)
    whole = (tmp_path / "a").read_bytes()
    chance = random.Random(1)
    for place in [*chance.sample(range(len(whole)), 200), len(whole) - 1]:
        damaged = bytearray(whole)
        damaged[place] ^= 1 << chance.randrange(8)
        (tmp_path / "a").write_bytes(damaged)
        assert read_arrays(tmp_path / "a", 3) is None
    for length in (0, 1, 23, 24, 100, len(whole) - 1):
        (tmp_path / "a").write_bytes(whole[:length])
        assert read_arrays(tmp_path / "a", 3) is None


def document(url: str, text: str) -> Document:
    return document_of(Article(url=url, title=text, body=text), 1, ANALYSIS)


def found(engine: WhooshEngine, query: str) -> list[tuple[str, float]]:
    tree = plan(query, ANALYSIS).any_word
    request = Request(tree, filters={}, facets=(), sort="relevance", limit=10, offset=0)
    return [(match.id, pytest.approx(match.score)) for match in engine.find(request).matches]


@pytest.mark.parametrize("damage", [None, b"", b"x" * 1000])
def test_without_its_arrays_a_segment_answers_the_same(
    tmp_path: Path, damage: bytes | None
) -> None:
    engine = WhooshEngine(tmp_path)
    documents = [document(f"http://x/{n}", "催收电话" * n + "银行") for n in range(1, 4)]
    engine.apply([(one.id, one) for one in documents], 1)
    expected = found(engine, '催收 "电话银行"')
    (file,) = tmp_path.glob("*.arrays")
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    engine = WhooshEngine(tmp_path)
    assert found(engine, '催收 "电话银行"') == expected
    engine.apply([], 2)
    assert Segment(tmp_path, file.stem).fields()
    assert found(engine, '催收 "电话银行"') == expected


def test_arrays_go_with_their_segments(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for seq in range(1, 12):
        one = document(f"http://x/{seq}", "催收")
        engine.apply([(one.id, one)], seq)
    segments = {segment.segment_id() for segment in index.open_dir(str(tmp_path))._segments()}
    assert {file.stem for file in tmp_path.glob("*.arrays")} == segments
    assert len(segments) < 11


TEXTS = st.text(st.sampled_from("催收电话银行哈 ab1，\n"), max_size=14)
WORDS = st.sampled_from(["催收", "电话", "银行", "哈", "催", "收", "ab", "1", "b1", "无"])
PAIRS = st.sampled_from(["催收", "收电", "电话", "哈哈", "话", "哈", "ab", "无"])
FIELDS = st.sampled_from(["title", "body"])
PAIR_FIELDS = st.sampled_from(["title_pairs", "body_pairs"])
BOOSTS = st.sampled_from([0.5, 1.0, 2.0])
LEAVES = st.one_of(
    st.builds(Term, FIELDS, WORDS, boost=BOOSTS),
    st.builds(Term, PAIR_FIELDS, PAIRS, boost=BOOSTS),
    st.builds(Phrase, PAIR_FIELDS, st.lists(PAIRS, min_size=2, max_size=4), boost=BOOSTS),
    st.builds(Prefix, PAIR_FIELDS, st.sampled_from("催收电哈a"), constantscore=st.just(False)),
    st.builds(
        lambda field, character: ConstantScoreQuery(Prefix(field, character), 0.5),
        PAIR_FIELDS,
        st.sampled_from("催收电哈"),
    ),
    st.builds(
        lambda field, words, character: Sequence(
            [*(Term(field, word) for word in words), Prefix(field, character, constantscore=False)]
        ),
        PAIR_FIELDS,
        st.lists(PAIRS, min_size=1, max_size=2),
        st.sampled_from("催收电哈"),
    ),
    st.just(NullQuery),
    st.builds(Term, st.just("language"), st.sampled_from(["zh", "en"])),
)


def compound(kind: type[Or | And], parts: list[Query], boost: float) -> Query:
    """Whoosh forgets the boost of a node with a single part."""
    return kind(parts, boost=boost if len(parts) > 1 else 1.0)


TREES = st.recursive(
    LEAVES,
    lambda parts: st.one_of(
        st.builds(
            compound, st.sampled_from([Or, And]), st.lists(parts, min_size=1, max_size=3), BOOSTS
        ),
        st.builds(AndMaybe, parts, parts),
        st.builds(lambda a, b: And([a, Not(b)]), parts, parts),
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=60)
@given(
    texts=st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from(["zh", "en"])), max_size=12),
    trees=st.lists(TREES, min_size=1, max_size=8),
)
def test_execution_over_arrays_finds_what_whoosh_finds(
    texts: list[tuple[str, str, str]], trees: list[Query]
) -> None:
    with TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        articles = [
            Article(url=f"http://x/{n}", title=title, body=body, language=language)
            for n, (title, body, language) in enumerate(texts)
        ]
        documents = [document_of(article, 1, ANALYSIS) for article in articles]
        engine.apply([(one.id, one) for one in documents[:8]], 1)
        engine.apply([(one.id, one) for one in documents[8:]], 2)
        engine.apply([(one.id, None) for one in documents[:2]], 3)
        for leaf, deleted in leaves(Path(folder)):
            fields = Segment(Path(folder), leaf.reader().segment().segment_id()).fields()
            assert fields
            for tree in trees:
                expected = match_one_by_one(leaf, tree)
                matches = Evaluation(leaf, fields).matches(tree)
                alive = ~np.isin(matches.documents, deleted)
                assert matches.documents[alive].tolist() == expected.documents.tolist()
                assert matches.scores[alive] == pytest.approx(expected.scores)


def leaves(folder: Path) -> Iterator[tuple[object, list[int]]]:
    with index.open_dir(str(folder)).searcher(weighting=BM25F(B=0.75, K1=1.2)) as searcher:
        for leaf, _ in searcher.leaf_searchers():
            if leaf.reader().segment():
                yield leaf, list(leaf.reader().segment().deleted_docs())
