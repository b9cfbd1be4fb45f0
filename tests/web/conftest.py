"""A small collection, and the application over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from indexer import Article, Index
from web import create_app

PHONES = [
    Article(
        url=f"http://neighbours.example/phone/{number}",
        title=f"第 {number} 种诈骗电话",
        body=f"接到陌生电话先挂断。\n\n这是第 {number} 种骗术，请记住。",
        site="邻里公益" if number % 3 else "笑口常开",
        category=f"栏目{number % 10}",
        language="zh",
        author="李晓梅",
        published=datetime(2024, 1, number, 12, tzinfo=UTC),
    )
    for number in range(1, 26)
]
COLLECTOR = Article(
    url="https://ground.example/collector",
    title="A Debt Collector at the Door",
    body="Collectors may knock, but you need not open the door.\n\nAsk for their papers.",
    site="Common Ground",
    category="Debt",
    language="en",
    author="Ann Lee",
    published=datetime(2024, 3, 5, 8, 30, tzinfo=UTC),
)
SAME_EXAMPLES = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
"""For requests that are generated: the same ones each time, however long they take."""

NOTE = Article(url="urn:sha256:0123456789abcdef", title="", body="一张没有标题的便条。")


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The collection; nobody changes it."""
    folder = tmp_path_factory.mktemp("collection")
    # The tests ask more often than anybody may, for articles that are much alike.
    (folder / "settings.toml").write_text("rate = 0\ncollapse = false\n", encoding="utf-8")
    with Index.open(folder, engine="memory") as opened:
        opened.add([*PHONES, COLLECTOR, NOTE])
        yield opened


@pytest.fixture(scope="session")
def app(index: Index) -> Flask:
    return create_app(index)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that has never been here and prefers English."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def read(client: FlaskClient) -> Callable[..., BeautifulSoup]:
    """Reads the page at a path, which must answer with this status."""

    def read_page(path: str, status: int = 200) -> BeautifulSoup:
        response = client.get(path)
        assert response.status_code == status
        assert response.mimetype == "text/html"
        return BeautifulSoup(response.get_data(as_text=True), "html.parser")

    return read_page
