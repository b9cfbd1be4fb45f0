"""No other site can have a browser change something."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.origin import SAFE_METHODS


def unsafe_routes(app: Flask) -> list[tuple[str, str]]:
    """Method and path of everything that could change something."""
    return [
        (method, rule.rule.replace("<id>", "0" * 16).replace("<name>", "jokes"))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - SAFE_METHODS)
    ]


FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8000"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
]
OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "https://localhost"},
]


def test_there_are_routes_that_change_something(app: Flask) -> None:
    assert ("POST", "/api/articles") in unsafe_routes(app)
    assert ("POST", "/login") in unsafe_routes(app)
    assert ("POST", "/status/sources/jokes/start") in unsafe_routes(app)


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_every_unsafe_route_refuses_other_sites(
    app: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    for method, path in unsafe_routes(app):
        response = client.open(path, method=method, headers=headers)
        assert response.status_code == 403, (method, path)
        assert "another site" in response.get_data(as_text=True)


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_every_unsafe_route_hears_its_own_site_and_asks_for_a_key(
    app: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    assert client.post("/logout", headers=headers).status_code == 303
    for method, path in unsafe_routes(app):
        if not path.startswith("/api/"):
            continue
        response = client.open(path, method=method, headers=headers)
        assert response.status_code == 401, (method, path)
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_reading_is_allowed_from_anywhere(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.get("/search?q=电话", headers=headers).status_code == 200
