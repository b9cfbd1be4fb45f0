"""The status page, the log of queries it shows, and its plots."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import web
from crawler.visit import Outcome
from indexer import Article, Index
from indexer.store import Store
from indexer.store.tables import outcomes, pages, queries, runs
from web import create_app
from web.access import Access
from web.crawling import WAITING
from web.locale import LOCALES
from web.plot import HEIGHT, WIDTH, bars, parts
from web.querylog import QueryLog, summarize

HOSTILE = "<script>alert(1)</script>"


def ask(store: Store, text: str, hits: int, days_ago: int = 0) -> None:
    asked_at = datetime.now(UTC) - timedelta(days=days_ago)
    with store.transaction() as transaction:
        transaction.connection.execute(
            queries.insert().values(asked_at=asked_at, text=text, hits=hits)
        )


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(node.get_text().split()) for node in page.select(selector)]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.open(tmp_path, engine="memory") as opened:
        opened.add([Article(url="http://a.example/", title="催收", body="催收上门")])
        yield opened


def log_in(index: Index, client: FlaskClient) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.post("/login", data={"password": Access(index.store).new_password()})


def read_status(index: Index, client: FlaskClient) -> BeautifulSoup:
    log_in(index, client)
    response = client.get("/status")
    assert response.status_code == 200
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def test_searches_are_written_down_without_who_asked(index: Index) -> None:
    with QueryLog(index.store, 90) as log:
        client = create_app(index, log).test_client()
        client.get("/search?q=催收")
        client.get("/search?q=催收&page=2")  # the same search, looked at further
        client.get("/api/search?q= 催收 ")
        client.get("/api/search?q=催收&offset=10")
        client.get("/api/search?q=qqqqq")
        client.get("/api/search?q=%ED%A0%80")
        client.get("/search.rss?q=催收")  # a program asks this again and again
        client.get("/api/search?q=" + "长" * 5000)
    with index.store.read() as connection:
        rows = connection.execute(select(queries).order_by(queries.c.id)).all()
    assert set(queries.c.keys()) == {"id", "asked_at", "text", "hits"}
    assert [(row.text, row.hits) for row in rows[:3]] == [("催收", 1), ("催收", 1), ("qqqqq", 0)]
    assert rows[-1].text == "长" * 200
    assert len(rows) == 5


def test_what_is_older_than_kept_is_deleted(index: Index) -> None:
    ask(index.store, "old", 1, days_ago=8)
    ask(index.store, "recent", 1, days_ago=6)
    with QueryLog(index.store, 7) as log:
        log.add("new", 1)
    with index.store.read() as connection:
        kept = {row.text for row in connection.execute(select(queries))}
    assert kept == {"recent", "new"}


def test_a_summary_counts_days_and_finds_the_commonest(index: Index) -> None:
    for text, hits, days_ago in (
        ("催收", 3, 0),
        ("催收", 3, 2),
        ("笑话", 0, 3),
        ("笑话", 1, 2),  # it was answered later
        ("飞船", 0, 1),
        ("飞船", 0, 1),
        ("long ago", 0, 40),
    ):
        ask(index.store, text, hits, days_ago)
    summary = summarize(index.store, 30, 2)
    assert [count for _, count in summary.days][-4:] == [1, 2, 2, 1]
    assert len(summary.days) == 30
    assert [(asked.text, asked.times) for asked in summary.top] == [("催收", 2), ("笑话", 2)]
    assert [(asked.text, asked.times) for asked in summary.unanswered] == [("飞船", 2)]


def test_the_page_shows_it_all(index: Index) -> None:
    ask(index.store, HOSTILE, 0)
    ask(index.store, "催收", 1)
    now = datetime.now(UTC)
    with index.store.transaction() as transaction:
        transaction.connection.execute(
            runs.insert().values(id=1, source="jokes", started_at=now, finished_at=now)
        )
        for number, (outcome, reason) in enumerate(
            [("new", None), ("failed", HOSTILE), ("failed", HOSTILE), (None, None)]
        ):
            transaction.connection.execute(
                pages.insert().values(
                    source="jokes", url=f"u{number}", hops=0, run=1, outcome=outcome, reason=reason
                )
            )
    client = create_app(index).test_client()
    client.get("/search?q=催收")
    page = read_status(index, client)
    assert texts(page, ".figures dd")[:3] == ["1", "1", "0"]
    assert texts(page, "[aria-labelledby=queries] .asked li") == [
        f"{HOSTILE} 1",
        "催收 1",
        f"{HOSTILE} 1",
    ]
    assert texts(page, "[aria-labelledby=sources] dl div") == ["New1", "Failed2", "Waiting1"]
    assert texts(page, ".crawls tbody td")[-1] == "New: 1 Failed: 2 New 1, Failed 2"
    assert texts(page, "[aria-labelledby=sources] tbody td")[-3:] == ["jokes", HOSTILE, "2"]
    assert [svg["aria-label"] for svg in page.select("svg")] == [
        "Queries by day: 2 in 30 days",
        "Searches by the time they took: 1",
        "Pages by outcome",
        "Pages by outcome",
    ]
    assert page.select("script:not([src]), style, [style]") == []


def test_the_page_says_when_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("query_days = 0\n", encoding="utf-8")
    with Index.open(tmp_path, engine="memory") as index:
        page = read_status(index, create_app(index).test_client())
    assert "What is searched for is not kept" in page.get_text()


@given(st.lists(st.integers(0, 10**9), max_size=50))
def test_bars_fill_the_plot(values: list[int]) -> None:
    drawn = bars([(str(value), value) for value in values])
    assert [bar.value for bar in drawn] == values
    for bar in drawn:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.1
        assert 0 <= bar.y <= HEIGHT
        assert bar.y + bar.height == pytest.approx(HEIGHT, abs=0.11)
    if any(values):
        assert max(bar.height for bar in drawn) == HEIGHT


@given(st.lists(st.integers(0, 10**9), max_size=12))
def test_parts_fill_the_whole_in_order(values: list[int]) -> None:
    drawn = parts((str(number), value) for number, value in enumerate(values))
    assert [bar.value for bar in drawn] == [value for value in values if value]
    for before, after in pairwise(drawn):
        assert before.x + before.width == pytest.approx(after.x, abs=0.11)
    if drawn:
        assert drawn[0].x == 0
        assert drawn[-1].x + drawn[-1].width == pytest.approx(WIDTH, abs=0.11)


def test_a_crawl_shows_what_came_of_it_then_and_not_what_came_later(index: Index) -> None:
    now = datetime.now(UTC)
    with index.store.transaction() as transaction:
        connection = transaction.connection
        for number in (1, 2):
            connection.execute(
                runs.insert().values(
                    id=number,
                    source="jokes",
                    started_at=now,
                    finished_at=now,
                    trouble=HOSTILE if number == 2 else None,
                )
            )
        connection.execute(outcomes.insert().values(run=1, outcome="new", pages=3))
        connection.execute(outcomes.insert().values(run=2, outcome="missing", pages=2))
        connection.execute(outcomes.insert().values(run=2, outcome="unchanged", pages=1))
    client = create_app(index).test_client()
    page = read_status(index, client)
    shown = texts(page, ".crawls tbody td:last-child")
    assert shown == [f"Unchanged: 1 Missing: 2 Unchanged 1, Missing 2 {HOSTILE}", "New: 3 New 3"]
    chinese = client.get("/status?hl=zh").get_data(as_text=True)
    assert "不见了 2" in chinese


@pytest.mark.parametrize("outcome", [*Outcome, WAITING])
@pytest.mark.parametrize("code", LOCALES)
def test_every_outcome_has_a_name_and_a_colour(outcome: str, code: str) -> None:
    assert LOCALES[code].outcome(outcome) != outcome
    style = (Path(web.__file__).parent / "static" / "style.css").read_text(encoding="utf-8")
    assert re.search(rf"\.{outcome}\b[^{{}}]*{{ --part", style)
