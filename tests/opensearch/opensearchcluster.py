"""A cluster of three OpenSearch nodes, and what is written to it and searched while it suffers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opensearchnode import start, wait
from opensearchpy import OpenSearch, OpenSearchException

from indexer import Article, Index

TOGETHER = 20  # articles of a commit
SECONDS = 180.0  # that a cluster may take to be whole again


@dataclass(frozen=True)
class Place:
    """Where a node is.

    Attributes:
        name: Its name.
        host: Its address.
        http: The port at which it is asked.
        transport: The port for the other nodes.
        prefix: What is put before the command that starts it.
    """

    name: str
    host: str
    http: int
    transport: int
    prefix: Sequence[str] = ()


class Nodes:
    """Nodes that know each other.

    Args:
        folder: Their folder.
        places: Where they are.
        settings: What is set for all of them.
    """

    def __init__(
        self, folder: Path, places: Sequence[Place], settings: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._settings = settings or {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.places = {place.name: place for place in places}
        for name in self.places:
            self.start(name)
        for name in self.places:
            wait(folder / name, self._processes.values())

    @property
    def hosts(self) -> list[Any]:
        """Where they are asked, as the driver has it."""
        return [{"host": place.host, "port": place.http} for place in self.places.values()]

    def address(self, name: str) -> str:
        """The address of an index on them."""
        hosts = ",".join(f"{place.host}:{place.http}" for place in self.places.values())
        return f"opensearch://{hosts}/{name}"

    def start(self, name: str) -> None:
        """Start one."""
        place = self.places[name]
        seeds = [f"{each.host}:{each.transport}" for each in self.places.values()]
        settings = {
            "node.name": name,
            "network.host": place.host,
            "http.port": str(place.http),
            "transport.port": str(place.transport),
            "discovery.seed_hosts": ",".join(seeds),
            "cluster.initial_cluster_manager_nodes": ",".join(self.places),
        }
        self._processes[name] = start(
            self._folder / name, os.getpid(), {**settings, **self._settings}, place.prefix
        )

    def kill(self, name: str) -> None:
        """End one as a power cut would."""
        self._processes[name].send_signal(signal.SIGKILL)
        self._processes[name].wait()

    def kill_all(self) -> None:
        """End all."""
        for name in self._processes:
            self.kill(name)


def wait_for(client: OpenSearch, count: int) -> None:
    """Wait until there are so many nodes, and every shard has its copy."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with suppress(OpenSearchException):
            health = client.cluster.health()
            if (health["status"], health["number_of_nodes"]) == ("green", count):
                return
        time.sleep(0.1)
    raise AssertionError(f"the cluster was not whole with {count} nodes after {SECONDS} s")


def manager_of(client: OpenSearch) -> str:
    """The name of the node that manages the cluster."""
    name: str = client.cat.cluster_manager(params={"format": "json"})[0]["node"]
    return name


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Traffic:
    """Articles that are written to an index, and searches that must find them.

    Args:
        index: The index, empty at first.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._done = threading.Event()
        self._failures: list[BaseException] = []
        self.written = 0
        self.searches = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Write and search meanwhile; all that was written must be there in the end."""
        threads = [
            threading.Thread(target=self._work, args=[w]) for w in (self._write, self._search)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._done.set()
            for thread in threads:
                thread.join()
        assert not self._failures, self._failures
        assert self._index.check() == []
        assert self._index.search("催收", limit=0).total == self.written

    def wait_for_more(self) -> None:
        """Wait until more was written and searched."""
        written, searches = self.written, self.searches
        while not self._failures and not (self.written > written and self.searches > searches):
            time.sleep(0.1)

    def _work(self, step: Callable[[], None]) -> None:
        try:
            while not self._done.is_set():
                step()
        except BaseException as failure:
            self._failures.append(failure)
            raise

    def _write(self) -> None:
        urls = [f"http://x/{self.written + number}" for number in range(TOGETHER)]
        self._index.add(Article(url=url, title="催收", body="催收电话") for url in urls)
        self.written += TOGETHER

    def _search(self) -> None:
        known = self.written
        total = self._index.search("催收", limit=1).total
        assert total >= known, (total, known)
        self.searches += 1
