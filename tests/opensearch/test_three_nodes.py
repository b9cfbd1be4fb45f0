"""A cluster of three nodes, each killed in turn while it is written and searched."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from opensearchcluster import Nodes, Place, Traffic, free_ports, manager_of, wait_for
from opensearchnode import NoJavaError
from opensearchpy import OpenSearch

from indexer import Article, Index

pytestmark = [pytest.mark.long, pytest.mark.cluster]

NAMES = ("one", "two", "three")

COUNT = 3000

INDEXER = """
import sys
from indexer import Index
from indexer.engines.opensearch import writing

writing._TOGETHER = 100
with Index.open(sys.argv[1], engine=sys.argv[2], store=sys.argv[3]) as index:
    index.catch_up()
"""


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    ports = free_ports(6)
    places = [
        Place(name, "127.0.0.1", *numbers)
        for name, *numbers in zip(NAMES, ports[:3], ports[3:], strict=True)
    ]
    try:
        started = Nodes(tmp_path_factory.mktemp("nodes"), places)
    except NoJavaError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))
    yield started
    started.kill_all()


@pytest.fixture
def client(nodes: Nodes) -> Iterator[OpenSearch]:
    with OpenSearch(nodes.hosts, max_retries=5) as opened:
        wait_for(opened, 3)
        yield opened


def test_any_node_may_be_killed_while_articles_are_written_and_searched(
    nodes: Nodes, client: OpenSearch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Index.open(tmp_path / "index", engine=nodes.address("trial")) as index:
        # Otherwise it waits a minute for a node to come back before it makes new copies.
        delay = {"index.unassigned.node_left.delayed_timeout": "2s"}
        client.indices.put_settings(index="trial-*", body=delay)
        traffic = Traffic(index)
        manager = manager_of(client)
        with traffic.running():
            for name in [manager, *(name for name in NAMES if name != manager)]:
                nodes.kill(name)
                wait_for(client, 2)
                traffic.wait_for_more()
                nodes.start(name)
                wait_for(client, 3)
    said = f"{traffic.written} articles written, {traffic.searches} searches, none failed"
    with capsys.disabled():
        sys.stdout.write(f"{said}\n")


def test_indexers_that_are_killed_amid_their_writes_are_followed_by_another(
    nodes: Nodes,
    client: OpenSearch,
    postgresql_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = nodes.address("killed")
    with Index.open(tmp_path / "own", engine=place, store=postgresql_url) as index:
        urls = (f"http://killed/{number}" for number in range(COUNT))
        index.store.put(Article(url=url, title="催收", body=f"{url} 电话") for url in urls)
        for moment in (100, COUNT // 2):
            before = written(client)
            command = [sys.executable, "-c", INDEXER, tmp_path / "other", place, postgresql_url]
            with subprocess.Popen(command) as indexer:
                while written(client) < before + moment:
                    assert indexer.poll() is None
                    time.sleep(0.05)
                indexer.kill()
            assert written(client) < before + COUNT
            assert index.stats().behind == COUNT
        begun = time.monotonic()
        index.catch_up()
        took = time.monotonic() - begun
        assert index.check() == []
        assert index.search("催收", limit=0).total == COUNT
        assert index.stats().indexed == COUNT
    said = f"two indexers killed; the next one had all {COUNT} articles after {took:.0f} s"
    with capsys.disabled():
        sys.stdout.write(f"{said}\n")


def written(client: OpenSearch) -> int:
    """How many documents were written to the generation of the killed, however often."""
    stats = client.indices.stats(index="killed-0*", metric="indexing")
    count: int = stats["_all"]["primaries"]["indexing"]["index_total"]
    return count
