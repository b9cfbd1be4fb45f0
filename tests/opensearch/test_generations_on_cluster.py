"""Generations on a cluster: built beside each other, behind one alias."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from indexer import Article, Index
from indexer.engines.opensearch import ClusterGenerations
from indexer.engines.opensearch.address import parse_address
from indexer.engines.opensearch.cluster import Cluster, connect
from indexer.engines.opensearch.state import State
from indexer.errors import GenerationBusyError, StaleGenerationError

ARTICLES = [Article(url=f"http://x/{n}", title="催收", body="催收电话") for n in range(3)]


@pytest.fixture
def open_index(cluster_address: str, tmp_path: Path) -> Iterator[Callable[[], Index]]:
    with ExitStack() as opened:
        yield lambda: opened.enter_context(Index.open(tmp_path / "index", engine=cluster_address))


@pytest.fixture
def cluster(cluster_address: str) -> Iterator[Cluster]:
    with closing(connect(parse_address(cluster_address))) as opened:
        yield opened


def indices(cluster: Cluster) -> set[str]:
    name = cluster.address.name
    found = cluster.client.indices.get(index=f"{name}-*")
    return {index.removeprefix(name) for index in found}


def test_a_rebuild_moves_the_alias_and_removes_the_generation_before(
    open_index: Callable[[], Index], cluster: Cluster
) -> None:
    writer, reader = open_index(), open_index()
    writer.add(ARTICLES)
    assert reader.search("催收").total == 3
    assert indices(cluster) == {"-0001", "-state"}
    assert writer.rebuild() == 3
    assert indices(cluster) == {"-0002", "-state"}
    assert reader.search("催收").total == 3
    reader.add([Article(url="http://x/more", title="催收", body="")])
    assert writer.search("催收").total == 4
    assert writer.check() == []
    stats = writer.stats()
    assert stats.location == f"{cluster.address}-0002"
    assert (stats.articles, stats.indexed, stats.behind) == (4, 4, 0)
    assert stats.index_bytes > 0


def test_what_a_killed_builder_left_is_removed(
    open_index: Callable[[], Index], cluster_address: str, cluster: Cluster
) -> None:
    open_index().add(ARTICLES)
    with closing(ClusterGenerations.connect(cluster_address, "of a test")) as generations:
        generations.create()
    assert indices(cluster) == {"-0001", "-0002", "-state"}
    assert open_index().search("催收").total == 3
    open_index().rebuild()
    assert indices(cluster) == {"-0002", "-state"}
    assert open_index().search("催收").total == 3


def test_another_analysis_asks_for_a_rebuild(
    open_index: Callable[[], Index], cluster_address: str
) -> None:
    with closing(ClusterGenerations.connect(cluster_address, "another analysis")):
        pass
    index = open_index()
    with pytest.raises(StaleGenerationError):
        index.add(ARTICLES)
    index.rebuild()
    assert index.search("催收").total == 3


def test_collections_on_one_cluster_do_not_meet(
    open_index: Callable[[], Index], cluster_address: str, tmp_path: Path
) -> None:
    open_index().add(ARTICLES)
    with Index.open(tmp_path / "another", engine=f"{cluster_address}-b") as another:
        assert another.search("催收").total == 0
        another.rebuild()
    assert open_index().search("催收").total == 3


@pytest.fixture
def state(cluster: Cluster) -> State:
    state = State(cluster)
    state.prepare()
    state.prepare()
    return state


def test_a_lease_has_one_holder(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    # It is renewed, so that nobody takes it however long it is held.
    monkeypatch.setattr("indexer.engines.opensearch.state.LEASE_SECONDS", 0.4)
    with state.holding("write", 1, "writes"):
        with pytest.raises(GenerationBusyError, match="another process writes"):
            state.holding("write", 2, "writes").__enter__()
        with state.holding("rebuild", 1, "rebuilds"):
            pass
    with state.holding("write", 1, "writes"):
        pass


def test_the_lease_of_a_holder_that_died_is_taken(
    state: State, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.opensearch.state.LEASE_SECONDS", 0.4)
    name = f"{cluster.address.name}-state"
    cluster.client.index(index=name, id="lease-write", body={"holder": "dead"})
    with state.holding("write", 30, "writes"):
        pass


def test_a_lease_passes_from_one_to_the_next(state: State) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with state.holding("write", 60, "writes"):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    threads = [threading.Thread(target=work, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


def test_a_cursor_never_goes_back(state: State) -> None:
    assert state.cursor("g") == 0
    for cursor in (5, 3, 5):
        state.advance("g", cursor)
    assert state.cursor("g") == 5
    state.forget("g")
    assert state.cursor("g") == 0


def test_words_for_suggestions_are_kept_where_nothing_else_is_in_the_folder(
    cluster_address: str, tmp_path: Path
) -> None:
    folder, store = tmp_path / "new", f"sqlite:///{tmp_path}/articles.db"
    with Index.open(folder, engine=cluster_address, store=store) as index:
        index.add([Article(url="http://x/1", title="催收上门怎么办", body="先看证件。")])
        assert [suggestion.text for suggestion in index.suggest("cuishou")][:1] == ["催收"]
    assert [file.name for file in folder.iterdir()] == ["guide.arrays"]
