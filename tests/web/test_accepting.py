"""Which of several workers takes a new connection."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from threading import Thread
from typing import Any

import pytest

from web.accepting import FairServer, Shares

NAMES = ("one", "another", "a third")


def answering(name: str) -> Any:
    def application(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Length", str(len(name)))])
        return [name.encode()]

    return application


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


@pytest.fixture
def servers(listening: socket.socket) -> Iterator[list[FairServer]]:
    """Three on one socket; they end with the test."""
    with tempfile.TemporaryFile() as file, ExitStack() as stack:
        file.truncate(Shares.size(len(NAMES)))
        made = []
        for number, name in enumerate(NAMES):
            shares = Shares(file.fileno(), number)
            server = FairServer(answering(name), listening.dup(), shares, threads=1)
            thread = Thread(target=server.run)
            thread.start()
            stack.callback(end, server, thread)
            made.append(server)
        yield made


def end(server: Any, thread: Thread) -> None:
    """Have its loop end, which goes on as long as there is something to look at."""
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    thread.join()
    server.task_dispatcher.shutdown()


def name_of(connection: HTTPConnection) -> str:
    """Who answers on a connection."""
    connection.request("GET", "/")
    with connection.getresponse() as response:
        return response.read().decode()


def test_each_worker_gets_as_many_connections_as_the_others(
    servers: list[FairServer], listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody gives up waiting for the others, however slow the machine is.
    monkeypatch.setattr("web.accepting._PATIENCE", 100_000)
    with ExitStack() as stack:
        connections = [HTTPConnection(*listening.getsockname()) for _ in range(30)]
        for connection in connections:
            connection.connect()
            stack.callback(connection.close)
        names = [name_of(connection) for connection in connections]
        assert {name: names.count(name) for name in NAMES} == dict.fromkeys(NAMES, 10)
        # They stay where they are.
        assert [name_of(connection) for connection in connections] == names


def test_a_worker_does_not_wait_for_one_that_takes_nothing(
    servers: list[FairServer], listening: socket.socket
) -> None:
    for server in servers[1:]:
        server.accepting = False
    with ExitStack() as stack:
        for _ in range(20):
            connection = HTTPConnection(*listening.getsockname())
            stack.callback(connection.close)
            assert name_of(connection)
