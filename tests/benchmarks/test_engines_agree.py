"""Every engine of the benchmark finds the same in the same tokens."""

import pytest

from peers.all import NAMES, load_peer
from peers.peer import FACETS
from peers.xiaosou import XiaosouPeer
from speedrun.queries import Query
from speedrun.truth import Truth

QUERIES = [
    Query("rare term", "words", "term", ("bug",), "bug", ("bug",)),
    Query("common term", "words", "term", ("催收",), "催收", ("催收",)),
    Query("2 AND", "words", "and", ("上门", "邻居"), "上门 邻居", ("上门", "邻居")),
    Query("3 OR", "words", "or", ("师傅", "报警", "call"), "…", ("师傅", "报警", "call")),
    Query("phrase", "pairs", "phrase", ("上门", "门催", "催收"), '"上门催收"', ("上门", "催收")),
    # A gap stands between them in every text.
    Query("phrase", "pairs", "phrase", ("催收", "收", "邻居"), '"催收，邻居"', ("催收", "邻居")),
    Query("phrase", "pairs", "phrase", ("again", "and"), '"again and"', ("again",)),
]


@pytest.fixture(scope="module", params=[name for name in NAMES if name != "lucene"])
def searcher(request, documents, tokens, tmp_path_factory):
    library = {"tantivy": "tantivy", "bm25s": "bm25s"}.get(request.param, "indexer")
    pytest.importorskip(library)
    peer = load_peer(request.param)
    folder = tmp_path_factory.mktemp(request.param)
    for form in ("plain", "stored") if peer.stores_text else ("plain",):
        (folder / form).mkdir()
        peer.build(tokens, folder / form, stored=form == "stored")
    opened = peer.open(folder)
    yield opened
    opened.close()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text)
def test_it_counts_what_exhaustive_evaluation_finds(searcher, tokens, query):
    prepared = searcher.prepare(query)
    if prepared is not None:
        assert searcher.count(prepared) == (Truth(tokens).scores(query) > 0).sum()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text)
def test_its_hits_are_articles_that_match(searcher, tokens, query):
    prepared = searcher.prepare(query)
    if prepared is None:
        return
    _, ids = searcher.run("ids", prepared)
    names = searcher.named(ids)
    truth = Truth(tokens)
    scores = truth.scores(query)
    assert len(names) == len(set(names)) == min(10, (scores > 0).sum())
    assert all(scores[truth.ids[name]] > 0 for name in names)


def test_it_counts_facets_alike(searcher, documents):
    if "facets" not in searcher.operations:
        return
    holders = [
        document for document in documents if "催收" in document.title.words + document.body.words
    ]
    counts = searcher.facets(searcher.prepare(QUERIES[1]))
    for name in FACETS:
        expected = {}
        for document in holders:
            if value := getattr(document, name):
                expected[value] = expected.get(value, 0) + 1
        assert counts[name] == expected


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text)
def test_exhaustive_evaluation_gives_the_scores_of_xiaosou(tokens, tmp_path, query):
    (tmp_path / "plain").mkdir()
    XiaosouPeer().build(tokens, tmp_path / "plain", stored=False)
    truth = Truth(tokens)
    scores = truth.scores(query)
    searcher = XiaosouPeer().open(tmp_path)
    found = searcher.ids(searcher.prepare(query))
    searcher.close()
    assert found.total == (scores > 0).sum()
    for match in found.matches:
        assert scores[truth.ids[match.id]] == pytest.approx(match.score)
