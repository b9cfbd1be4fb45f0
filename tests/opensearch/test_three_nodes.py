"""A cluster of three nodes, each killed in turn while it is written and searched."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from opensearchnode import NoJavaError, start, wait
from opensearchpy import OpenSearch, OpenSearchException

from indexer import Article, Index

pytestmark = [pytest.mark.long, pytest.mark.cluster]

TOGETHER = 20  # articles of a commit
SECONDS = 180.0  # that the cluster may take to be whole again

INDEXER = """
import sys
from indexer import Article, Index

with Index.open(sys.argv[1], engine=sys.argv[2]) as index:
    urls = (f"http://killed/{n}" for n in range(3000))
    index.store.put(Article(url=url, title="催收", body="电话") for url in urls)
    print("ready", flush=True)
    index.catch_up()
"""


class Nodes:
    """Three nodes that know each other.

    Args:
        folder: Their folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = free_ports(6)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        for name in self.names:
            self.start(name)
        for name in self.names:
            wait(folder / name, self._processes.values())

    @property
    def names(self) -> list[str]:
        return ["one", "two", "three"]

    @property
    def ports(self) -> list[int]:
        return self._ports[:3]

    def start(self, name: str) -> None:
        place = self.names.index(name)
        transport = self._ports[3:]
        settings = {
            "node.name": name,
            "http.port": str(self._ports[place]),
            "transport.port": str(transport[place]),
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in transport),
            "cluster.initial_cluster_manager_nodes": ",".join(self.names),
        }
        self._processes[name] = start(self._folder / name, os.getpid(), settings)

    def kill(self, name: str) -> None:
        self._processes[name].send_signal(signal.SIGKILL)
        self._processes[name].wait()

    def wait_for(self, client: OpenSearch, count: int) -> None:
        """Wait until there are so many nodes, and every shard has its copy."""
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with suppress(OpenSearchException):
                health = client.cluster.health()
                if (health["status"], health["number_of_nodes"]) == ("green", count):
                    return
            time.sleep(0.1)
        pytest.fail(f"the cluster was not whole with {count} nodes after {SECONDS} s")


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    try:
        started = Nodes(tmp_path_factory.mktemp("nodes"))
    except NoJavaError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))
    yield started
    for name in started.names:
        started.kill(name)


@pytest.fixture
def client(nodes: Nodes) -> Iterator[OpenSearch]:
    hosts: list[Any] = [{"host": "127.0.0.1", "port": port} for port in nodes.ports]
    with OpenSearch(hosts, max_retries=5) as opened:
        yield opened


@pytest.fixture
def address(nodes: Nodes) -> str:
    return f"opensearch://{','.join(f'127.0.0.1:{port}' for port in nodes.ports)}/trial"


def test_any_node_may_be_killed_while_articles_are_written_and_searched(
    nodes: Nodes, client: OpenSearch, address: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    done = threading.Event()
    written: list[str] = []
    searches: list[int] = []
    failures: list[BaseException] = []

    def write(index: Index) -> None:
        number = 0
        while not done.is_set():
            urls = [f"http://x/{number}/{n}" for n in range(TOGETHER)]
            index.add(Article(url=url, title="催收", body="催收电话") for url in urls)
            written.extend(urls)
            number += 1

    def search(index: Index) -> None:
        while not done.is_set():
            known = len(written)
            total = index.search("催收", limit=1).total
            assert total >= known, (total, known)
            searches.append(total)

    def attempt(work: Any, index: Index) -> None:
        try:
            work(index)
        except BaseException as failure:
            failures.append(failure)
            raise

    nodes.wait_for(client, 3)
    with Index.open(tmp_path / "index", engine=address) as index:
        # Otherwise it waits a minute for a node to come back before it makes new copies.
        delay = {"index.unassigned.node_left.delayed_timeout": "2s"}
        client.indices.put_settings(index="trial-*", body=delay)
        threads = [threading.Thread(target=attempt, args=[work, index]) for work in (write, search)]
        for thread in threads:
            thread.start()
        manager = client.cat.cluster_manager(params={"format": "json"})[0]["node"]
        for name in [manager, *(name for name in nodes.names if name != manager)]:
            before = len(written), len(searches)
            nodes.kill(name)
            nodes.wait_for(client, 2)
            while not failures and (len(written), len(searches)) <= before:
                time.sleep(0.1)
            nodes.start(name)
            nodes.wait_for(client, 3)
        done.set()
        for thread in threads:
            thread.join()
        assert not failures
        assert index.check() == []
        assert index.search("催收", limit=0).total == len(written)
    said = f"{len(written)} articles written, {len(searches)} searches, none failed"
    pytestconfig.get_terminal_writer().line(said)


def test_an_indexer_that_is_killed_is_followed_by_another(
    nodes: Nodes, client: OpenSearch, address: str, tmp_path: Path
) -> None:
    nodes.wait_for(client, 3)
    folder, place = tmp_path / "index", f"{address}-killed"
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
