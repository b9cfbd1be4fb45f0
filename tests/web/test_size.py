"""Pages are small: they come at once over a slow line."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer import Article, Index
from indexer.article import article_id
from indexer.errors import GenerationError
from indexer.store import Copy
from indexer.store.schedules import Declaration, declare
from web import create_app
from web.access import Access
from web.locale import LOCALES
from web.rate import BURST

PAGE = 14 * 1024  # bytes of HTML, packed
WHOLE = 60 * 1024  # with all that it loads
URL = "http://a.example/"
ID = article_id(URL)
BODY = "催收上门不要慌，先问清姓名和公司。Collectors may knock, and you need not open.\n" * 20
PATHS = [
    *("/", "/search?q=催收", "/search?q=qqqqq", "/login", "/api/docs", "/nothing", "/?hl=xx"),
    *(f"/article/{ID}", f"/article/{ID}/history", f"/article/{ID}/history?from=1&to=1"),
    *(f"/copy/{ID}", f"/explain?q=催收 上门 -x site:a date:2024 colle*&id={ID}"),
    *("/status", "/status/sources/a", "/random"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("small")
    (folder / "settings.toml").write_text("rate = 0\n", encoding="utf-8")
    with Index.open(folder, engine="memory") as opened:
        for body in (BODY[:-50], BODY):
            opened.add([Article(url=URL, title="催收上门", body=body, site="a")])
        opened.store.keep([Copy(URL, f"<p>{BODY}".encode(), "", datetime.now(UTC))])
        declare(opened.store, [Declaration("a", f'seeds = ["{URL}"]')])
        yield opened


@pytest.fixture(scope="module")
def client(index: Index) -> FlaskClient:
    """Somebody who logged in."""
    client = create_app(index).test_client()
    answer = client.post("/login", data={"password": Access(index.store).new_password()})
    assert answer.status_code == 303
    return client


def weigh(client: FlaskClient, html: bytes) -> tuple[int, int]:
    """The packed bytes of a page, and of it with all that it loads."""
    page = BeautifulSoup(html, "html.parser")
    loaded = {
        str(node.get("href") or node.get("src"))
        for node in page.select("script[src], img[src], link[rel=stylesheet], link[rel=icon]")
    }
    assert all(path.startswith("/static/") for path in loaded)
    files = [client.get(path, buffered=True).data for path in loaded]
    size = len(gzip.compress(html))
    return size, size + sum(len(gzip.compress(file)) for file in files)


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_small(client: FlaskClient, path: str, language: str) -> None:
    headers = {"Accept-Language": language}
    answer = client.get(path, headers=headers, follow_redirects=True)
    assert answer.mimetype == "text/html"
    size, whole = weigh(client, answer.data)
    assert 500 < size <= PAGE
    assert size <= whole <= WHOLE


def test_pages_of_errors_are_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.toml").write_text("rate = 1\n", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise GenerationError("broken")

    with Index.open(tmp_path, engine="memory") as index:
        monkeypatch.setattr(index, "search", fail)
        client = create_app(index).test_client()
        answers = [client.get("/search?q=x") for _ in range(BURST + 1)]
        assert [answer.status_code for answer in answers] == [503] * BURST + [429]
        for answer in (answers[0], answers[-1]):
            size, whole = weigh(client, answer.data)
            assert 500 < size <= whole <= WHOLE
            assert size <= PAGE
