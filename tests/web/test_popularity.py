"""What many people ask, and who is shown it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer import Article, Index
from indexer.errors import StoreError
from indexer.store import Store
from indexer.store.tables import queries
from web import create_app
from web.popularity import Popularity

PATIENCE = 30.0  # seconds
NOON = datetime.now(UTC).replace(hour=12, minute=0) - timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "log.db") as opened:
        yield opened


def ask(store: Store, text: str, days: Iterable[int], hits: int = 3) -> None:
    """A query, asked so many days ago each."""
    rows = [{"asked_at": NOON - timedelta(days=day), "text": text, "hits": hits} for day in days]
    with store.transaction() as transaction:
        transaction.connection.execute(queries.insert(), rows)


def popularity_of(store: Store) -> Popularity:
    """What is popular, read already."""
    popularity = Popularity(store, 90)
    popularity.read()
    return popularity


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_query_was_asked_on_three_days(store: Store) -> None:
    ask(store, "三天", range(3))
    ask(store, "两天", [0, 1, 1, 1, 1])
    ask(store, "一天", [0] * 50)
    assert popularity_of(store).top(10) == ["三天"]


def test_those_asked_on_most_days_come_first(store: Store) -> None:
    ask(store, "often in an afternoon", [0, 0, 0, 0, 0, 0, 0, 1, 2])
    ask(store, "day by day", range(5))
    ask(store, "seldom", range(3))
    assert popularity_of(store).top(2) == ["day by day", "often in an afternoon"]


def test_a_query_found_something_when_it_was_asked_last(store: Store) -> None:
    ask(store, "gone", range(1, 5))
    ask(store, "gone", [0], hits=0)
    ask(store, "new", range(1, 5), hits=0)
    ask(store, "new", [0], hits=1)
    assert popularity_of(store).top(10) == ["new"]


def test_old_and_long_queries_are_nobodys(store: Store) -> None:
    ask(store, "last year", range(40, 50))
    ask(store, "长" * 41, range(3))
    assert popularity_of(store).top(10) == []


def test_nobody_waits_for_the_log(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(store, "三天", range(3))
    popularity = Popularity(store, 90)
    go_on = threading.Event()
    begun: list[str] = []
    common = popularity._common

    def read_slowly() -> list[str]:
        begun.append(threading.current_thread().name)
        assert go_on.wait(PATIENCE)
        return common()

    monkeypatch.setattr(popularity, "_common", read_slowly)
    assert popularity.top(1) == popularity.related("三", 1) == popularity.beginning("三", 1) == []
    go_on.set()
    wait_for(lambda: popularity.top(1) == ["三天"])
    assert begun == ["popular queries"]


def test_what_cannot_be_read_stays_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ask(store, "三天", range(3))
    popularity = popularity_of(store)

    def fail() -> list[str]:
        raise StoreError("the disk is gone")

    monkeypatch.setattr(popularity, "_common", fail)
    with caplog.at_level(logging.WARNING):
        popularity.read()
    assert popularity.top(1) == ["三天"]
    assert "popular queries cannot be read: the disk is gone" in caplog.text


@pytest.mark.parametrize("days", [0, 2])
def test_without_a_log_nothing_is_popular(store: Store, days: int) -> None:
    ask(store, "三天", range(3))
    popularity = Popularity(store, days)
    assert (
        popularity.top(10) == popularity.beginning("三", 10) == popularity.related("三天", 9) == []
    )


def test_case_and_script_make_no_other_query(store: Store) -> None:
    ask(store, "诈骗 APP", range(4))
    ask(store, "詐騙 app", range(3))
    assert popularity_of(store).top(10) == ["诈骗 APP"]


def test_queries_by_their_beginning(store: Store) -> None:
    ask(store, "诈骗 电话", range(4))
    ask(store, "诈骗", range(3))
    ask(store, "电话", range(5))
    popularity = popularity_of(store)
    assert popularity.beginning("詐", 10) == ["诈骗 电话", "诈骗"]
    assert popularity.beginning("", 10) == popularity.beginning(" ", 10) == []


def test_related_queries_share_words_and_are_not_the_same(store: Store) -> None:
    for text in (
        "催收 上门",
        "催收电话",
        "上门",
        "停止催收",
        "debt collectors",
        "the weather",
        "款",
    ):
        ask(store, text, range(3))
    popularity = popularity_of(store)
    assert popularity.related("催收 上门", 10) == ["上门", "停止催收", "催收电话"]
    assert popularity.related("the debt collector", 10) == ["debt collectors"]
    assert popularity.related("贷款", 10) == []
    assert popularity.related("“催收”", 1) == ["催收 上门"]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    """A collection in which three queries are common."""
    with Index.open(tmp_path / "own", engine="memory") as index:
        index.add([Article(url="http://a.example/", title="停止催收的办法", body="催收电话。")])
        for text in ("催收电话", "停止催收", "<b>"):
            ask(index.store, text, range(3))
        ask(index.store, "我的名字", [0])
        client = create_app(index).test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        wait_for(lambda: "停止催收" in client.get("/").get_data(as_text=True))
        yield client


def read(client: FlaskClient, path: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")


def test_the_home_page_shows_popular_queries(client: FlaskClient) -> None:
    page = read(client, "/?hl=en")
    shown = {node.get_text(): node["href"] for node in page.select(".queries a")}
    assert set(shown) == {"催收电话", "停止催收", "<b>"}
    assert len(read(client, str(shown["停止催收"])).select(".hits > li")) == 1


def test_a_page_of_results_shows_related_queries(client: FlaskClient) -> None:
    page = read(client, "/search?q=催收&category=x&sort=newest")
    links = {node.get_text(): node["href"] for node in page.select(".queries a")}
    assert set(links) == {"催收电话", "停止催收"}
    assert str(links["催收电话"]).endswith("&sort=newest")
    assert "category" not in str(links["催收电话"])
    assert read(client, "/search?q=的").select(".queries") == []


def test_who_finds_nothing_sees_what_others_ask(client: FlaskClient) -> None:
    page = read(client, "/search?q=weather")
    assert [node.get_text() for node in page.select(".queries h2")] == ["Popular searches"]
    assert len(page.select(".queries a")) == 3


def test_popular_queries_are_suggested_first_and_once(client: FlaskClient) -> None:
    _, suggested = client.get("/suggest?q=停止").get_json(force=True)
    assert suggested == ["停止催收", "停止", "停止催收的办法"]
    answer = client.get("/api/suggest?q=停止&limit=2").get_json()["suggestions"]
    assert [row["kind"] for row in answer] == ["query", "word"]
    assert "我的名字" not in client.get("/suggest?q=我").get_data(as_text=True)
