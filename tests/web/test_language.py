"""The language of the interface: asked for, remembered, preferred."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient


def language_of(client: FlaskClient, path: str = "/", preferred: str | None = None) -> str:
    headers = {"Accept-Language": preferred} if preferred is not None else {}
    html = client.get(path, headers=headers).get_data(as_text=True)
    return html.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        ("zh", "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("fr, zh;q=0.5", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("de", "en"),
        ("", "en"),
        (",;q=x,\x7f", "en"),
    ],
)
def test_the_browser_has_a_preference(app: Flask, preferred: str, language: str) -> None:
    assert language_of(app.test_client(), preferred=preferred) == language


def test_a_choice_is_kept_in_links_and_remembered(app: Flask) -> None:
    client = app.test_client()
    response = client.get("/search?q=电话&hl=zh", headers={"Accept-Language": "en"})
    html = response.get_data(as_text=True)
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("hl=zh;")
    assert "SameSite=Strict" in cookie
    assert "HttpOnly" in cookie
    assert "Secure" not in cookie
    assert '<input type="hidden" name="hl" value="zh">' in html
    assert 'href="/?hl=zh"' in html
    assert language_of(client, preferred="en") == "zh-CN"
    assert language_of(client, "/?hl=en", preferred="zh") == "en"
    assert language_of(client, preferred="zh") == "en"


def test_the_cookie_is_secure_over_tls(app: Flask) -> None:
    response = app.test_client().get("/?hl=zh", base_url="https://localhost")
    assert "Secure" in response.headers["Set-Cookie"]


def test_without_a_choice_nothing_is_remembered(client: FlaskClient) -> None:
    response = client.get("/search?q=电话")
    assert "Set-Cookie" not in response.headers
    assert response.headers["Vary"] == "Accept-Language, Cookie, Accept-Encoding"
    assert "hl=en" not in response.get_data(as_text=True)


def test_a_remembered_language_nobody_speaks_is_passed_over(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("hl", "tlh")
    assert language_of(client, preferred="zh") == "zh-CN"


def test_the_switch_keeps_the_rest_of_the_request(client: FlaskClient) -> None:
    html = client.get("/search?q=a%26b&site=x&page=2&hl=en").get_data(as_text=True)
    assert 'href="?q=a%26b&amp;site=x&amp;page=2&amp;hl=zh" lang="zh-CN"' in html
