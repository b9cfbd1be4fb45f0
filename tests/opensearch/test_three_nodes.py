"""A cluster of three nodes, each killed in turn while it is written and searched."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from opensearchcluster import Nodes, Place, Traffic, free_ports, manager_of, wait_for
from opensearchnode import NoJavaError
from opensearchpy import OpenSearch

from indexer import Index

pytestmark = [pytest.mark.long, pytest.mark.cluster]

NAMES = ("one", "two", "three")

INDEXER = """
import sys
from indexer import Article, Index

with Index.open(sys.argv[1], engine=sys.argv[2]) as index:
    urls = (f"http://killed/{n}" for n in range(3000))
    index.store.put(Article(url=url, title="催收", body="电话") for url in urls)
    print("ready", flush=True)
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
    nodes: Nodes, client: OpenSearch, tmp_path: Path, pytestconfig: pytest.Config
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
    pytestconfig.get_terminal_writer().line(said)


def test_an_indexer_that_is_killed_is_followed_by_another(
    nodes: Nodes, client: OpenSearch, tmp_path: Path
) -> None:
    folder, place = tmp_path / "index", nodes.address("killed")
    indexer = subprocess.Popen(
        [sys.executable, "-c", INDEXER, folder, place], stdout=subprocess.PIPE, text=True
    )
    with closing(indexer.stdout) as output:  # type: ignore[type-var]
        assert output
        assert output.readline() == "ready\n"
        time.sleep(0.3)
        indexer.kill()
        indexer.wait()
    with Index.open(folder, engine=place) as index:
        index.catch_up()
        assert index.check() == []
        assert index.search("催收", limit=0).total == 3000
