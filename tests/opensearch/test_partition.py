"""Three nodes on networks of their own, one of which is cut off from the others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from opensearchcluster import Nodes, Place, Traffic, manager_of, wait_for
from opensearchnode import NoJavaError
from opensearchpy import OpenSearch

from indexer import Index

pytestmark = [pytest.mark.long, pytest.mark.cluster]

NAMES = ("one", "two", "three")
NETWORK = "10.213.77"

# A node whose packets vanish is missed after three seconds instead of thirty.
SETTINGS = {
    "cluster.fault_detection.leader_check.timeout": "1s",
    "cluster.fault_detection.follower_check.timeout": "1s",
    "cluster.publish.timeout": "3s",
    "cluster.follower_lag.timeout": "5s",
}


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Network:
    """A switch with a cable to each node, which can be pulled."""

    def __init__(self) -> None:
        self._number = os.getpid()
        self._switch = f"xs{self._number}"
        ip("link", "add", self._switch, "type", "bridge")
        ip("addr", "add", f"{NETWORK}.254/24", "dev", self._switch)
        ip("link", "set", self._switch, "up")
        self.places = [self._join(name, number) for number, name in enumerate(NAMES, 1)]

    def _join(self, name: str, number: int) -> Place:
        space, host = self._space(name), f"{NETWORK}.{number}"
        ip("netns", "add", space)
        ip("link", "add", space, "type", "veth", "peer", "name", "eth0", "netns", space)
        ip("link", "set", space, "master", self._switch, "up")
        ip("-n", space, "addr", "add", f"{host}/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            ip("-n", space, "link", "set", device, "up")
        return Place(name, host, 9200, 9300, ("ip", "netns", "exec", space))

    def pull(self, name: str) -> None:
        ip("link", "set", self._space(name), "down")

    def plug_in(self, name: str) -> None:
        ip("link", "set", self._space(name), "up")

    def close(self) -> None:
        for name in NAMES:
            with suppress(subprocess.CalledProcessError):
                ip("netns", "del", self._space(name))
        with suppress(subprocess.CalledProcessError):
            ip("link", "del", self._switch)

    def _space(self, name: str) -> str:
        return f"{name[0:2]}{self._number}"


@pytest.fixture
def network() -> Iterator[Network]:
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("only root can cut a network, and only where there is ip of iproute2")
    made = Network()
    yield made
    made.close()


@pytest.fixture
def nodes(network: Network, tmp_path: Path) -> Iterator[Nodes]:
    try:
        started = Nodes(tmp_path, network.places, SETTINGS)
    except NoJavaError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))
    yield started
    started.kill_all()


def test_a_manager_that_is_cut_off_loses_nothing(
    network: Network, nodes: Nodes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        OpenSearch(nodes.hosts, timeout=5, max_retries=5) as client,
        Index.open(tmp_path / "index", engine=nodes.address("trial")) as index,
    ):
        wait_for(client, 3)
        delay = {"index.unassigned.node_left.delayed_timeout": "2s"}
        client.indices.put_settings(index="trial-*", body=delay)
        traffic = Traffic(index)
        with traffic.running():
            traffic.wait_for_more()
            cut_off = manager_of(client)
            network.pull(cut_off)
            wait_for(client, 2)
            traffic.wait_for_more()
            assert manager_of(client) != cut_off
            network.plug_in(cut_off)
            wait_for(client, 3)
            traffic.wait_for_more()
    said = f"{traffic.written} articles written, {traffic.searches} searches, none failed"
    with capsys.disabled():
        sys.stdout.write(f"{said}\n")
