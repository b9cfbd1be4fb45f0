"""Writing: documents into an index, so that nothing is lost and nothing newer replaced.

Every document is written with its `Document.seq` for a version, and OpenSearch refuses one that is
older than what it has. So any number of writers may write, in any order, and again.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from opensearchpy import ConnectionError as Unreachable
from opensearchpy import OpenSearchException, TransportError

from indexer.engines.opensearch.cluster import Cluster
from indexer.engines.opensearch.documents import Source
from indexer.errors import GenerationError

_TOGETHER = 1000  # documents of one call
_BYTES = 8_000_000  # of one call, about
_AT_ONCE = 2  # calls
_TRIES = 8
_PAUSE = 0.25  # seconds after the first try; each pause is twice the one before
_BUSY = (429, 502, 503, 504)
_NEWER_THERE = 409
_NOT_THERE = 404


@dataclass(frozen=True)
class Action:
    """A document to be put in or taken out.

    Attributes:
        id: Its id.
        version: What must not be older than what is there.
        source: The document; None to take it out.
    """

    id: str
    version: int
    source: Source | None

    @cached_property
    def lines(self) -> str:
        """It as lines of a call."""
        kind = "delete" if self.source is None else "index"
        about = {"_id": self.id, "version": self.version, "version_type": "external_gte"}
        lines = [{kind: about}] if self.source is None else [{kind: about}, self.source]
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)


def write(cluster: Cluster, index: str, actions: Iterable[Action]) -> None:
    """Put in, replace and take out documents. What is refused does not hold up the rest.

    Args:
        cluster: The cluster.
        index: The name of the index.
        actions: What to do; read once, in bounded memory.

    Raises:
        GenerationError: A document was refused, or the cluster was too busy for too long.
        OpenSearchException: The cluster did not answer, or refused everything.
    """
    refused: list[str] = []
    sent: deque[Future[list[str]]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as senders:
        for together in _together(actions):
            # The next ones are made ready while the cluster writes.
            sent.append(senders.submit(_send, cluster, index, together))
            if len(sent) > _AT_ONCE:
                refused += sent.popleft().result()
        for remaining in sent:
            refused += remaining.result()
    if refused:
        raise GenerationError(
            f"{len(refused)} documents were refused by {cluster.address}, the first was "
            f"{refused[0]}: the others are indexed, try again with xiaosou index"
        )


def _together(actions: Iterable[Action]) -> Iterator[list[Action]]:
    """The actions of one call after another."""
    collected: list[Action] = []
    size = 0
    for action in actions:
        collected.append(action)
        size += len(action.lines.encode())
        if len(collected) == _TOGETHER or size > _BYTES:
            yield collected
            collected, size = [], 0
    if collected:
        yield collected


def _send(cluster: Cluster, index: str, actions: list[Action]) -> list[str]:
    """Send actions, and those again for which the cluster was too busy.

    Returns:
        What was refused, and why.
    """
    refused: list[str] = []
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE * 2 ** (attempt - 1))
        try:
            answer = cluster.client.bulk(
                body="".join(action.lines for action in actions), index=index
            )
        except TransportError as error:
            if not _is_transient(error) or attempt == _TRIES - 1:
                raise
            continue
        left = []
        for action, item in zip(actions, answer["items"], strict=True):
            (done,) = item.values()
            if done["status"] in _BUSY:
                left.append(action)
            elif done["status"] >= 400 and not _is_in_order(item):
                refused.append(f"{action.id} ({done['error']['type']})")
        actions = left
        if not actions:
            return refused
    raise GenerationError(
        f"{cluster.address} is too busy to take documents: nothing is lost, "
        "run xiaosou index when it is not"
    )


def _is_transient(error: OpenSearchException) -> bool:
    return isinstance(error, Unreachable) or (
        isinstance(error, TransportError) and error.status_code in _BUSY
    )


def _is_in_order(item: Any) -> bool:
    """Whether something newer is there, or what was to be taken out is not."""
    ((kind, done),) = item.items()
    is_gone = kind == "delete" and done["status"] == _NOT_THERE and "error" not in done
    return is_gone or done["status"] == _NEWER_THERE
