"""Many clients in one thread, on bare sockets: a slow client would be timed, not the server."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

Judge = Callable[[str, bytes], bool]
"""Given a target and what was answered: whether that is right."""

_RECEIVED = 1 << 16  # bytes at once
_REQUEST = b"GET %s HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
_PATIENCE = 60.0  # seconds without any answer


@dataclass(slots=True)
class Load:
    """What clients met with.

    Attributes:
        milliseconds: How long each answer took, in the order in which they came.
        failed: The targets of requests that got no answer, or one with another status than 200.
        wrong: The targets whose answers were not right.
        seconds: How long it took in all.
        cpu: The seconds of processor time that the clients took.
    """

    milliseconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    target: str = ""
    started: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    length: int = 0  # of the answer, when its headers have come

    def ask(self, target: str) -> None:
        self.target, self.received, self.length = target, bytearray(), 0
        self.started = time.perf_counter()
        self.connection.sendall(_REQUEST % target.encode())

    def has_answer(self) -> bool:
        if not self.length:
            head, separator, _ = self.received.partition(b"\r\n\r\n")
            if not separator:
                return False
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self.length = len(head) + len(separator) + int(length)
        return len(self.received) >= self.length


def ask_all(port: int, targets: Iterable[str], clients: int, judge: Judge | None = None) -> Load:
    """Ask for every target once; each client asks for the next when it has its answer.

    Args:
        port: Where it is served on this machine.
        targets: Paths with their queries, percent-encoded.
        clients: How many clients, with a connection each.
        judge: Looks at every answer; none by default.
    """
    load = Load()
    waiting = iter(targets)
    begun, used = time.perf_counter(), time.process_time()
    with selectors.DefaultSelector() as selector:
        for _ in range(clients):
            _join(selector, port, waiting)
        while selector.get_map():
            ready = selector.select(_PATIENCE)
            if not ready:
                for key in list(selector.get_map().values()):
                    load.failed.append(key.data.target)
                    _leave(selector, key.data)
            for key, _ in ready:
                _receive(selector, port, waiting, key.data, load, judge)
    load.seconds = time.perf_counter() - begun
    load.cpu = time.process_time() - used
    return load


def _join(selector: selectors.BaseSelector, port: int, waiting: Iterator[str]) -> None:
    """Have a new client ask for what is next, if there is something."""
    target = next(waiting, None)
    if target is not None:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(connection)
        client.ask(target)
        selector.register(connection, selectors.EVENT_READ, client)


def _receive(
    selector: selectors.BaseSelector,
    port: int,
    waiting: Iterator[str],
    client: _Client,
    load: Load,
    judge: Judge | None,
) -> None:
    try:
        received = client.connection.recv(_RECEIVED)
    except OSError:
        received = b""
    client.received += received
    if received and not client.has_answer():
        return
    if not received or not client.received.startswith(b"HTTP/1.1 200 "):
        load.failed.append(client.target)
        _leave(selector, client)
        _join(selector, port, waiting)
        return
    load.milliseconds.append((time.perf_counter() - client.started) * 1000)
    answered, answer = client.target, client.received
    # Asked for at once: what the judge takes is no time of the server's.
    target = next(waiting, None)
    if target is None:
        _leave(selector, client)
    else:
        client.ask(target)
    if judge and not judge(answered, bytes(answer)):
        load.wrong.append(answered)


def _leave(selector: selectors.BaseSelector, client: _Client) -> None:
    selector.unregister(client.connection)
    client.connection.close()
