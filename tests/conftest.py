"""What holds for all tests: no settings of whoever runs them, and servers that all share."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from opensearchnode import NoJavaError, free_names, shared_node
from postgresqlserver import IN_ENGLISH, Server, find_postgresql, start_postgresql

from indexer.store import Store

# Whoever runs the tests in the background may have SIGINT ignored, and so would all they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
for _name in [name for name in os.environ if name.startswith("XIAOSOU_")]:
    del os.environ[_name]

_TEMPLATE = "xiaosou"
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


@pytest.fixture(autouse=True)
def _no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a search tries does not depend on how busy the machine is."""
    monkeypatch.setattr("indexer.search._SECONDS", 600.0)


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


@pytest.fixture(scope="session")
def postgresql_binaries() -> Path:
    """Where PostgreSQL is; tests that need it are left out where it is not, but for CI."""
    found = find_postgresql()
    if found is None:
        reason = "PostgreSQL is not installed (apt-get install postgresql)"
        pytest.fail(reason) if "CI" in os.environ else pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def postgresql(postgresql_binaries: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The server that all tests share, also those of other processes of this run."""
    shared, main = tmp_path_factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared, main = shared.parent, os.getppid()
    note = shared / "postgresql"
    with FileLock(shared / "postgresql.lock"):
        if note.exists():
            folder, port = note.read_text().split()
            return Server(Path(folder), int(port))
        server = start_postgresql(postgresql_binaries, main)
        server.run(f"CREATE DATABASE {_TEMPLATE} {IN_ENGLISH}")
        Store.open(server.url(_TEMPLATE)).close()
        note.write_text(f"{server.folder} {server.port}")
        return server


@pytest.fixture
def own_postgresql(postgresql_binaries: Path) -> Server:
    """A server of a test's own."""
    return start_postgresql(postgresql_binaries, os.getpid())


@pytest.fixture
def postgresql_url(postgresql: Server) -> Iterator[str]:
    """A database with an empty store in it."""
    name = postgresql.make_database(f"TEMPLATE {_TEMPLATE}")
    yield postgresql.url(name)
    postgresql.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgresql_url(postgresql: Server) -> Iterator[str]:
    """A database with nothing in it."""
    name = postgresql.make_database(IN_ENGLISH)
    yield postgresql.url(name)
    postgresql.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where the store of this test is."""
    if request.param == "sqlite":
        return tmp_path / "deep" / "xiaosou.db"
    url: str = request.getfixturevalue("postgresql_url")
    return url
