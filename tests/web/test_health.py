"""Health, readiness and figures for those who watch over it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from indexer import Article, Index
from web import create_app


def samples(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Every figure by its name and the values of its labels."""
    families = text_string_to_metric_families(client.get("/metrics").get_data(as_text=True))
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def test_it_is_ready_as_long_as_searches_can_be_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Index.open(tmp_path) as index:
        index.add([Article(url="http://a.example/", title="催收", body="催收")])
        client = create_app(index).test_client()
        assert client.get("/readyz").get_json() == {"status": "ready"}
        shutil.rmtree(tmp_path / "whoosh")
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.mimetype == "application/problem+json"
        assert client.get("/healthz").status_code == 200


def test_requests_are_counted_by_endpoint_and_status(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        client = create_app(index).test_client()
        client.get("/search?q=x")
        client.get("/search?q=y")
        client.get("/search?q=y&page=x")
        for number in range(20):
            client.open(f"/nowhere/{number}", method=f"M{number}")
        index.add([Article(url="http://a.example/", title="催收", body="催收")])
        figures = samples(client)
    assert figures["xiaosou_requests_total", "search.results", "200"] == 2
    assert figures["xiaosou_requests_total", "search.results", "400"] == 1
    assert figures["xiaosou_requests_total", "none", "404"] == 20
    assert figures["xiaosou_request_seconds_count", "search.results"] == 3
    assert figures["xiaosou_articles",] == 1


def test_no_query_is_in_the_figures(client: FlaskClient) -> None:
    client.get("/search?q=verysecret")
    assert "verysecret" not in client.get("/metrics").get_data(as_text=True)
