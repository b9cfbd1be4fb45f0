"""A cluster: the connection to its nodes, and what is said when they do not answer."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from opensearchpy import (
    AuthenticationException,
    AuthorizationException,
    OpenSearch,
    OpenSearchException,
    SSLError,
    TransportError,
)

from indexer.engines.opensearch.address import Address
from indexer.errors import GenerationError, SettingsError

_CONNECTIONS = 32  # kept open to each node
_SECONDS = 30.0  # to wait for an answer
_UNAVAILABLE = (502, 503, 504)  # what another node is asked after
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster. May be shared by threads.

    Attributes:
        address: Where it is.
        client: Asks its nodes, and another one when one does not answer.
    """

    address: Address
    client: OpenSearch

    @contextmanager
    def reporting(self) -> Iterator[None]:
        """Turn what the client raises into an error of the index.

        Raises:
            GenerationError: The cluster did not answer, or refused.
        """
        try:
            yield
        except OpenSearchException as error:
            raise GenerationError(
                f"the index at {self.address} cannot be used ({reason(error)}): {_advice(error)}"
            ) from error

    def search(self, index: str | None, body: dict[str, Any], **parameters: str) -> Any:
        """What all shards of an index answer together.

        Args:
            index: Its name; None where the body names a point in time.
            body: What is asked.
            parameters: Others of the call.

        Raises:
            OpenSearchException: A shard did not answer, or refused.
        """
        whole = {"allow_partial_search_results": "false", **parameters}
        return self.client.search(body=body, index=index, params=whole)

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()


def connect(address: Address) -> Cluster:
    """A connection to a cluster; nothing is asked yet.

    Raises:
        SettingsError: The certificates of those who are trusted cannot be read.
    """
    if address.authority:
        _check(address.authority)
    # What goes wrong is raised, or goes right on another node.
    logging.getLogger("opensearch").setLevel(logging.ERROR)
    client = OpenSearch(
        hosts=[{"host": host, "port": port} for host, port in address.hosts],
        http_auth=(address.user, address.password) if address.user else None,
        use_ssl=address.secure,
        verify_certs=address.secure,
        ca_certs=address.authority or None,
        pool_maxsize=_CONNECTIONS,
        timeout=_SECONDS,
        max_retries=max(3, len(address.hosts)),
        retry_on_timeout=True,
        retry_on_status=_UNAVAILABLE,
    )
    return Cluster(address, client)


def reason(error: OpenSearchException) -> str:
    """What went wrong, on one line, without what was asked."""
    parts = error.args[:2] if isinstance(error, TransportError) else error.args
    parts = parts[1:] if parts[:1] == ("N/A",) else parts  # no status: nothing was answered
    return " ".join(" ".join(map(str, parts)).split())[:_LONGEST_REASON]


def _advice(error: OpenSearchException) -> str:
    """What to do when something went wrong."""
    if isinstance(error, SSLError):
        return (
            "name who signed its certificate with ?authority=file, and ask it by the name in that"
        )
    if isinstance(error, AuthenticationException | AuthorizationException):
        return "see that user and password are right, and that the user may read and write it"
    return "nothing is lost, check that the cluster runs and try again"


def _check(file: str) -> None:
    try:
        ssl.create_default_context(cafile=file)
    except OSError as error:  # ssl's errors are such, too
        raise SettingsError(f"{file} has no certificates that can be read: {error}") from None
