"""The command ``serve``, as a process of its own."""

from __future__ import annotations

import json
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from indexer import Article, Index
from web.access import Access
from web.connections import MOST, make_room
from web.keys import WRITE, Keys
from web.querylog import summarize

HEAP = 64 << 20  # bytes that glibc sets aside for the heap of a thread
COMMAND = [sys.executable, "-c", "from indexer.cli import main; main()", "serve"]
Serve = Callable[..., subprocess.Popen[str]]


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


LONG = Article(url="http://a.example/long", title="Long", body="A door, a door. " * 500_000)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("served") / "index"
    with Index.open(path) as index:
        index.add([Article(url="http://a.example/", title="催收上门", body="别开门。"), LONG])
        Access(index.store).first_password()
    return path


@pytest.fixture
def serve(collection: Path) -> Iterator[Serve]:
    """Starts the command on the collection; whatever still runs afterwards is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("XIAOSOU_")}
        process = subprocess.Popen(
            [*COMMAND, "--index", str(collection), *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def shared(collection: Path) -> Iterator[str]:
    """The address of a server for several tests."""
    command = [*COMMAND, "--index", str(collection), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield address(process)
        process.terminate()
        assert process.wait(timeout=30) == 0


def children(process: int) -> list[int]:
    """The processes that a process started; none where the system does not tell."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def heaps_of_threads(process: int) -> int:
    """The heaps that glibc made for threads: 64 MB each, at a multiple of that, partly in use."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    places = [[int(place, 16) for place in line.split()[0].split("-")] for line in lines]
    return sum(
        begin % HEAP == 0 and rest_end - begin == HEAP and end == rest
        for (begin, end), (rest, rest_end) in pairwise(places)
    )


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def get(address: str, target: str) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(address)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_address_answers_and_ends_when_told(
    serve: Serve, number: int, times: int
) -> None:
    process = serve("--port", "0")
    url = address(process)
    assert urlsplit(url).hostname == "127.0.0.1"
    status, headers, body = get(url, "/search?q=" + quote("催收"))
    assert status == 200
    assert "上门" in body.decode()
    assert "Server" not in headers
    for _ in range(times):
        process.send_signal(number)
        time.sleep(0.01)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (0, "", "")


def test_the_first_run_prints_a_password_that_opens_the_status_page(
    serve: Serve, tmp_path: Path
) -> None:
    with Index.open(tmp_path) as index:
        index.add([Article(url="http://a.example/", title="催收上门", body="别开门。")])
    for run in (1, 2):
        process = serve("--port", "0", "--index", str(tmp_path))
        assert get(address(process), "/search?q=" + quote("催收"))[0] == 200
        process.terminate()
        _, errors = process.communicate(timeout=30)
        if run == 1:
            password = errors.strip().rpartition(" ")[2]
    assert errors == ""
    with Index.open(tmp_path) as index:
        assert Access(index.store).begin(password) is not None
        # What was asked is written down before the process ends.
        assert [asked.text for asked in summarize(index.store, 1, 10).top] == ["催收"]
        assert summarize(index.store, 1, 10).top[0].times == 2


def test_several_workers_answer_and_see_each_change(serve: Serve, tmp_path: Path) -> None:
    with Index.open(tmp_path) as index:
        index.add([Article(url="http://a.example/", title="催收上门", body="别开门。")])
        process = serve("--port", "0", "--workers", "2", "--index", str(tmp_path))
        url = address(process)

        def totals() -> set[int]:
            answers = [get(url, "/api/search?q=" + quote("催收")) for _ in range(20)]
            assert {status for status, _, _ in answers} == {200}
            return {json.loads(body)["total"] for _, _, body in answers}

        assert totals() == {1}
        index.add([Article(url="http://a.example/2", title="催收电话", body="")])
        assert totals() == {2}
        index.rebuild()
        assert totals() == {2}
    figures = get(url, "/metrics")[2].decode()
    assert 'xiaosou_requests_total{endpoint="search_api.search",status="200"} 60.0' in figures
    workers = children(process.pid)
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the children of a process")
def test_workers_end_with_the_process_that_started_them(serve: Serve) -> None:
    process = serve("--port", "0", "--workers", "2")
    assert get(address(process), "/healthz")[0] == 200
    workers = children(process.pid)
    process.kill()
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has several heaps")
@pytest.mark.parametrize("workers", [1, 2])
def test_all_threads_of_a_process_have_one_heap(serve: Serve, workers: int) -> None:
    process = serve("--port", "0", "--workers", str(workers))
    url = address(process)
    for number in range(20):
        assert get(url, f"/search?q=door+{number}")[0] == 200
    for each in (process.pid, *children(process.pid)):
        assert heaps_of_threads(each) == 0


def test_a_very_long_query_is_answered(serve: Serve) -> None:
    url = address(serve("--port", "0"))
    query = quote("催收" * 17_000)  # 100 kB of text, three times that in the request
    status, _, body = get(url, f"/search?q={query}&hl=en")
    assert status == 200
    assert "only its beginning was searched for" in body.decode()
    status, _, body = get(url, f"/api/search?q={query}")
    assert status == 200
    assert b'"cut"' in body


def test_bytes_that_are_no_text_are_answered(serve: Serve) -> None:
    url = address(serve("--port", "0"))
    for query in ("%00", "%ff%fe", "%ed%a0%80", "%", "%zz", "a%0d%0ab", "&&=;"):
        assert get(url, f"/search?q={query}")[0] in (200, 302)
        assert get(url, f"/api/search?q={query}")[0] == 200


def exchange(address: str, request: bytes) -> bytes:
    """Send bytes, and read what is answered until the server closes the connection."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 30) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"\x16\x03\x01\x02\x00 not HTTP\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET /?".ljust(1 << 20, b"x"), 431),
        (b"POST /login HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n", 413),
        (b"POST /api/import HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n", 413),
        (
            b"POST /api/import HTTP/1.1\r\nAuthorization: Bearer xs_wrong\r\n"
            b"Content-Length: 5000000\r\n\r\n",
            413,
        ),
    ],
)
def test_what_is_no_request_or_too_large_is_refused_at_once_without_gossip(
    shared: str, request_: bytes, status: int
) -> None:
    answer = exchange(shared, request_)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.%d %d " % (1 if b"HTTP/1.1" in head else 0, status))
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status
    for gossip in (b"waitress", b"Server:", b"python", b"Traceback", b"/"):
        assert gossip not in body
        assert gossip == b"/" or gossip not in head


def test_who_names_no_host_is_not_told_what_serves(shared: str) -> None:
    answer = exchange(shared, b"GET /opensearch.xml HTTP/1.0\r\n\r\n")
    assert b'template="http://localhost:' in answer
    assert b"waitress" not in answer


@pytest.mark.parametrize("method", [b"GET", b"DELETE", b"POST"])
def test_who_expects_to_be_told_to_go_on_and_sends_nothing_is_answered(
    shared: str, method: bytes
) -> None:
    answer = exchange(
        shared, method + b" /nothing HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 404 ")
    sent = b"Content-Length: 1\r\nExpect: 100-continue\r\nConnection: close\r\n\r\nx"
    answer = exchange(shared, method + b" /nothing HTTP/1.1\r\n" + sent)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 ")


def test_a_long_answer_comes_whole_however_slowly_it_is_read(shared: str) -> None:
    parts = urlsplit(shared)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 14)
        request = f"GET /api/articles/{LONG.id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        time.sleep(0.5)  # until the system takes no more of it
        assert get(shared, "/healthz")[0] == 200
        answer = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    body = answer.partition(b"\r\n\r\n")[2]
    assert json.loads(body)["body"] == LONG.body


def test_who_goes_away_in_the_middle_of_an_answer_disturbs_nobody(shared: str) -> None:
    parts = urlsplit(shared)
    for _ in range(10):  # there are fewer threads
        with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
            connection.sendall(f"GET /api/articles/{LONG.id} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert connection.recv(100)
    assert get(shared, "/healthz")[0] == 200


def test_connections_on_which_nothing_comes_keep_nobody_else_out(shared: str) -> None:
    parts = urlsplit(shared)
    place = (parts.hostname or "", parts.port or 0)
    with ExitStack() as idle:
        for _ in range(150):
            connection = idle.enter_context(socket.create_connection(place, 30))
            connection.sendall(b"GET / HTTP/1.1\r\n")
        assert get(shared, "/healthz")[0] == 200


def test_a_process_holds_fewer_connections_where_the_system_has_fewer_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = (200, 300)
    given: list[tuple[int, int]] = []
    monkeypatch.setattr("resource.getrlimit", lambda _: limits)
    monkeypatch.setattr("resource.setrlimit", lambda _, pair: given.append(pair))
    assert make_room() == 200
    assert given == [(300, 300)]
    limits = (256, resource.RLIM_INFINITY)
    assert make_room() == MOST
    limits = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    assert make_room() == MOST
    assert len(given) == 2


def test_chunks_are_counted_and_whoever_may_import_may_send_more(
    serve: Serve, tmp_path: Path
) -> None:
    with Index.open(tmp_path) as index:
        index.add([Article(url="http://a.example/", title="催收", body="")])
        key = Keys(index.store).add("robot", [WRITE])
        Access(index.store).first_password()
    url = address(serve("--port", "0", "--index", str(tmp_path)))
    line = json.dumps({"url": "http://a.example/2", "title": "长", "body": "x" * 6_000_000}) + "\n"

    def chunks() -> Iterator[bytes]:
        data = line.encode()
        for start in range(0, len(data), 1 << 20):
            yield data[start : start + (1 << 20)]

    for secret, status in (("xs_wrong", 413), (key, 200)):
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-ndjson"}
        for encode_chunked, body in ((True, chunks()), (False, line.encode())):
            connection = HTTPConnection("127.0.0.1", urlsplit(url).port, timeout=60)
            try:
                connection.request(
                    "POST", "/api/import", body, headers, encode_chunked=encode_chunked
                )
                response = connection.getresponse()
                assert response.status == status
                response.read()
            except (BrokenPipeError, ConnectionResetError):
                # It was refused before all of it was sent.
                assert status == 413
            finally:
                connection.close()
    assert json.loads(get(url, "/healthz")[2])["articles"] == 2


def test_a_busy_port_is_said_in_one_line(serve: Serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        process = serve("--port", str(port))
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (1, "")
    assert len(errors.splitlines()) == 1
    assert f"127.0.0.1 port {port}" in errors
    assert "--port" in errors


def test_a_missing_collection_is_said_in_one_line(serve: Serve, tmp_path: Path) -> None:
    process = serve("--index", str(tmp_path / "nowhere"))
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (1, "")
    assert len(errors.splitlines()) == 1
    assert "xiaosou import" in errors
    assert not (tmp_path / "nowhere").exists()


def test_a_port_out_of_range_is_wrong_usage(serve: Serve) -> None:
    process = serve("--port", "65536")
    assert process.wait(timeout=30) == 2


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")
def test_it_listens_on_ipv6(serve: Serve) -> None:
    url = address(serve("--host", "::1", "--port", "0"))
    assert urlsplit(url).hostname == "::1"
    assert get(url, "/healthz")[0] == 200


def test_an_address_for_everywhere_is_printed_as_one_to_open(serve: Serve) -> None:
    url = address(serve("--host", "0.0.0.0", "--port", "0"))
    assert urlsplit(url).hostname == "localhost"
