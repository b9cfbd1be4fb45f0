"""Servers in processes of their own: xiaosou's, and a bare view on the same one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from servingrun.client import ask_all
from web.cli import THREADS

_BARE = f"""
import logging, sys
from flask import Flask
from waitress import serve
app = Flask("bare")
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
page = sys.stdin.buffer.read()
app.add_url_rule("/<path:path>", view_func=lambda path: page)
serve(app, listen="127.0.0.1:" + sys.argv[1], threads={THREADS})
"""
_WARM = "/search?q=colector"  # misspelt, so that the words of the collection are gathered, too
_WARM_CLIENTS = 32


class ServerError(Exception):
    """A server ended before it answered."""


def serve_collection(path: Path, port: int, workers: int) -> list[str]:
    """The command that serves a collection."""
    command = [sys.executable, "-c", "from indexer.cli import main; main()", "serve"]
    return [*command, "--index", str(path), "--port", str(port), "--workers", str(workers)]


def serve_page(port: int) -> list[str]:
    """The command that answers every request with the bytes it is given."""
    return [sys.executable, "-c", _BARE, str(port)]


@contextmanager
def serving(command: Sequence[str], port: int, given: bytes = b"") -> Iterator[int]:
    """A server in a process of its own, until the block ends; its process id.

    Raises:
        ServerError: It ended.
    """
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        assert process.stdin
        process.stdin.write(given)
        process.stdin.close()
        while not _answers(port):
            if process.poll() is not None:
                raise ServerError(f"the server ended: {' '.join(command[-4:])}")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def processes_of(process: int) -> list[int]:
    """A process and those that it started; only Linux tells."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [process, *(int(child) for task in tasks for child in task.read_text().split())]


def cpu_of(process: int) -> float:
    """The seconds of processor time that a process and those it started have used."""
    ticks = 0
    for one in processes_of(process):
        fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(process: int) -> int:
    """The bytes that a process and those it started have for themselves, mapped files aside."""
    kilobytes = 0
    for one in processes_of(process):
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                kilobytes += int(line.split()[1])
    return kilobytes << 10


def _answers(port: int) -> bool:
    """Whether something is served; each worker is asked often enough to have all it needs."""
    try:
        return not any(ask_all(port, [_WARM] * _WARM_CLIENTS, _WARM_CLIENTS).failed for _ in "123")
    except ConnectionRefusedError:
        return False
