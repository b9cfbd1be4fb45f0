"""What holds for all tests: the settings of whoever runs them do not reach them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from opensearchnode import NoJavaError, free_names, shared_node

for _name in [name for name in os.environ if name.startswith("XIAOSOU_")]:
    del os.environ[_name]

_names = free_names()


@pytest.fixture(scope="session")
def opensearch_port() -> int:
    """The port of an OpenSearch node on this machine."""
    try:
        return shared_node()
    except NoJavaError as error:
        if "CI" in os.environ:
            raise
        pytest.skip(str(error))


@pytest.fixture
def cluster_address(opensearch_port: int) -> Iterator[str]:
    """The address of an index on that node, which is removed after the test."""
    with own_address(opensearch_port) as address:
        yield address


@contextmanager
def own_address(port: int) -> Iterator[str]:
    """The address of an index on a node, which is removed in the end."""
    from opensearchpy import OpenSearch

    name = next(_names)
    yield f"opensearch://127.0.0.1:{port}/{name}"
    with OpenSearch([{"host": "127.0.0.1", "port": port}]) as client:
        found = ",".join(client.indices.get(index=f"{name}-*"))
        if found:
            client.indices.delete(index=found)


@pytest.fixture(scope="module")
def module_cluster_address(opensearch_port: int) -> Iterator[str]:
    """The address of an index on that node, which is removed after the tests of a file."""
    with own_address(opensearch_port) as address:
        yield address
