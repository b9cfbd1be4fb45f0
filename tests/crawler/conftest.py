"""A web site to crawl, on loopback, and crawls of it in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.collection import open_store
from indexer.store import Store

BODY = "这是一个笑话。从前有一个人去医院看病，医生问他哪里不舒服，他说他忘了，于是两个人都笑了。"


# The peak of a process begins with that of the one that started it, which is this small program,
# not the tests.
_MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(process.pid, 0)
process.returncode = os.waitstatus_to_exitcode(status)
print(usage.ru_maxrss)
sys.exit(process.returncode)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page of the site answers."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """A web site whose pages can be set while it runs, and which remembers what was asked of it."""

    def __init__(self) -> None:
        self.url = ""
        self.pages: dict[str, Answer] = {}
        self._first: dict[str, Answer] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.times: list[float] = []
        self.statuses: list[int] = []
        self.pause = 0.0
        self.answer_conditionally = False

    def set(self, path: str, body: str | bytes, *, status: int = 200, **headers: str) -> None:
        """Set what a path answers; header names are written with underscores."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Answer(
            content, status, {"Content-Type": "text/html; charset=utf-8", **named}
        )

    def set_article(self, path: str, title: str, body: str = BODY, head: str = "") -> None:
        """Set an article."""
        self.set(path, article_html(title, body, head))

    def set_list(self, path: str, links: Iterable[str]) -> None:
        """Set a list page."""
        self.set(path, list_html(links))

    def set_articles(self, count: int, page_size: int = 10) -> list[str]:
        """Set a site of articles on list pages, each linked to the next; the articles' paths."""
        paths = [f"/a/{number}.html" for number in range(count)]
        for number, path in enumerate(paths):
            self.set_article(path, f"笑话第{number}则")
        for start in range(0, count, page_size):
            after = f"/?from={start + page_size}"
            links = paths[start : start + page_size] + [after] * (start + page_size < count)
            self.set_list(f"/?from={start}" if start else "/", links)
        return paths

    def fail_first(self, path: str, status: int, **headers: str) -> None:
        """Let a page fail when it is asked for the first time."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._first[path] = Answer(b"not now", status, named)

    def move(self, path: str, target: str, status: int = 302) -> None:
        """Let a path send its visitors on."""
        self.set(path, "", status=status, Location=target)

    def answer(self, path: str) -> Answer:
        """What the site answers now."""
        return self._first.pop(path, None) or self.pages.get(path, Answer(b"not here", 404))

    def answer_to(self, path: str, headers: Mapping[str, str]) -> Answer:
        """What the site answers to a request with these headers."""
        answer = self.answer(path)
        if not self.answer_conditionally or answer.status != 200:
            return answer
        etag = f'"{zlib.crc32(answer.body)}"'
        if headers.get("If-None-Match") == etag:
            return Answer(b"", 304, {"ETag": etag})
        return replace(answer, headers={**answer.headers, "ETag": etag})

    def visited(self) -> list[str]:
        """The paths that were asked for, robots.txt aside."""
        return [path for path, _ in self.requests if path != "/robots.txt"]

    def forget_requests(self) -> None:
        """Begin to remember anew."""
        self.requests.clear()
        self.times.clear()
        self.statuses.clear()

    def wait_for(self, count: int) -> None:
        """Wait until so many requests were made."""
        deadline = time.monotonic() + 60
        while len(self.requests) < count:
            assert time.monotonic() < deadline, f"only {len(self.requests)} requests came"
            time.sleep(0.002)


def article_html(title: str, body: str = BODY, head: str = "") -> str:
    """An article's page."""
    return (
        f"<!doctype html><html><head><title>{title}</title>{head}</head><body>"
        f'<nav><a href="/">首页</a></nav><article><h1>{title}</h1><p>{body}</p><p>{body}</p>'
        "</article></body></html>"
    )


def list_html(links: Iterable[str]) -> str:
    """A list page."""
    items = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
    return f"<!doctype html><html><head><title>list</title></head><body><ul>{items}</ul></body>"


@contextmanager
def serve() -> Iterator[Site]:
    """Serve an empty site for as long as the context lasts."""
    site = Site()
    server = _Server(("127.0.0.1", 0), partial(_Handler, site))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Visitors may leave, or be killed, at any moment."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site: Site, *arguments: Any) -> None:
        self._site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._site.times.append(time.monotonic())
        self._site.requests.append((self.path, dict(self.headers.items())))
        answer = self._site.answer_to(self.path, dict(self.headers.items()))
        self._site.statuses.append(answer.status)
        time.sleep(self._site.pause)
        self.send_response(answer.status)
        for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Measured:
    """A crawl that ended: its exit code, what stands on standard error, and its peak of memory."""

    code: int
    complaint: str
    megabytes: float


class Collection:
    """A collection in a folder, crawled by commands as a person gives them."""

    command = (sys.executable, "-c", "from indexer.cli import main; main()")

    def __init__(self, path: Path) -> None:
        self.path = path

    def declare(self, name: str, text: str) -> None:
        """Declare a source, on loopback; the delay is none unless it says one."""
        folder = self.path / "sources"
        folder.mkdir(parents=True, exist_ok=True)
        delay = "" if "delay" in text else "delay = 0\n"
        here = "" if "private_hosts" in text else 'private_hosts = ["127.0.0.1"]\n'
        (folder / f"{name}.toml").write_text(delay + here + text, encoding="utf-8")

    def measure_crawl(self, name: str, code: str | None = None) -> Measured:
        """Crawl without indexing, and measure.

        Args:
            name: The source.
            code: What crawls, as Python; None for the crawler as it is.
        """
        with subprocess.Popen(
            [sys.executable, "-c", _MEASURE, *self._crawler(name, "all", code)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            assert process.stderr
            complaint, peak = process.stderr.read(), process.stdout.read()
        unit = 1 << (20 if sys.platform == "darwin" else 10)
        return Measured(process.returncode, complaint, int(peak) / unit)

    def keep_in(self, store: str) -> None:
        """Keep articles and the frontier in the database of a URL."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "settings.toml").write_text(f'store = "{store}"\n')

    def start_crawl(
        self, name: str, extent: str = "all", code: str | None = None
    ) -> subprocess.Popen[str]:
        """Start one crawl alone, without indexing.

        Args:
            name: The source.
            extent: ``all`` pages, or those that are ``due``.
            code: What crawls, as Python; None for the crawler as it is.
        """
        command = self._crawler(name, extent, code)
        return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def _crawler(self, name: str, extent: str, code: str | None) -> list[str]:
        """The command of one crawl alone."""
        crawler = ["-c", code] if code else ["-m", "crawler.crawl"]
        return [sys.executable, *crawler, str(self.path), name, extent]

    def crawl(self, name: str, extent: str = "all") -> tuple[int, str]:
        """Crawl without indexing: the exit code and what stands on standard error."""
        with self.start_crawl(name, extent) as process:
            assert process.stderr
            complaint = process.stderr.read()
        return process.returncode, complaint

    @contextmanager
    def killing_crawls_after(self, site: Site, count: int) -> Iterator[None]:
        """Kill the crawl that is running in the block after so many requests."""

        def kill() -> None:
            site.wait_for(count)
            for pid in self.crawling():
                os.kill(pid, signal.SIGKILL)

        thread = threading.Thread(target=kill)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def crawling(self) -> list[int]:
        """The ids of the processes that crawl into this collection."""
        listed = subprocess.run(
            ["ps", "-A", "-ww", "-o", "pid=", "-o", "args="],
            capture_output=True,
            text=True,
            check=True,
        )
        own = [line for line in listed.stdout.splitlines() if f"crawler.crawl {self.path}" in line]
        return [int(line.split()[0]) for line in own]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of xiaosou on this collection."""
        return subprocess.run(
            [*self.command, *arguments, "--index", str(self.path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def store(self) -> Store:
        """The article store."""
        return open_store(self.path)


@pytest.fixture
def site() -> Iterator[Site]:
    """An empty web site."""
    with serve() as served:
        yield served


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """An empty collection."""
    return Collection(tmp_path / "index")


@pytest.fixture(scope="module")
def module_site() -> Iterator[Site]:
    """A web site for all tests of a module."""
    with serve() as served:
        yield served


@pytest.fixture(scope="module")
def module_collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """A collection for all tests of a module."""
    return Collection(tmp_path_factory.mktemp("collection") / "index")
