"""Bulk writes to a cluster that is too busy, or whose answers are lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from indexer.engines.opensearch.address import Address
from indexer.engines.opensearch.cluster import Cluster, connect
from indexer.engines.opensearch.writing import Action, write
from indexer.errors import GenerationError

ACTIONS = [Action(f"{number}", 1, {"id": f"{number}"}) for number in range(3)]
DONE, BUSY, OLDER, REFUSED = 201, 429, 409, 400
LOST = 0


class Busy(ThreadingHTTPServer):
    """A server that gives the answers it is told to, and remembers what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[int | list[int]] = []
        self.sent: list[list[str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Busy

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        ids = [line["id"] for line in map(json.loads, text.splitlines()) if "id" in line]
        self.server.sent.append(ids)
        answer = self.server.answers.pop(0) if self.server.answers else [DONE] * len(ids)
        if answer == LOST:
            self.close_connection = True
            return
        status = answer if isinstance(answer, int) else 200
        body = json.dumps({} if isinstance(answer, int) else {"items": list(map(item, answer))})
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


def item(status: int) -> dict[str, Any]:
    error = {"error": {"type": "a reason"}} if status >= 400 else {}
    return {"index": {"status": status, **error}}


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Busy]:
    monkeypatch.setattr("indexer.engines.opensearch.writing._PAUSE", 0.001)
    with Busy() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def cluster(busy: Busy) -> Iterator[Cluster]:
    with closing(connect(Address((("127.0.0.1", busy.server_port),)))) as opened:
        yield opened


def test_what_the_cluster_is_too_busy_for_is_sent_again(busy: Busy, cluster: Cluster) -> None:
    busy.answers = [BUSY, [DONE, BUSY, DONE], [DONE]]
    write(cluster, "x", ACTIONS)
    assert busy.sent == [["0", "1", "2"], ["0", "1", "2"], ["1"]]


def test_a_lost_answer_is_asked_for_again(busy: Busy, cluster: Cluster) -> None:
    busy.answers = [LOST, [OLDER, OLDER, OLDER]]
    write(cluster, "x", ACTIONS)
    assert busy.sent == [["0", "1", "2"]] * 2


def test_what_is_refused_is_told_after_the_rest(
    busy: Busy, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.engines.opensearch.writing._TOGETHER", 2)
    monkeypatch.setattr("indexer.engines.opensearch.writing._AT_ONCE", 1)
    busy.answers = [[REFUSED, BUSY], [DONE]]
    with pytest.raises(GenerationError, match=r"1 documents were refused .* 0 \(a reason\)"):
        write(cluster, "x", ACTIONS)
    assert busy.sent == [["0", "1"], ["1"], ["2"]]


def test_a_cluster_that_stays_busy_is_an_error(busy: Busy, cluster: Cluster) -> None:
    busy.answers = [[BUSY] * 3] * 100
    with pytest.raises(GenerationError, match="too busy"):
        write(cluster, "x", ACTIONS)
