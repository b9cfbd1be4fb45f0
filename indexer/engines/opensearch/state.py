"""State: what is to be known of an index beside its documents, in an index of its own.

It has the cursor of each generation, averages to weigh its documents by, and leases: locks that
several machines can take, and that go to another one when their holder is heard of no more.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any

from opensearchpy import ConflictError, NotFoundError, OpenSearchException, RequestError

from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.weighing import Averages
from indexer.errors import GenerationBusyError
from indexer.ownwords import OwnWords

LEASE_SECONDS = 10.0
"""After so many seconds without a word of its holder, another may take a lease."""

_RENEWALS = 4  # in this time
_PAUSE = 0.05  # seconds between two looks at a lease that another holds
_ALREADY_THERE = "resource_already_exists_exception"
_log = logging.getLogger(__name__)


class State:
    """The state of an index.

    Args:
        cluster: The cluster.

    Raises:
        OpenSearchException: The cluster did not answer, or refused; from every method, too.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._client = cluster.client
        self._place = str(cluster.address)
        self._index = f"{cluster.address.name}-state"

    def prepare(self) -> None:
        """Make the index when it is not there."""
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        body = {"settings": settings, "mappings": {"dynamic": False}}
        try:
            self._client.indices.create(index=self._index, body=body)
        except RequestError as error:
            if error.error != _ALREADY_THERE:
                raise

    def cursor(self, generation: str) -> int:
        """The cursor of a generation; 0 when none was written."""
        try:
            found = self._client.get(index=self._index, id=_cursor_of(generation))
        except NotFoundError:
            return 0
        return int(found["_source"]["cursor"])

    def advance(self, generation: str, cursor: int) -> None:
        """Write a cursor, unless a later one is there."""
        with suppress(ConflictError):
            self._client.index(
                index=self._index,
                id=_cursor_of(generation),
                body={"cursor": cursor},
                params={"version": cursor, "version_type": "external_gte"},
            )

    def averages(self, generation: str) -> Averages | None:
        """The averages by which the documents of a generation are weighed; None for none yet."""
        try:
            found = self._client.get(index=self._index, id=_averages_of(generation))
        except NotFoundError:
            return None
        return Averages(found["_source"]["lengths"])

    def settle(self, generation: str, averages: Averages) -> None:
        """Write the averages of a generation."""
        self._client.index(
            index=self._index, id=_averages_of(generation), body={"lengths": averages.lengths}
        )

    def own_words(self, generation: str) -> OwnWords:
        """The words of the user's dictionary that a generation was made with."""
        try:
            found = self._client.get(index=self._index, id=_words_of(generation))
        except NotFoundError:
            return OwnWords()
        return OwnWords.from_dict(found["_source"])

    def keep_words(self, generation: str, words: OwnWords) -> None:
        """Write the words of the user's dictionary that a generation was made with."""
        self._client.index(index=self._index, id=_words_of(generation), body=asdict(words))

    def forget(self, generation: str) -> None:
        """Remove what is known of a generation."""
        for document in (_cursor_of(generation), _averages_of(generation), _words_of(generation)):
            with suppress(NotFoundError):
                self._client.delete(index=self._index, id=document)

    @contextmanager
    def holding(self, name: str, seconds: float, what: str) -> Iterator[None]:
        """Hold a lease.

        Args:
            name: Its name.
            seconds: How long to wait for it.
            what: What somebody does who holds it.

        Raises:
            GenerationBusyError: Another held it for too long.
        """
        held = self._take(f"lease-{name}", seconds, what)
        ended = threading.Event()
        renewing = threading.Thread(target=self._renew, args=[held, ended], daemon=True)
        renewing.start()
        try:
            yield
        finally:
            ended.set()
            renewing.join()
            with suppress(ConflictError, NotFoundError):
                self._client.delete(index=self._index, id=held.id, params=held.unchanged)

    def _take(self, document: str, seconds: float, what: str) -> _Held:
        end = time.monotonic() + seconds
        seen: dict[str, Any] = {}
        since = time.monotonic()
        body = {"holder": secrets.token_hex(8)}
        while True:
            params = seen if time.monotonic() - since > LEASE_SECONDS else {"op_type": "create"}
            try:
                taken = self._client.index(index=self._index, id=document, body=body, params=params)
                return _Held(document, body, taken)
            except ConflictError:
                pass
            if time.monotonic() >= end:
                raise GenerationBusyError(
                    f"another process {what} at {self._place}: nothing is lost, "
                    "run xiaosou index when it has finished"
                )
            time.sleep(_PAUSE)
            with suppress(NotFoundError):
                found = self._client.get(index=self._index, id=document)
                if found["_source"] == body:  # it was taken, but the answer was lost
                    return _Held(document, body, found)
                if (unchanged := _unchanged(found)) != seen:
                    # Clocks of machines differ: what counts is how long it stays as it is.
                    seen, since = unchanged, time.monotonic()

    def _renew(self, held: _Held, ended: threading.Event) -> None:
        while not ended.wait(LEASE_SECONDS / _RENEWALS):
            try:
                found = self._client.index(
                    index=self._index, id=held.id, body=held.body, params=held.unchanged
                )
                held.unchanged = _unchanged(found)
            except ConflictError:
                _log.warning("another process took the lease %s of %s", held.id, self._place)
                return
            except OpenSearchException:
                continue  # it is good for a while yet


class _Held:
    """A lease that is held.

    Args:
        document: The id of its document.
        body: The document.
        answer: What OpenSearch said when it was written.
    """

    def __init__(self, document: str, body: dict[str, str], answer: Any) -> None:
        self.id = document
        self.body = body
        self.unchanged = _unchanged(answer)


def _unchanged(answer: Any) -> dict[str, Any]:
    """Parameters by which a document is written only if nobody has since."""
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


def _cursor_of(generation: str) -> str:
    return f"cursor-{generation}"


def _averages_of(generation: str) -> str:
    return f"averages-{generation}"


def _words_of(generation: str) -> str:
    return f"words-{generation}"
