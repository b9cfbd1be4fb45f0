"""What a client has already is not sent again, and what is sent is packed."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from indexer.article import article_id

COLLECTOR = article_id("https://ground.example/collector")
TAGGED = [
    f"/article/{COLLECTOR}",
    f"/article/{COLLECTOR}/history",
    f"/api/articles/{COLLECTOR}",
    "/api/search?q=电话&facets=site",
    "/api/openapi.json",
    "/api/docs",
    "/search.rss?q=电话",
    "/opensearch.xml",
]


@pytest.mark.parametrize("path", TAGGED)
def test_an_answer_is_sent_once(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    tag = first.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    packed = client.get(path, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    assert packed.status_code == 304
    other = client.get(path, headers={"If-None-Match": 'W/"other"'})
    assert (other.status_code, other.data) == (200, first.data) or "took" in other.text


def test_both_languages_have_tags_of_their_own(client: FlaskClient) -> None:
    path = f"/article/{COLLECTOR}"
    english = client.get(path).headers["ETag"]
    chinese = client.get(path, headers={"Accept-Language": "zh", "If-None-Match": english})
    assert chinese.status_code == 200


@pytest.mark.parametrize("path", ["/search?q=电话", "/api/openapi.json", "/search.rss?q=电话"])
def test_what_is_large_is_packed_for_those_who_can_unpack(client: FlaskClient, path: str) -> None:
    packed = client.get(path, headers={"Accept-Encoding": "br;q=1, gzip"})
    plain = client.get(path)
    refused = client.get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data) / 2
    assert gzip.decompress(packed.data).startswith(plain.data[:40])
    for response in (packed, plain):
        assert "Accept-Encoding" in response.headers["Vary"]
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in refused.headers


def test_what_is_small_is_sent_as_it_is(client: FlaskClient) -> None:
    response = client.get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers


def test_errors_are_not_tagged(client: FlaskClient) -> None:
    assert "ETag" not in client.get(f"/article/{'0' * 16}").headers
