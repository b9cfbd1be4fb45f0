"""How a crawl treats its hosts: robots.txt, Retry-After, certificates, and who it says it is."""

from __future__ import annotations

import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy.http import Response
from sqlalchemy import update

from crawler.hosts import Hosts
from crawler.pace import read_retry_after
from crawler.politeness import user_agent
from indexer import __version__
from indexer.store.tables import hosts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import Collection, Site


def declare(collection: Collection, site: Site, more: str = "") -> None:
    collection.declare("site", f'seeds = ["{site.url}/"]\n{more}')


def rules(site: Site, text: str, status: int = 200) -> None:
    site.set("/robots.txt", text, status=status, Content_Type="text/plain")


def asked_for_rules(site: Site) -> int:
    return [path for path, _ in site.requests].count("/robots.txt")


def gaps(site: Site) -> list[float]:
    times = [time for time, (path, _) in zip(site.times, site.requests, strict=True) if "." in path]
    return [later - earlier for earlier, later in pairwise(times)]


# robots.txt


def test_without_a_robots_txt_everything_is_allowed_and_it_is_asked_for_once_a_day(
    site: Site, collection: Collection
) -> None:
    site.set_articles(3)
    declare(collection, site)
    assert collection.crawl("site") == (0, "")
    assert collection.crawl("site") == (0, "")
    assert len(site.visited()) == 8
    assert asked_for_rules(site) == 1
    with collection.store() as store, store.transaction() as transaction:
        yesterday = datetime.now(UTC) - timedelta(days=1, seconds=1)
        transaction.connection.execute(update(hosts).values(robots_at=yesterday))
    rules(site, "User-agent: *\nDisallow: /a/1")
    site.forget_requests()
    assert collection.crawl("site") == (0, "")
    assert asked_for_rules(site) == 1
    assert sorted(site.visited()) == ["/", "/a/0.html", "/a/2.html"]


@pytest.mark.parametrize("status", [500, 429])
def test_a_robots_txt_that_cannot_be_had_stops_the_crawl_and_the_next_asks_again(
    site: Site, collection: Collection, status: int
) -> None:
    site.set_articles(3)
    rules(site, "", status)
    declare(collection, site)
    code, complaint = collection.crawl("site")
    assert code == 1
    assert complaint == (
        f"xiaosou: nothing could be fetched from site: 1 × no robots.txt: HTTP {status}; "
        "check its seeds and hosts\n"
    )
    assert site.visited() == []
    rules(site, "")
    assert collection.crawl("site") == (0, "")
    assert len(site.visited()) == 4


def test_a_crawl_delay_is_kept_by_the_next_crawl_too(site: Site, collection: Collection) -> None:
    site.set_articles(2)
    rules(site, "User-agent: *\nCrawl-delay: 9\n\nUser-agent: XiaoSou\nCrawl-delay: 0.4\n")
    declare(collection, site)
    for _ in range(2):
        assert collection.crawl("site") == (0, "")
        between = gaps(site)
        assert len(between) >= 1
        assert min(between) > 0.35
        site.forget_requests()


def test_a_robots_txt_that_moves_for_ever_is_none(site: Site, collection: Collection) -> None:
    site.set_articles(1)
    site.move("/robots.txt", "/robots.txt?")
    site.move("/robots.txt?", "/robots.txt")
    declare(collection, site)
    assert collection.crawl("site") == (0, "")
    assert "/a/0.html" in site.visited()


def test_a_robots_txt_is_read_whatever_is_in_it(site: Site, collection: Collection) -> None:
    site.set_articles(1)
    junk = b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n" + b"\xff\x00 junk: \n" * 100_000
    site.set("/robots.txt", junk, Content_Type="image/png")
    declare(collection, site)
    assert collection.crawl("site") == (0, "")
    assert site.visited() == ["/"]


# Retry-After


def test_a_site_is_left_alone_as_long_as_it_says(site: Site, collection: Collection) -> None:
    site.set_articles(6)
    site.fail_first("/a/2.html", 503, Retry_After="2")
    declare(collection, site, "delay = 0.05")
    assert collection.crawl("site") == (0, "")
    between = gaps(site)
    assert len([gap for gap in between if gap > 1.5]) == 1
    assert site.visited().count("/a/2.html") == 2
    with collection.store() as store:
        assert store.count() == 6


def test_a_site_that_wants_rest_for_long_is_left_to_later_crawls(
    site: Site, collection: Collection
) -> None:
    site.set_articles(30)
    site.fail_first("/a/0.html", 429, Retry_After="3600")
    declare(collection, site, "delay = 0.1")
    collection.crawl("site")
    assert "/a/29.html" not in site.visited()
    site.forget_requests()
    code, complaint = collection.crawl("site")
    assert code == 1
    assert "the site wants to be left alone until " in complaint
    assert site.requests == []
    with collection.store() as store:
        Hosts(store).hold(site.url, timedelta(0))
    assert collection.crawl("site") == (0, "")
    with collection.store() as store:
        assert store.count() == 30


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("", 0),
        ("-1", 0),
        ("soon", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("9" * 30, 999_999_999),
    ],
)
def test_retry_after_is_a_number_or_a_date(value: str, seconds: float) -> None:
    response = Response("http://a.example/", 503, {"Retry-After": value})
    assert read_retry_after(response) == seconds


def test_retry_after_may_be_a_date_to_come() -> None:
    value = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    response = Response("http://a.example/", 503, {"Retry-After": value})
    assert read_retry_after(response) == pytest.approx(3600, abs=600)


# Who it says it is


def test_the_crawler_says_whom_to_write_to(site: Site, collection: Collection) -> None:
    site.set_articles(1)
    declare(collection, site)
    (collection.path / "settings.toml").write_text('contact = "https://me.example/bot"')
    assert collection.crawl("site") == (0, "")
    agents = {headers["User-Agent"] for _, headers in site.requests}
    assert agents == {f"xiaosou/{__version__} (+https://me.example/bot)"}
    assert agents == {user_agent("https://me.example/bot")}


def test_without_a_contact_nothing_but_this_machine_is_crawled(collection: Collection) -> None:
    collection.declare("site", 'seeds = ["https://example.com/"]')
    code, complaint = collection.crawl("site")
    assert code == 1
    assert complaint.startswith("xiaosou: set a contact before crawling the sites of others")
    assert complaint.count("\n") == 1


# Certificates


def write_certificate(file: Path) -> None:
    """A certificate for localhost that nobody signed but itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    form, no_cipher = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, form, no_cipher) + certificate.public_bytes(pem))


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    collection: Collection, tmp_path: Path
) -> None:
    write_certificate(tmp_path / "site.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "site.pem")
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    class Server(HTTPServer):
        def handle_error(self, *_: object) -> None:
            """The visitor hangs up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        collection.declare(
            "site",
            f'seeds = ["https://localhost:{server.server_port}/"]\nprivate_hosts = ["localhost"]',
        )
        code, complaint = collection.crawl("site")
        server.shutdown()
        thread.join()
    assert code == 1
    assert "no robots.txt: its certificate is not valid" in complaint
    assert asked == []
