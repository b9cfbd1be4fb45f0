"""What the page keeps in the store, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from crawler.frontier import Frontier
from crawler.runs import count_articles, count_pages, last_run
from crawler.source import Source
from crawler.visit import Outcome, Visit
from indexer import Article
from indexer.store import Store
from indexer.store.tables import passwords
from web.access import Access
from web.crawling import crawls, failures, sources
from web.keys import READ, Keys
from web.querylog import QueryLog, summarize


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    with Store.open(postgresql_url) as opened:
        yield opened


def test_queries_are_written_down_and_summed_up(store: Store) -> None:
    with QueryLog(store, 90) as log:
        for text, hits in (("催收", 3), ("催收", 3), ("no\0thing", 0)):
            log.add(text, hits)
    summary = summarize(store, 7, 10)
    assert sum(count for _, count in summary.days) == 3
    assert {asked.text: asked.times for asked in summary.top} == {"催收": 2, "no\ufffdthing": 1}
    assert [asked.text for asked in summary.unanswered] == ["no\ufffdthing"]


def test_crawls_are_shown(store: Store) -> None:
    root = "http://a.example/"
    frontier = Frontier.open(store, Source("a", (root,)))
    page = frontier.take()
    assert page
    article = Article(root, "title", "text")
    links = (f"{root}x", f"{root}y")
    frontier.record(Visit(page, Outcome.LISTING, articles=(article,), links=links))
    failed = frontier.take()
    assert failed
    frontier.record(Visit(failed, Outcome.FAILED, "HTTP 500"))
    run = last_run(store, "a")
    assert run
    assert count_pages(store, "a", run) == (2, 1, 1)
    assert count_articles(store, "a") == 1
    assert [crawl.source for crawl in crawls(store, 10, 0)] == ["a"]
    assert sources(store)[0].pages == {"new": 1, "failed": 1, "waiting": 1}
    assert [failure.reason for failure in failures(store, 10)] == ["HTTP 500"]


def test_of_passwords_made_at_once_one_is_right(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: Access(store).new_password(), range(4)))
    with store.read() as connection:
        assert len(connection.execute(select(passwords)).all()) == 1
    sessions = [Access(store).begin(password) for password in made]
    assert len(list(filter(None, sessions))) == 1
    token = next(filter(None, sessions))
    assert Access(store).holds(token)


def test_keys_are_found_by_their_secrets(store: Store) -> None:
    keys = Keys(store)
    secrets = {name: keys.add(name, {READ}) for name in ("b", "B", "a")}
    assert [key.name for key in keys.list()] == ["B", "a", "b"]
    found = keys.find(secrets["b"])
    assert found
    assert found.name == "b"
    keys.revoke("b")
    assert keys.find(secrets["b"]) is None
