"""Several processes that serve one socket; each maps the index, and no lock is shared."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NoReturn

from indexer.errors import XiaosouError
from web.accepting import Shares
from web.heap import share_heap
from web.metrics import SHARED_FOLDER

_SHORT = 5.0  # seconds; a worker that ends sooner would do so again
_LOOK_EVERY = 0.2  # seconds


class WorkerError(XiaosouError):
    """A worker ended as soon as it was started."""


def supervise(index_path: Path, listening: socket.socket, count: int) -> NoReturn:
    """Keep so many workers running until the process is told to end.

    Args:
        index_path: The folder of the collection.
        listening: The socket they all serve.
        count: How many workers.

    Raises:
        WorkerError: One ends as soon as it is started; the log says why.
    """
    with (
        tempfile.TemporaryDirectory(prefix="xiaosou-") as folder,
        tempfile.TemporaryFile() as shares,
    ):
        shares.truncate(Shares.size(count))
        environment = os.environ | {SHARED_FOLDER: folder}
        files = [listening.fileno(), shares.fileno()]
        command = [sys.executable, "-P", "-m", "web.workers", str(index_path), *map(str, files)]

        def start(number: int) -> tuple[float, subprocess.Popen[bytes]]:
            process = subprocess.Popen(  # noqa: S603 - our own program, without a shell
                [*command, str(number)],
                env=environment,
                stdin=subprocess.PIPE,
                pass_fds=files,
                start_new_session=True,
            )
            return time.monotonic(), process

        workers = [start(number) for number in range(count)]
        try:
            while True:
                time.sleep(_LOOK_EVERY)
                for number, (started, process) in enumerate(workers):
                    if process.poll() is None:
                        continue
                    if time.monotonic() - started < _SHORT:
                        raise WorkerError("a worker ended as soon as it was started")
                    workers[number] = start(number)
        finally:
            for _, process in workers:
                process.terminate()
            for _, process in workers:
                process.wait()


def main() -> None:
    """Serve as one of the workers; ends with the process that started it at the latest."""
    from web.cli import work

    share_heap()
    index_path, *numbers = sys.argv[1:]
    listening, shares, own = map(int, numbers)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work(Path(index_path), socket.socket(fileno=listening), Shares(shares, own))


def _end_with_parent() -> None:
    # To its end, which is that of the other process. Not by `sys.stdin`, whose lock would have
    # Python abort when this process ends first.
    os.read(sys.stdin.fileno(), 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
