"""Copies of pages as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer import Article, Index
from indexer.store import Copy
from web import create_app

ONE = Article(url="http://a.example/one", title="停止催收", body="先别慌。", language="zh")
PART = Article(url="http://a.example/list#3", title="第三个笑话", body="哈哈。")
NONE = Article(url="http://a.example/none", title="停止", body="没有快照。")
FETCHED = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
PAGE = """<!doctype html><html lang=zh><head><meta charset=gb2312><title>停止催收</title>
<script src=//b.example/x.js></script><link rel=stylesheet href=//b.example/x.css></head>
<body onload=alert(1)><nav><a href=/>首页</a></nav><h1>停止催收</h1><p style='color:red'>先别慌。
<img src=//b.example/x.png alt=图></p><form action=//b.example><input name=q></form></body>"""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """Articles of which some have copies."""
    with Index.open(tmp_path / "own", engine="memory") as index:
        index.add([ONE, PART, NONE])
        second = b"<p>\xcf\xc8\xb1\xf0\xbb\xc5 2</p>"
        index.store.keep(
            [
                Copy(ONE.url, PAGE.encode("gb18030"), "utf-8", FETCHED),
                Copy(f"{ONE.url}?page=2", second, "", FETCHED),
            ]
        )
        index.store.keep([Copy("http://a.example/list", "<ol><li>哈哈。".encode(), "", FETCHED)])
        client = create_app(index).test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        client.application.config["index"] = index
        yield client


def read(client: FlaskClient, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def test_a_copy_shows_the_text_and_where_it_is_from(client: FlaskClient) -> None:
    page = read(client, f"/copy/{ONE.id}")
    main = page.main
    assert main is not None
    assert main["lang"] == "zh"
    assert " ".join(main.get_text(" ").split()) == "首页 停止催收 先别慌。 图"
    assert [link["href"] for link in main.select("a")] == ["http://a.example/"]
    links = {node.get_text(): node["href"] for node in page.select(".banner a")}
    assert links["Read the original"] == ONE.url
    assert links["The article"] == f"/article/{ONE.id}?hl=en"
    assert page.select_one(".banner time").get_text() == "6 May 2024 07:08 UTC"  # type: ignore[union-attr]
    assert page.select("script, link, img, form, input, [style], [onload], main > title") == []


def test_a_copy_is_in_a_sandbox_and_loads_nothing(client: FlaskClient) -> None:
    headers = client.get(f"/copy/{ONE.id}").headers
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["sandbox"] == ""
    assert policy["default-src"] == policy["form-action"] == "'none'"
    assert set(policy) == {
        *("sandbox", "default-src", "style-src", "form-action", "base-uri", "frame-ancestors"),
    }
    assert policy["style-src"].startswith("'sha256-")
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert (
        client.get(f"/copy/{ONE.id}", headers={"If-None-Match": headers["ETag"]}).status_code == 304
    )


def test_an_article_on_several_pages_has_as_many_copies(client: FlaskClient) -> None:
    first = read(client, f"/copy/{ONE.id}?hl=zh")
    numbers = {node.get_text(): str(node["href"]) for node in first.select(".banner a")}
    second = read(client, numbers["第 2 页"])
    assert second.main is not None
    assert second.main.get_text().strip() == "先别慌 2"
    assert [node.get_text() for node in second.select("[aria-current]")] == ["第 2 页"]
    assert client.get(f"/copy/{ONE.id}?page=3").status_code == 404
    assert client.get(f"/copy/{ONE.id}?page=0").status_code == 400


def test_an_article_that_is_a_part_of_a_page_has_its_copy(client: FlaskClient) -> None:
    page = read(client, f"/copy/{PART.id}")
    assert page.main is not None
    assert page.main.get_text().strip() == "哈哈。"


@pytest.mark.parametrize("id", [NONE.id, "0" * 16, "x"])
def test_what_is_not_kept_is_not_found(client: FlaskClient, id: str) -> None:  # noqa: A002
    assert client.get(f"/copy/{id}").status_code == 404


def test_the_copy_of_a_deleted_article_is_not_shown(client: FlaskClient) -> None:
    client.application.config["index"].delete([ONE.url])
    assert client.get(f"/copy/{ONE.id}").status_code == 404


def test_only_articles_with_copies_link_to_them(client: FlaskClient) -> None:
    hits = read(client, "/search?q=停止").select(".hits > li")
    linked = {
        str(hit.h2.get_text()): [link.get_text() for link in hit.select(".source > a")]  # type: ignore[union-attr]
        for hit in hits
    }
    assert linked == {
        "停止催收": ["Copy", "More like this", "Why this?"],
        "停止": ["More like this", "Why this?"],
    }
    for article, shown in ((ONE, 1), (PART, 1), (NONE, 0)):
        footer = read(client, f"/article/{article.id}").select("article footer a")
        assert [link.get_text() for link in footer].count("Copy") == shown
