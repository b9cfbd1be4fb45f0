"""Servers of a benchmark's own, as the tests start them; they end with the benchmark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opensearchnode import NoJavaError, start, wait
from postgresqlserver import find_postgresql, start_postgresql

_CLUSTER = "xiaosou-scale"


class NoServerError(Exception):
    """What a server needs is not installed."""


@contextmanager
def node(folder: Path, heap: int) -> Iterator[tuple[str, int]]:
    """An OpenSearch node; the address of an index on it, and its process.

    Args:
        folder: Its folder.
        heap: The megabytes of its heap.

    Raises:
        NoServerError: There is no JDK that is new enough, or no Maven.
    """
    settings = {"cluster.name": _CLUSTER, "discovery.type": "single-node"}
    try:
        process = start(folder, os.getpid(), settings, flags=(f"-Xms{heap}m", f"-Xmx{heap}m"))
    except NoJavaError as error:
        raise NoServerError(f"{error}; or give the address of a cluster") from None
    try:
        yield f"opensearch://127.0.0.1:{wait(folder, [process])}", process.pid
    finally:
        process.terminate()
        process.wait()


def database() -> str:
    """The URL of an empty PostgreSQL database, with a server's usual settings.

    Raises:
        NoServerError: PostgreSQL is not installed.
    """
    binaries = find_postgresql()
    if binaries is None:
        raise NoServerError("PostgreSQL is not installed: give the URL of a store")
    server = start_postgresql(binaries, os.getpid(), {})
    return server.url("postgres")
