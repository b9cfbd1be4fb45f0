"""Near-duplicates on a real node, by several shards and commits, against the oracle."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest
from opensearchpy import OpenSearch
from whoosh.query import Every, Or, Term

from indexer.analysis import Analysis, Document, document_of
from indexer.analysis.signature import stack
from indexer.article import Article, article_id
from indexer.duplicate import EARLIEST, bands_of
from indexer.engines import Engine
from indexer.engines.memory import MemoryEngine
from indexer.engines.opensearch import ClusterGenerations
from indexer.engines.opensearch.address import parse_address
from indexer.engines.opensearch.cluster import connect
from indexer.engines.opensearch.holders import Holders
from indexer.query import SORTS, Match, Request
from indexer.query.fields import WORDS

ANALYSIS = Analysis()
LETTER = (
    "遇到催收电话不要慌。先问清对方姓名、公司和编号，再核对欠款的数额与来源。"
    "对方不肯说明的，可以挂断，并保留录音和短信。上门的人应当出示证件。"
)
BASES = [
    LETTER,
    "老师问小明长大以后想做什么。小明说想当老师，这样就可以给别人留作业。",
    "A man walks into a library and asks for books about debt. They are right behind you.",
    "",
]
ENDS = ["", "完。", "——摘自别处", "催收电话" * 8, "The end."]
TREES = [Every(), Or([Term(WORDS, word) for word in ("催收", "老师", "debt")])]

Commit = list[tuple[str, Document | None]]


def document(name: int, seq: int, text: str) -> Document:
    site = "甲" if name % 3 else "乙"
    article = Article(url=f"http://x/{name}", title="", body=text, site=site)
    return document_of(article, seq, ANALYSIS)


def commits_of(seed: int, count: int, size: int) -> list[Commit]:
    """Commits in which articles come, change and go."""
    chance = random.Random(seed)
    seq, commits = 0, []
    for _ in range(count):
        commit: Commit = []
        for name in chance.sample(range(16), size):
            seq += 1
            text = chance.choice(BASES) + chance.choice(ENDS)
            is_gone = chance.random() < 0.2
            identity = article_id(f"http://x/{name}")
            commit.append((identity, None if is_gone else document(name, seq, text)))
        commits.append(commit)
    return commits


def follow(engine: Engine, commits: Sequence[Commit]) -> None:
    seq = engine.cursor
    for commit in commits:
        seq += len(commit)
        engine.apply(commit, seq)


def groups_of(engine: Engine) -> dict[str, tuple[str, ...]]:
    return {identity: engine.duplicates(identity) for identity, _ in engine.contents()}


def oracle_of(commits: Sequence[Commit]) -> Engine:
    memory = MemoryEngine()
    follow(memory, commits)
    return memory


@pytest.fixture
def engine(cluster_address: str) -> Iterator[Engine]:
    address = f"{cluster_address}?shards=3"
    with closing(ClusterGenerations.connect(address, "of a test")) as generations:
        yield generations.open(generations.live()).engine


def collapsed(matches: Sequence[Match], groups: dict[str, tuple[str, ...]]) -> list[Match]:
    """What is left of a whole ranking when only the first of each group counts."""
    ids = {match.id for match in matches}
    heads: list[Match] = []
    for match in matches:
        others = set(groups[match.id])
        if not others & {head.id for head in heads}:
            heads.append(Match(match.id, match.score, len(others & ids)))
    return heads


def test_groups_and_pages_are_those_of_the_oracle(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = commits_of(seed=1, count=4, size=8)
    follow(engine, commits)
    oracle = oracle_of(commits)
    groups = groups_of(engine)
    assert groups == groups_of(oracle)
    assert any(map(len, groups.values()))
    for tree, sort, filters in [
        (TREES[0], SORTS[0], {}),
        (TREES[1], SORTS[0], {}),
        (TREES[1], SORTS[1], {"site": frozenset(["甲"])}),
    ]:
        assert_paged_alike(engine, oracle, groups, Request(tree, filters, ("site",), sort, 3, 0))
    monkeypatch.setattr("indexer.engines.opensearch.searching.WINDOW", 2)
    assert_paged_alike(engine, oracle, groups, Request(TREES[1], {}, ("site",), SORTS[0], 5, 0))


def assert_paged_alike(
    engine: Engine, oracle: Engine, groups: dict[str, tuple[str, ...]], first: Request
) -> None:
    everything = engine.find(replace(first, limit=1000))
    expected = collapsed(everything.matches, groups)
    paged: list[Match] = []
    for offset in range(0, 18, first.limit):
        request = replace(first, offset=offset, collapse=True)
        page, by_oracle = engine.find(request), oracle.find(request)
        assert (page.total, page.facets) == (by_oracle.total, by_oracle.facets)
        paged += page.matches
    rounded = [(match.id, match.duplicates, round(match.score, 6)) for match in paged]
    assert rounded == [(one.id, one.duplicates, round(one.score, 6)) for one in expected]
    assert len(expected) < everything.total


def test_many_copies_are_grouped_by_the_earliest_of_them(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.opensearch.holders._TOGETHER", 3)
    texts = [LETTER] * 12 + [BASES[1], BASES[1] + ENDS[1], LETTER + ENDS[2]]
    documents = [document(name, name + 1, text) for name, text in enumerate(texts)]
    changes: Commit = [(one.id, one) for one in documents]
    commits = [changes[:12], changes[12:14], changes[14:]]
    follow(engine, commits)
    groups = groups_of(engine)
    assert groups == groups_of(oracle_of(commits))
    assert sorted(map(len, groups.values())) == [1] * 2 + [12] * 13


def test_copies_are_grouped_by_those_that_are_left_when_the_earliest_go(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.opensearch.holders._TOGETHER", 3)
    monkeypatch.setattr("indexer.engines.opensearch.filling._TOGETHER", 2)
    texts = [text + end for end in ENDS for text in [LETTER] * 3 + BASES[1:3]]
    first: Commit = [(one.id, one) for one in map(document, count(), count(1), texts)]
    # By turns copies come, and the earliest go or become something else.
    others = [*range(0, 10, 2), *range(1, 10, 2), *range(10, len(first))]
    later: Commit = []
    for seq, (gone, text) in enumerate(zip(others, texts, strict=True), len(first)):
        identity, _ = first[gone]
        changed = document(gone, seq * 2 + 1, BASES[2]) if gone % 3 else None
        new = document(len(first) + gone, seq * 2 + 2, text)
        later += [(identity, changed), (new.id, new)]
    engine.apply(first, len(first) * 2)
    engine.apply(later, len(first) * 4)
    memory = MemoryEngine()
    for begin, changes in ((0, first), (len(first) * 2, later)):
        for place in range(0, len(changes), 2):
            memory.apply(changes[place : place + 2], begin + place + 2)
    groups = groups_of(engine)
    assert groups == groups_of(memory)
    assert any(map(len, groups.values()))


def test_the_next_holders_of_a_band_are_found_when_the_earliest_are_left_out(
    engine: Engine, cluster_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.opensearch.holders._TOGETHER", 3)
    copies = [document(name, name + 1, LETTER) for name in range(EARLIEST + 6)]
    engine.apply([(one.id, one) for one in copies], len(copies))
    keys = set(bands_of(stack([copies[0].signature])).keys.tolist())
    ids = [one.id for one in copies]
    with closing(connect(parse_address(cluster_address))) as cluster:
        holders = Holders(cluster, cluster.address.name, len(copies) - 1)
        found = [hit["id"][0] for hit in holders.earliest(keys)]
        assert found[:EARLIEST] == ids[:EARLIEST]
        assert len(found) < len(copies) - 1
        assert [hit["id"][0] for hit in holders.earliest(keys)] == found
        holders.leave_out(ids[:6])
        assert {hit["id"][0] for hit in holders.earliest(keys)} == set(ids[6:-1])


def test_what_a_writer_left_that_died_changes_no_group(
    engine: Engine, opensearch_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("writing._TOGETHER", "filling._TOGETHER", "filling._FIRST"):
        monkeypatch.setattr(f"indexer.engines.opensearch.{name}", 2)
    whole = "".join(map(chr, random.Random(2).sample(range(0x4E00, 0x9F00), 200)))
    # The third is like either, and more like the second; these two are not alike.
    texts = [whole[64:], whole[:142], whole, LETTER]
    documents = [document(name, name + 1, text) for name, text in enumerate(texts)]
    changes: Commit = [(one.id, one) for one in documents]

    def dying() -> Iterator[tuple[str, Document | None]]:
        yield from changes
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.apply(dying(), 4)
    with OpenSearch([{"host": "127.0.0.1", "port": opensearch_port}]) as client:
        client.indices.refresh(index="t*")  # as when a node starts again
    assert engine.cursor == 0
    assert len(set(engine.contents())) == 4
    follow(engine, [changes])
    groups = groups_of(engine)
    assert groups == groups_of(oracle_of([changes[:2], changes[2:]]))
    assert groups[documents[1].id] == (documents[2].id,)
