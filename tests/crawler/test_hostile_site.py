"""A site that does all it can to harm its visitor, and the crawl that goes through it unharmed."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING

import brotli
import pytest
from sqlalchemy import select

from indexer.store.tables import pages
from tests.crawler.conftest import article_html, list_html

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Measured

ZEROS = bytes(1 << 20)
WAIT = 15  # seconds that the crawl under test waits for an answer
CRAWL = (
    "import sys, crawler.limits as limits\n"
    f"limits.LONGEST_WAIT = {WAIT}\n"
    "from crawler.crawl import main\n"
    "sys.exit(main(sys.argv[1:]))"
)
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def body(content: bytes, headers: bytes = b"") -> list[bytes]:
    length = b"Content-Length: %d\r\n" % len(content)
    return [HTML + headers + length + b"Connection: close\r\n\r\n" + content]


def endless(*begin: bytes, again: bytes, pause: float = 0) -> Iterator[bytes]:
    yield from begin
    while True:
        time.sleep(pause)
        yield again


def zip_bomb(compress: Callable[[bytes], bytes], encoding: bytes, size: int = 16) -> list[bytes]:
    return body(compress(ZEROS * size), b"Content-Encoding: %s\r\n" % encoding)


def twice(content: bytes) -> bytes:
    return gzip.compress(gzip.compress(content))


def xml_bomb() -> bytes:
    entities = [b'<!ENTITY l0 "ha">']
    entities += [b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 30)]
    return b"<!DOCTYPE html [" + b"".join(entities) + b"]><html><body><p>&l29;</p></body></html>"


def deep(tag: bytes, depth: int) -> bytes:
    return b"<html><body>" + b"<%s>" % tag * depth + b"text" + b"</%s>" % tag * depth


ANSWERS: dict[str, Callable[[], Iterator[bytes] | list[bytes]]] = {
    "/": lambda: body(list_html([*ANSWERS, "/good.html"]).encode()),
    "/good.html": lambda: body(article_html("a good page").encode()),
    "/robots.txt": lambda: body(b""),
    "/endless-body": lambda: endless(HTML + b"\r\n", again=ZEROS),
    "/endless-chunks": lambda: endless(
        HTML + b"Transfer-Encoding: chunked\r\n\r\n", again=b"100000\r\n" + ZEROS + b"\r\n"
    ),
    "/claims-to-be-huge": lambda: [HTML + b"Content-Length: 99999999999\r\n\r\n<html>"],
    "/shorter-than-it-says": lambda: [HTML + b"Content-Length: 9999\r\n\r\n<html>"],
    "/gzip-bomb": lambda: zip_bomb(gzip.compress, b"gzip"),
    "/gzip-twice-bomb": lambda: zip_bomb(twice, b"gzip, gzip"),
    "/deflate-bomb": lambda: zip_bomb(zlib.compress, b"deflate"),
    "/brotli-bomb": lambda: zip_bomb(partial(brotli.compress, quality=3), b"br"),
    "/broken-gzip": lambda: body(b"\x1f\x8b" + ZEROS[:99], b"Content-Encoding: gzip\r\n"),
    "/no-gzip": lambda: body(b"<html>", b"Content-Encoding: gzip\r\n"),
    "/xml-bomb": lambda: body(xml_bomb()),
    "/xml-bomb.xml": lambda: [
        b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n"
        + xml_bomb()
    ],
    "/header-flood": lambda: endless(HTML, again=b"X-Flood: 1\r\n" * 1000),
    "/long-header": lambda: endless(HTML + b"X-Long: ", again=b"x" * 1000),
    "/endless-status": lambda: endless(b"HTTP/1.1 200 ", again=b"O" * 1000),
    "/continues-for-ever": lambda: endless(again=b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "/says-nothing": lambda: endless(again=b"", pause=0.1),
    "/drips-headers": lambda: endless(HTML, again=b"X: 1\r\n", pause=0.1),
    "/drips": lambda: endless(HTML + b"\r\n<html>", again=b".", pause=0.1),
    "/hangs-up": list,
    "/no-http": lambda: [b"SSH-2.0-OpenSSH_9.6\r\n", ZEROS[:1000]],
    "/zeros": lambda: body(ZEROS * 4),
    "/deep-div": lambda: body(deep(b"div", 25_000)),
    "/deep-table": lambda: body(deep(b"table><tr><td", 9_000)),
    "/deep-b": lambda: body(deep(b"b", 25_000)),
    "/deepest": lambda: body(deep(b"i", 500_000)),
    "/many-links": lambda: body(b"<html>" + b"<a href='//[::' x=y>" * 100_000),
    "/many-attributes": lambda: body(
        b"<html><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">"
    ),
    "/open-tags": lambda: body(b"<a <b <c " * 200_000),
    "/long-refresh": lambda: body(b'<meta http-equiv="refresh" content="' + b"0;" * 500_000),
    "/bad-links": lambda: body(
        list_html(
            [*("http://[::1", "http://\x00/", "//", "http://%zz/", "http://a:99999/", "#", "?")]
        ).encode()
    ),
    "/loops": lambda: [b"HTTP/1.1 302 Found\r\nLocation: /loops\r\nContent-Length: 0\r\n\r\n"],
    "/moved-to-nothing": lambda: [
        b"HTTP/1.1 302 Found\r\nLocation: http://[:\xff\xfe\r\nContent-Length: 0\r\n\r\n"
    ],
}


def answer(connection: socket.socket) -> None:
    with connection, suppress(OSError):
        connection.settimeout(20)
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65536)
            if not piece:
                return
            request += piece
        path = request.split(b" ")[1].decode()
        for piece in ANSWERS.get(path, lambda: body(b"nothing"))():
            connection.sendall(piece)


@contextmanager
def serve() -> Iterator[str]:
    """Serve the site; its address."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=100)

    def accept() -> None:
        with listening:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                Thread(target=answer, args=(connection,), daemon=True).start()

    thread = Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


@dataclass(frozen=True, slots=True)
class Survived:
    measured: Measured
    rows: dict[str, tuple[str, str]]
    titles: list[str]


@pytest.fixture(scope="module")
def survived(module_collection: Collection) -> Survived:
    with serve() as url:
        module_collection.declare("bad", f'seeds = ["{url}/"]')
        measured = module_collection.measure_crawl("bad", CRAWL)
    with module_collection.store() as store:
        with store.read() as connection:
            known = connection.execute(select(pages.c.url, pages.c.outcome, pages.c.reason)).all()
        return Survived(
            measured,
            {row.url.removeprefix(url): (row.outcome, row.reason) for row in known},
            [article.title for article in store.articles()],
        )


def test_the_crawl_goes_through_all_of_it(survived: Survived) -> None:
    assert set(ANSWERS) - {"/robots.txt"} <= survived.rows.keys()
    assert all(outcome for outcome, _ in survived.rows.values())
    assert "a good page" in survived.titles


def test_that_most_pages_failed_is_reported_in_one_line(survived: Survived) -> None:
    assert survived.measured.code == 1
    assert survived.measured.complaint.startswith("xiaosou: bad: ")
    assert " pages failed, nothing was taken out: " in survived.measured.complaint
    assert survived.measured.complaint.count("\n") == 1


def test_nothing_of_it_is_a_fault_of_ours(survived: Survived) -> None:
    assert not [path for path, (_, reason) in survived.rows.items() if "fault" in (reason or "")]


def test_it_takes_no_more_than_300_megabytes(survived: Survived) -> None:
    assert survived.measured.megabytes <= 300


TOO_LARGE = "larger than 8 MB"
TOO_SLOW = f"no answer in {WAIT} s"
LONG_HEAD = "headers longer than 64 kB"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/claims-to-be-huge", TOO_LARGE),
        ("/shorter-than-it-says", "the answer was cut off"),
        ("/gzip-bomb", TOO_LARGE),
        ("/gzip-twice-bomb", TOO_LARGE),
        ("/deflate-bomb", TOO_LARGE),
        ("/brotli-bomb", TOO_LARGE),
        ("/no-http", "the connection broke"),
        ("/hangs-up", "the connection broke"),
        ("/header-flood", LONG_HEAD),
        ("/continues-for-ever", LONG_HEAD),
        ("/says-nothing", TOO_SLOW),
        ("/drips-headers", TOO_SLOW),
        ("/drips", TOO_SLOW),
        ("/many-links", "more than 30000 tags"),
        ("/many-attributes", "a tag with more than 5000 attributes"),
        ("/deepest", "more than 30000 tags"),
        ("/open-tags", "more than 30000 tags"),
        ("/loops", "moved to itself"),
        ("/moved-to-nothing", "moved to no web address"),
    ],
)
def test_what_is_wrong_with_a_page_is_told(survived: Survived, path: str, reason: str) -> None:
    assert survived.rows[path] == ("failed", reason)


@pytest.mark.parametrize("path", ["/endless-body", "/endless-chunks"])
def test_a_body_without_end_is_not_waited_for(survived: Survived, path: str) -> None:
    outcome, reason = survived.rows[path]
    assert outcome == "failed"
    assert reason in {TOO_LARGE, TOO_SLOW}, "whichever comes first"


@pytest.mark.parametrize("path", ["/deep-div", "/deep-b", "/deep-table", "/xml-bomb", "/zeros"])
def test_what_is_only_odd_is_read_or_passed_over(survived: Survived, path: str) -> None:
    assert survived.rows[path][0] in {"listing", "new", "failed"}
