"""A cluster that is asked by TLS and with a password: a proxy before a real node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from opensearchcluster import free_ports
from tlsproxy import LOOPBACK, Authority, TlsProxy

from indexer import Article, Index
from indexer.errors import XiaosouError

PASSWORD = "p@ss:w/rd"
WRITTEN = "p%40ss:w%2Frd"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def proxy(opensearch_port: int, authority: Authority) -> Iterator[TlsProxy]:
    made = TlsProxy(opensearch_port, authority.sign(LOOPBACK), "me", PASSWORD)
    with made.serving():
        yield made


@pytest.fixture
def name(cluster_address: str) -> str:
    return cluster_address.rpartition("/")[2]


def refusal(folder: Path, address: str) -> str:
    with pytest.raises(XiaosouError) as refused:
        Index.open(folder / "index", engine=address)
    message = str(refused.value)
    assert "\n" not in message
    assert PASSWORD not in message
    return message


def test_articles_are_indexed_and_found_by_tls_and_a_password(
    proxy: TlsProxy, authority: Authority, name: str, tmp_path: Path
) -> None:
    place = f"{LOOPBACK}:{proxy.server_port}/{name}?authority={authority.file}"
    with Index.open(tmp_path / "index", engine=f"opensearchs://me:{WRITTEN}@{place}") as index:
        index.add([Article(url="http://x/1", title="催收", body="催收电话")])
        assert index.search("催收").total == 1
        assert index.stats().location == f"opensearchs://{LOOPBACK}:{proxy.server_port}/{name}-0001"
    assert proxy.answered > 10


def test_another_node_is_asked_when_one_is_dead(
    proxy: TlsProxy, authority: Authority, name: str, tmp_path: Path
) -> None:
    (dead,) = free_ports(1)
    hosts = f"{LOOPBACK}:{dead},{LOOPBACK}:{proxy.server_port}"
    address = f"opensearchs://me:{WRITTEN}@{hosts}/{name}?authority={authority.file}"
    with Index.open(tmp_path / "index", engine=address) as index:
        index.add([Article(url="http://x/1", title="催收", body="催收电话")])
        assert [index.search("催收").total for _ in range(5)] == [1] * 5


@pytest.mark.parametrize("credentials", ["me:wrong@", "you:wrong@", ""])
def test_a_wrong_password_is_told_as_such(
    proxy: TlsProxy, authority: Authority, credentials: str, tmp_path: Path
) -> None:
    place = f"{LOOPBACK}:{proxy.server_port}/x?authority={authority.file}"
    message = refusal(tmp_path, f"opensearchs://{credentials}{place}")
    assert message.startswith(f"the index at opensearchs://{LOOPBACK}:")
    assert "user" in message
    assert "password" in message
    assert proxy.answered == 0


def test_a_certificate_that_is_not_trusted_is_told_as_such(proxy: TlsProxy, tmp_path: Path) -> None:
    message = refusal(tmp_path, f"opensearchs://me:{WRITTEN}@{LOOPBACK}:{proxy.server_port}/x")
    assert "certificate" in message
    assert "?authority=" in message


def test_a_certificate_of_another_host_is_told_as_such(
    opensearch_port: int, authority: Authority, tmp_path: Path
) -> None:
    other = TlsProxy(opensearch_port, authority.sign("127.0.0.2"), "me", PASSWORD)
    with other.serving() as port:
        place = f"{LOOPBACK}:{port}/x?authority={authority.file}"
        assert "certificate" in refusal(tmp_path, f"opensearchs://me:{WRITTEN}@{place}")
    assert other.answered == 0


def test_an_authority_that_cannot_be_read_is_told_as_such(tmp_path: Path) -> None:
    missing = tmp_path / "missing.pem"
    message = refusal(tmp_path, f"opensearchs://me:{WRITTEN}@{LOOPBACK}/x?authority={missing}")
    assert str(missing) in message
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate", encoding="utf-8")
    message = refusal(tmp_path, f"opensearchs://me:{WRITTEN}@{LOOPBACK}/x?authority={nonsense}")
    assert str(nonsense) in message
