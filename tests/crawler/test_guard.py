"""The guard: what may be connected to, whoever says so and however it is spelt."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.guard import GuardedResolver, is_public
from indexer.store.tables import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crawler.conftest import Collection, Site

REFUSED = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "127.0.0.1", "127.9.9.9"),
    *("169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1"),
    *("192.168.0.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::", "3fff::1", "5f00::1", "fc00::1"),
    *("fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"),
    *("", "localhost", "127.1"),
)
PUBLIC = (
    *("1.1.1.1", "93.184.215.14", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1"),
    *("192.167.1.1", "223.255.255.254", "2606:4700::1111", "2a00:1450:4001::2004", "240e::1"),
    *("64:ff9b::101:101", "2002:101:101::1", "::ffff:1.1.1.1"),
)


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_on_the_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


class Names:
    """A name server whose answers are given, one after another."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = iter(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *_: object) -> object:  # noqa: N802
        receiver.resolutionBegan(self)
        for address in next(self._answers):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, port))
        receiver.resolutionComplete()
        return self


class Endpoint:
    """What would connect to the addresses it is given."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.completed = False

    def resolutionBegan(self, _resolution: object) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.completed = True


def resolve(resolver: GuardedResolver, name: str) -> list[str]:
    endpoint = Endpoint()
    resolver.resolveHostName(endpoint, name, 80)
    assert endpoint.completed
    return endpoint.addresses


def resolver_of(
    *answers: list[str], private_hosts: tuple[str, ...] = (), internet: bool = True
) -> GuardedResolver:
    reactor: Any = SimpleNamespace(nameResolver=Names(*answers))
    return GuardedResolver(reactor, private_hosts, internet=internet)


def test_private_addresses_of_a_name_are_left_out() -> None:
    resolver = resolver_of(["10.0.0.1", "1.1.1.1", "::1", "2606:4700::1111"])
    assert resolve(resolver, "mixed.example") == ["1.1.1.1", "2606:4700::1111"]
    assert not resolver.refused


def test_a_name_whose_answers_change_is_checked_each_time() -> None:
    resolver = resolver_of(["1.1.1.1"], ["169.254.169.254"], ["1.1.1.1"])
    assert resolve(resolver, "rebinding.example") == ["1.1.1.1"]
    assert resolve(resolver, "rebinding.example") == []
    assert resolver.refused == {"rebinding.example"}
    assert resolve(resolver, "rebinding.example") == ["1.1.1.1"]
    assert not resolver.refused


def test_a_host_that_the_source_allows_by_name_may_be_private() -> None:
    resolver = resolver_of(["10.0.0.1"], ["10.0.0.1"], private_hosts=("intranet.example",))
    assert resolve(resolver, "intranet.example") == ["10.0.0.1"]
    assert resolve(resolver, "other.example") == []


def test_without_the_internet_only_loopback_is_left_and_only_by_name() -> None:
    addresses = ["1.1.1.1", "10.0.0.1", "127.0.0.1", "::1"]
    resolver = resolver_of(addresses, addresses, private_hosts=("localhost",), internet=False)
    assert resolve(resolver, "localhost") == ["127.0.0.1", "::1"]
    assert resolve(resolver, "other.example") == []


class Canary:
    """A server on loopback that no crawl may reach."""

    def __init__(self, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self.hits = 0
        self._listening = listening

    def serve(self) -> None:
        with self._listening:
            while True:
                try:
                    connection, _ = self._listening.accept()
                except OSError:
                    return
                self.hits += 1
                with connection:
                    connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nsecret")


@contextmanager
def canary() -> Iterator[Canary]:
    """A canary that listens on both kinds of loopback address, where there are both."""
    dual = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if dual else socket.AF_INET
    listening = socket.create_server(("", 0), family=family, dualstack_ipv6=dual)
    bird = Canary(listening)
    thread = Thread(target=bird.serve)
    thread.start()
    try:
        yield bird
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


# The site is allowed by the name localhost, so that none of these is.
SPELLINGS = (
    *("127.0.0.1", "127.1", "127.0.1", "127.0.0.2", "127.255.255.254", "2130706433", "0x7f000001"),
    *("0x7f.1", "0177.0.0.1", "017700000001", "0x7f.0.0.0x1", "0x7f.0x0.1", "0", "0.0.0.0"),
    *("127.0.0.1.", "１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①", "%31%32%37.0.0.1"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]"),
    *("[::127.0.0.1]", "localhost.", "localhost.localdomain", "ip6-localhost"),
)


def test_no_address_of_this_machine_is_reached_by_any_spelling(
    site: Site, collection: Collection
) -> None:
    with canary() as bird:
        targets = [f"http://{host}:{bird.port}/{way}" for host in SPELLINGS for way in "ab"]
        linked, redirected = targets[::2], targets[1::2]
        for number, target in enumerate(redirected):
            site.move(f"/r{number}", target)
        moved = [f"/r{number}" for number in range(len(redirected))]
        site.set_list("/", [*linked, *moved, "/a.html"])
        site.set_article("/a.html", "an article")
        site.move("/robots.txt", f"http://127.0.0.1:{bird.port}/robots.txt")
        port = site.url.rpartition(":")[2]
        hosts = [f"{host}:{bird.port}" for host in SPELLINGS if "%" not in host]
        collection.declare(
            "site",
            f'seeds = ["http://localhost:{port}/"]\nhosts = {hosts!r}\n'
            'private_hosts = ["localhost"]',
        )
        code, complaint = collection.crawl("site")
        assert bird.hits == 0
    assert code == 1, "most pages failed"
    assert complaint.count("\n") == 1
    with collection.store() as store, store.read() as connection:
        rows = connection.execute(select(pages.c.url, pages.c.outcome, pages.c.reason)).all()
        assert store.count() == 1
    tried = [row for row in rows if f":{bird.port}/" in row.url]
    assert len(tried) >= 40
    assert {row.outcome for row in tried} == {"excluded", "failed"}


ELSEWHERE = (
    *("http://127.0.0.1:22/", "http://127.0.0.1:6379/", "https://127.0.0.1:25/"),
    *("file:///etc/passwd", "ftp://127.0.0.1/", "data:text/html,hello", "javascript:alert(1)"),
    *("gopher://127.0.0.1/", "s3://bucket/key", "http://user:secret@127.0.0.1/"),
)


def test_no_other_port_or_scheme_is_asked(site: Site, collection: Collection) -> None:
    moved = [f"/moved-{number}" for number in range(len(ELSEWHERE))]
    for path, target in zip(moved, ELSEWHERE, strict=True):
        site.move(path, target)
    site.set_list("/", [*moved, *ELSEWHERE, "/a.html"])
    site.set_article("/a.html", "an article")
    collection.declare("site", f'seeds = ["{site.url}/"]\nhosts = ["127.0.0.1"]')
    with canary() as bird:
        site.move("/robots.txt", f"http://127.0.0.1:{bird.port}/robots.txt")
        assert collection.crawl("site")[1].count("\n") == 1, "most pages failed"
        assert bird.hits == 0
    assert sorted(site.visited()) == sorted(["/", "/a.html", *moved])


def test_a_source_on_a_private_host_is_crawled_only_when_it_says_so(
    site: Site, collection: Collection
) -> None:
    site.set_articles(1)
    collection.declare("site", f'seeds = ["{site.url}/"]\nprivate_hosts = []')
    (collection.path / "settings.toml").write_text('contact = "me@example.com"')
    code, complaint = collection.crawl("site")
    assert code == 1
    assert complaint == (
        "xiaosou: nothing could be fetched from site: 1 × 127.0.0.1 has a private address; "
        "check its seeds and hosts\n"
    )
    assert site.requests == []
