"""Errors become pages that say what to do, and tell nothing of the inside."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer import Article, Index
from indexer.errors import GenerationBusyError, StoreError
from web import create_app
from web.access import Access

Read = Callable[..., BeautifulSoup]


@pytest.fixture
def own_index(tmp_path: Path) -> Iterator[Index]:
    """A collection that a test may break."""
    with Index.open(tmp_path / "secret-folder") as index:
        index.add([Article(url="http://a.example/", title="催收", body="催收")])
        yield index


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/search?q=x&page=abc", "page is a whole number from 1 to 100."),
        ("/search?q=x&page=101", "page is a whole number from 1 to 100."),
        ("/search?q=x&sort=foo", "sort is one of relevance, newest, oldest."),
        ("/?hl=tlh", "hl is one of zh, en."),
    ],
)
def test_a_bad_parameter_is_named(read: Read, path: str, message: str) -> None:
    page = read(path, 400)
    assert page.select_one(".problem").get_text(" ", strip=True).startswith("400 This request")  # type: ignore[union-attr]
    assert [p.get_text() for p in page.select(".problem p")][1] == message


def test_it_is_named_in_chinese_too(read: Read) -> None:
    assert "page 是 1 到 100 之间的整数。" in read("/search?q=x&page=abc&hl=zh", 400).get_text()


def test_an_unknown_page_leads_home(read: Read) -> None:
    page = read("/nowhere?hl=en", 404)
    assert page.select_one('.problem a[href="/?hl=en"]') is not None


def test_another_method_is_refused(client: FlaskClient) -> None:
    response = client.post("/search?q=x")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert "POST is not possible here" in response.get_data(as_text=True)


def test_a_lost_index_says_what_to_do_and_not_where_it_was(
    own_index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    for folder in own_index.path.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    client = create_app(own_index).test_client()
    response = client.get("/search?q=催收")
    assert response.status_code == 503
    text = response.get_data(as_text=True)
    assert "xiaosou index --rebuild" in text
    assert "secret-folder" not in text
    assert "secret-folder" in caplog.text
    assert "催收" not in caplog.text
    problem = client.get("/api/search?q=x").get_json()
    assert problem["status"] == 503
    assert "secret-folder" not in problem["detail"]


@pytest.mark.parametrize(
    ("error", "status", "advice"),
    [
        (GenerationBusyError("another process writes to /secret"), 503, "Try again in a minute"),
        (StoreError("the store /secret cannot be used"), 503, "xiaosou check"),
        (RuntimeError("a fault at /secret"), 500, "not your fault"),
    ],
)
def test_every_fault_has_its_advice(
    own_index: Index,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    advice: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Index, "article", fail)
    client = create_app(own_index).test_client()
    with caplog.at_level(logging.ERROR, "web.errors"):
        for path in (f"/article/{'0' * 16}", f"/api/articles/{'0' * 16}"):
            response = client.get(path)
            text = response.get_data(as_text=True)
            assert response.status_code == status
            assert advice in text
            assert "/secret" not in text
            assert "Traceback" not in text
    assert caplog.text.count(str(error)) >= 2


def test_a_path_makes_no_line_of_its_own_in_the_log(
    own_index: Index, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("broken")

    monkeypatch.setattr(Access, "holds", fail)
    client = create_app(own_index).test_client()
    with caplog.at_level(logging.ERROR, "web.errors"):
        assert client.get("/status/sources/a%0AERROR forged").status_code == 503
    (record,) = caplog.records
    assert "\n" not in record.getMessage()
