"""The user's words of a generation on a cluster."""

from __future__ import annotations

import time

from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.state import State
from indexer.ownwords import OwnWords

_ASKED_AGAIN = 1.0  # after so many seconds, for another process may have put others


class ClusterWords:
    """What a generation knows of the user's words; `KeptWords`.

    Args:
        cluster: The cluster.
        generation: The name of the generation.
    """

    def __init__(self, cluster: Cluster, generation: str) -> None:
        self._cluster = cluster
        self._state = State(cluster)
        self._generation = generation
        self._known = OwnWords()
        self._asked = -_ASKED_AGAIN

    def get(self) -> OwnWords:
        """See `KeptWords.get`. The cluster is asked once a second at most."""
        if time.monotonic() - self._asked >= _ASKED_AGAIN:
            with self._cluster.reporting():
                self._known = self._state.own_words(self._generation)
            self._asked = time.monotonic()
        return self._known

    def put(self, words: OwnWords) -> None:
        """See `KeptWords.put`."""
        with self._cluster.reporting():
            self._state.keep_words(self._generation, words)
        self._known, self._asked = words, time.monotonic()
