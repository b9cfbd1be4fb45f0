"""Accepting: which of several workers takes a new connection.

All listen on one socket, and whoever is the quickest gets it. That is mostly the same one, and as
browsers and proxies keep their connections, it has most of the work for as long.
"""

from __future__ import annotations

import mmap
import os
import select
import socket
import time
from typing import Any

from waitress.server import TcpWSGIServer

from web.heap import trim_heap

_PAUSE = 0.001  # seconds that others have to take a connection
_PATIENCE = 5  # such pauses; then they are busy with something else
_BYTES = 4  # of a number


class Shares:
    """How many connections each worker has, in memory that all of them map.

    Args:
        file: A file of `size` bytes, of which nothing but the memory is used.
        own: The number of this worker, from 0.
    """

    def __init__(self, file: int, own: int) -> None:
        self._counts = memoryview(mmap.mmap(file, os.fstat(file).st_size)).cast("I")
        self._own = own

    @staticmethod
    def size(workers: int) -> int:
        """The bytes for so many workers."""
        return workers * _BYTES

    def tell(self, count: int) -> None:
        """Tell the others how many connections this worker has."""
        self._counts[self._own] = count

    def is_another_below(self, count: int) -> bool:
        """Whether another worker has fewer connections than this."""
        return min(self._counts) < count


class FairServer(TcpWSGIServer):
    """A server that leaves new connections to a worker that has fewer.

    Args:
        application: The WSGI application.
        listening: The socket that all workers listen on.
        shares: What each of them has; None for a worker that is alone.
        settings: waitress's own.
    """

    def __init__(
        self, application: Any, listening: socket.socket, shares: Shares | None, **settings: Any
    ) -> None:
        self._shares = shares
        self._listening = listening
        about = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(
            application, _sock=listening, sockinfo=about, bind_socket=False, **settings
        )

    def readable(self) -> bool:
        """See waitress; it is asked whenever something has happened."""
        if self._shares:
            self._shares.tell(self._count())
        return super().readable()

    def handle_accept(self) -> None:
        """Take a connection that waits, unless another worker does."""
        for _ in range(_PATIENCE):
            if not self._shares or not self._shares.is_another_below(self._count()):
                break
            time.sleep(_PAUSE)
            if not select.select([self._listening], [], [], 0)[0]:
                return
        super().handle_accept()

    def maintenance(self, now: int) -> None:
        """See waitress; it is done every few seconds."""
        super().maintenance(now)
        trim_heap()

    def _count(self) -> int:
        return len(self.active_channels)  # type: ignore[arg-type] # a dictionary of them
