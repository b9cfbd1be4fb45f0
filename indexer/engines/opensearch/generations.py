"""Generations on a cluster: indices beside each other, and an alias for the live one.

::

    xiaosou         an alias: the live generation, searched by this name
    xiaosou-0001    a generation
    xiaosou-state   how far each follows the store, and who is writing or building
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from opensearchpy import NotFoundError

from indexer.engines.opensearch.address import parse_address
from indexer.engines.opensearch.cluster import Cluster, connect
from indexer.engines.opensearch.engine import OpenSearchEngine
from indexer.engines.opensearch.fields import mapping_of, settings_of
from indexer.engines.opensearch.filling import Filling
from indexer.engines.opensearch.state import LEASE_SECONDS, State
from indexer.engines.opensearch.words import ClusterWords
from indexer.errors import GenerationError

_WAIT_TO_WRITE = 60.0  # seconds to wait for another writer
_WAIT_TO_BUILD = LEASE_SECONDS + 2  # and for a builder, who may have died
_ASKED_AGAIN = 1.0  # after so many seconds, which generation is live


@dataclass(frozen=True, slots=True)
class ClusterGeneration:
    """One build of the index on a cluster.

    Attributes:
        name: The name of its index.
        location: Where it is, without a password.
        fingerprint: The analysis it was built by (`Analysis.fingerprint`).
        engine: The engine that reads and writes it.
        own_words: The words of the user's dictionary that it was made with.
        cluster: The cluster.
    """

    name: str
    location: str
    fingerprint: str
    engine: OpenSearchEngine
    own_words: ClusterWords
    cluster: Cluster

    @property
    def folder(self) -> None:
        """See `Generation.folder`."""

    def size(self) -> int:
        """The bytes of its index, counted once whatever copies there are.

        Raises:
            GenerationError: The cluster did not answer, or refused.
        """
        with self.cluster.reporting():
            answer = self.cluster.client.indices.stats(index=self.name, metric="store")
        return int(answer["_all"]["primaries"]["store"]["size_in_bytes"])


class ClusterGenerations:
    """The generations of an index on a cluster. May be shared by threads.

    Args:
        cluster: The cluster.
        fingerprint: The analysis new generations are built by.

    Raises:
        GenerationError: The cluster did not answer, or refused.
    """

    def __init__(self, cluster: Cluster, fingerprint: str) -> None:
        self._cluster = cluster
        self._client = cluster.client
        self._alias = cluster.address.name
        self._fingerprint = fingerprint
        self._state = State(cluster)
        self._live = ""
        self._asked = -_ASKED_AGAIN
        with cluster.reporting():
            if not self._find_live():
                self._state.prepare()
                with self.rebuilding(), self.writing():
                    if not self._find_live():
                        self.publish(self.create().name)

    @classmethod
    def connect(cls, address: str, fingerprint: str) -> Self:
        """The generations at an address.

        Raises:
            SettingsError: It is no address.
            GenerationError: The cluster did not answer, or refused.
        """
        cluster = connect(parse_address(address))
        try:
            return cls(cluster, fingerprint)
        except BaseException:
            cluster.close()
            raise

    def live(self) -> str:
        """See `Generations.live`. The cluster is asked once a second at most."""
        if time.monotonic() - self._asked >= _ASKED_AGAIN:
            with self._cluster.reporting():
                self._find_live()
        if not self._live:
            raise GenerationError(
                f"the index at {self._cluster.address} is gone: run xiaosou index --rebuild"
            )
        return self._live

    def open(self, name: str) -> ClusterGeneration:
        """See `Generations.open`."""
        with self._cluster.reporting():
            mapping = self._client.indices.get_mapping(index=name)[name]["mappings"]
        fingerprint = mapping.get("_meta", {}).get("fingerprint", "")
        engine = OpenSearchEngine(self._cluster, name, self._alias)
        location = f"{self._cluster.address}-{_number(name):04}"
        words = ClusterWords(self._cluster, name)
        return ClusterGeneration(name, location, fingerprint, engine, words, self._cluster)

    def create(self) -> ClusterGeneration:
        """See `Generations.create`."""
        with self._cluster.reporting():
            before = self._find_live()
            live = _number(before)
            for name in self._names():
                if _number(name) > live:  # left by a builder that was killed
                    self._remove(name)
            name = f"{self._alias}-{live + 1:04}"
            self._client.indices.create(
                index=name,
                body={
                    "settings": {"index": settings_of(self._cluster.address.shards)},
                    "mappings": mapping_of(self._fingerprint),
                },
            )
            if before:
                count, averages = Filling(self._cluster, before, self._state).averages()
                if count:
                    self._state.settle(name, averages)
        return self.open(name)

    def publish(self, name: str) -> None:
        """See `Generations.publish`."""
        with self._cluster.reporting():
            before = self._find_live()
            actions = [{"add": {"index": name, "alias": self._alias}}]
            if before:
                actions.append({"remove": {"index": before, "alias": self._alias}})
            self._client.indices.update_aliases(body={"actions": actions})
            self._find_live()

    def remove_unused(self) -> None:
        """See `Generations.remove_unused`. Searches go to the alias, and so to the live one."""
        with self._cluster.reporting():
            live = _number(self._find_live())
            for name in self._names():
                if _number(name) < live:
                    self._remove(name)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See `Generations.writing`."""
        with (
            self._cluster.reporting(),
            self._state.holding("write", _WAIT_TO_WRITE, "writes to the index"),
        ):
            self._find_live()
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """See `Generations.rebuilding`."""
        with (
            self._cluster.reporting(),
            self._state.holding("rebuild", _WAIT_TO_BUILD, "rebuilds the index"),
        ):
            yield

    def close(self) -> None:
        """See `Generations.close`."""
        self._cluster.close()

    def _find_live(self) -> str:
        """The name of the live generation's index; empty where there is none."""
        try:
            found = list(self._client.indices.get_alias(name=self._alias))
        except NotFoundError:
            found = []
        self._live = max(found, key=_number, default="")
        self._asked = time.monotonic()
        return self._live

    def _names(self) -> list[str]:
        """The indices of all generations."""
        pattern = re.compile(re.escape(self._alias) + r"-\d+")
        found = self._client.indices.get_alias(index=f"{self._alias}-*")
        return [name for name in found if pattern.fullmatch(name)]

    def _remove(self, name: str) -> None:
        self._client.indices.delete(index=name, params={"ignore_unavailable": "true"})
        self._state.forget(name)


def _number(name: str) -> int:
    """The number of a generation; 0 for none."""
    return int(name.rpartition("-")[2]) if name else 0
