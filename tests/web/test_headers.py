"""What every answer tells the browser, and what it may keep."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    "path", ["/", "/search?q=电话", "/search", "/nowhere", "/api/search?q=x", "/static/style.css"]
)
def test_every_answer_restricts_the_browser(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert not {"Server", "X-Powered-By"} & set(headers.keys())


def test_pages_are_not_kept(client: FlaskClient) -> None:
    assert client.get("/search?q=电话").headers["Cache-Control"] == "no-cache"


def test_static_files_are_kept_by_their_version(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    linked = set(re.findall(r'"(/static/[^"]+)"', html))
    assert {path.partition("?")[0] for path in linked} == {
        "/static/style.css",
        "/static/keys.js",
        "/static/mark.svg",
        "/static/suggest.js",
    }
    for path in linked:
        kept = client.get(path, buffered=True).headers["Cache-Control"]
        assert kept == "public, immutable, max-age=31536000"


@pytest.mark.parametrize("path", ["/static/style.css", "/static/style.css?v=old", "/static/no?v="])
def test_files_without_their_version_are_asked_for_again(client: FlaskClient, path: str) -> None:
    response = client.get(path, buffered=True)
    assert response.headers["Cache-Control"] == "no-cache"
