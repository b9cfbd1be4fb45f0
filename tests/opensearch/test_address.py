"""The address of a cluster."""

from __future__ import annotations

import sys

import pytest

from indexer import Index
from indexer.engines.opensearch.address import Address, parse_address
from indexer.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("opensearch://search.example", Address((("search.example", 9200),))),
        (
            "opensearch://10.0.0.1:9201,10.0.0.2/jokes",
            Address((("10.0.0.1", 9201), ("10.0.0.2", 9200)), name="jokes"),
        ),
        ("opensearch://[::1]:9200", Address((("[::1]", 9200),))),
        (
            "opensearchs://me:p%40ss%2Fword@host/jokes?shards=6&authority=/etc/ca.pem",
            Address(
                (("host", 9200),),
                name="jokes",
                secure=True,
                authority="/etc/ca.pem",
                user="me",
                password="p@ss/word",
                shards=6,
            ),
        ),
    ],
)
def test_an_address_says_where_and_who(text: str, expected: Address) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "address",
    [
        "elasticsearch://me:secret@host",
        "opensearch://me:secret@",
        "opensearch://me:secret@host:99999",
        "opensearch://me:secret@host:x",
        "opensearch://me:secret@one,,two",
        "opensearch://me:secret@host/With-Capitals",
        "opensearch://me:secret@host/-jokes",
        "opensearch://me:secret@host/jokes/more",
        "opensearch://me:secret@host?shards=0",
        "opensearch://me:secret@host?shards=many",
        "opensearch://me:secret@host?colour=red",
        "opensearch:/me:secret@host",
    ],
)
def test_a_wrong_address_is_refused_without_its_password(address: str, tmp_path: object) -> None:
    with pytest.raises(SettingsError) as refused:
        Index.open(str(tmp_path), engine=address)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_address_shows_no_password() -> None:
    address = parse_address("opensearchs://me:secret@host/jokes")
    assert str(address) == "opensearchs://host:9200/jokes"
    assert "secret" not in repr(address)


def test_without_the_driver_an_address_says_what_to_install(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("indexer.engines.opensearch")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(
        SettingsError, match=r"needs opensearchpy: pip install 'xiaosou\[cluster\]'"
    ):
        Index.open(str(tmp_path), engine="opensearch://me:secret@host")
