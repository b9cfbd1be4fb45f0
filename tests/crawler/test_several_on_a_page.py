"""A page may hold several articles, where its source says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.declaration import parse_source
from crawler.frontier import Frontier
from crawler.runs import count_articles, last_run, tally
from crawler.source import Source
from crawler.visit import Outcome, Visit
from indexer.article import Article
from indexer.store import Store

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site

PAGE = "https://jokes.example/"
OTHER = "https://jokes.example/more"
SOURCE = Source("a", (PAGE,))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "xiaosou.db") as opened:
        yield opened


def joke(name: str, text: str = "") -> Article:
    return Article(f"{PAGE}#{name}", f"joke {name}", text or f"the text of {name}")


def crawl(store: Store, *articles: Article, status: int = 200) -> Outcome:
    """Crawl the one page of the source; what came of it."""
    frontier = Frontier.open(store, SOURCE)
    page = frontier.take()
    assert page
    outcome = Outcome.LISTING if status == 200 else Outcome.FAILED
    frontier.record(Visit(page, outcome, status=status, articles=articles))
    while page := frontier.take():
        frontier.record(Visit(page, Outcome.LISTING, status=200, links=(page.url,)))
    run = last_run(store, SOURCE.name)
    assert run
    (outcome,) = tally(store, SOURCE.name, run).outcomes
    frontier.finish()
    return outcome


def urls(store: Store) -> set[str]:
    return {article.url.removeprefix(PAGE) for article in store.articles()}


def test_every_article_of_a_page_is_stored_and_counted(store: Store) -> None:
    assert crawl(store, joke("1"), joke("2"), joke("3")) is Outcome.NEW
    assert urls(store) == {"#1", "#2", "#3"}
    assert count_articles(store, "a") == 3


def test_an_article_that_is_no_longer_on_its_page_is_taken_out(store: Store) -> None:
    crawl(store, joke("1"), joke("2"), joke("3"))
    assert crawl(store, joke("3"), joke("2")) is Outcome.CHANGED
    assert urls(store) == {"#2", "#3"}
    assert store.versions(joke("1").url)


def test_a_page_of_the_same_articles_is_unchanged(store: Store) -> None:
    crawl(store, joke("1"), joke("2"))
    assert crawl(store, joke("1"), joke("2")) is Outcome.UNCHANGED
    assert crawl(store, joke("1"), joke("2", "another text")) is Outcome.CHANGED
    assert crawl(store, joke("1"), joke("2", "another text"), joke("4")) is Outcome.CHANGED


def test_articles_of_other_pages_stay(store: Store) -> None:
    others = [Article(f"{PAGE}?p=2#1", "t", "b"), Article(PAGE[:-1], "t", "c")]
    store.put(others)
    crawl(store, joke("1"), joke("2"))
    crawl(store, joke("2"))
    assert {article.url for article in store.articles()} == {
        joke("2").url,
        *(other.url for other in others),
    }


def test_a_source_may_begin_and_cease_to_part_its_pages(store: Store) -> None:
    whole = Article(PAGE, "all jokes", "the text of all")
    crawl(store, whole)
    crawl(store, joke("1"), joke("2"))
    assert urls(store) == {"#1", "#2"}
    crawl(store, whole)
    assert urls(store) == {""}
    assert count_articles(store, "a") == 1


def test_every_article_of_a_page_that_is_gone_is_taken_out(store: Store) -> None:
    source = replace(SOURCE, seeds=(PAGE, OTHER, f"{OTHER}/2"))
    for status in (200, 410):
        frontier = Frontier.open(store, source)
        while page := frontier.take():
            if page.url != PAGE:
                frontier.record(Visit(page, Outcome.LISTING, status=200))
            elif status == 200:
                jokes = (joke("1"), joke("2"))
                frontier.record(Visit(page, Outcome.LISTING, status=200, articles=jokes))
            else:
                frontier.record(Visit(page, Outcome.FAILED, status=410, missing=True))
        assert frontier.finish() == ""
        assert urls(store) == ({"#1", "#2"} if status == 200 else set())


def test_a_purged_article_does_not_come_back_with_its_page(store: Store) -> None:
    crawl(store, joke("1"), joke("2"))
    store.delete([joke("1").url], purge=True)
    crawl(store, joke("1"), joke("2"))
    assert urls(store) == {"#2"}
    store.delete([joke("2").url], purge=True)
    assert crawl(store, joke("1"), joke("2")) is Outcome.EXCLUDED
    assert urls(store) == set()


def test_a_declaration_says_where_the_articles_stand() -> None:
    text = f'seeds = ["{PAGE}"]\n[selectors]\neach = ".joke"'
    assert parse_source("a", text, "a.toml").selectors.each == ".joke"


def test_a_crawl_parts_the_pages_of_a_source_that_says_so(
    site: Site, collection: Collection
) -> None:
    def set_jokes(*names: str) -> None:
        jokes = (f'<div class="joke" id="{name}">这是{name}，大家都笑了。</div>' for name in names)
        site.set("/", f"<!doctype html><html><body>{''.join(jokes)}</body></html>")

    collection.declare("jokes", f'seeds = ["{site.url}/"]\n[selectors]\neach = ".joke"')
    set_jokes("j1", "j2")
    assert collection.crawl("jokes") == (0, "")
    set_jokes("j2", "j3")
    assert collection.crawl("jokes") == (0, "")
    with collection.store() as store:
        found = {article.url: article.body for article in store.articles()}
    assert found == {
        f"{site.url}/#j2": "这是j2，大家都笑了。",
        f"{site.url}/#j3": "这是j3，大家都笑了。",
    }
