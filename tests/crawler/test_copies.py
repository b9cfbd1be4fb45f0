"""Pages of articles are kept where their sites allow it, and can be understood anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.extraction import Selectors
from crawler.frontier import Frontier
from crawler.page import Page
from crawler.reading import read_page
from crawler.reextraction import reextract
from crawler.source import Source
from crawler.visit import Outcome, Visit
from indexer.article import Article
from indexer.store import Store
from tests.crawler.conftest import article_html

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site

URL = "https://jokes.example/a/7.html"
SOURCE = Source("a", (URL,))
HTML = article_html("健忘的病人").replace("</article>", '<p class="note">编者按</p></article>')
JOKES = "".join(f'<div class="joke" id="{n}">{n}：大家都笑了。</div>' for n in range(3))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "xiaosou.db") as opened:
        yield opened


def crawl(
    store: Store, html: str = HTML, source: Source = SOURCE, *, copies: bool = True, **named: Any
) -> None:
    """Crawl the one page of the source."""
    frontier = Frontier.open(store, source, copies=copies)
    pending = frontier.take()
    assert pending
    page = Page(URL, html.encode("gbk"), "gbk")
    found = read_page(page, source).articles
    visit = Visit(pending, Outcome.LISTING, status=200, articles=found, pages=(page,))
    frontier.record(replace(visit, **named))
    frontier.finish()


def test_the_page_of_an_article_is_kept_as_it_came(store: Store) -> None:
    crawl(store)
    (copy,) = store.copies(URL)
    assert (copy.url, copy.content, copy.charset) == (URL, HTML.encode("gbk"), "gbk")
    crawl(store, HTML.replace("编者", "作者"))
    assert [copy.content for copy in store.copies(URL)] == [
        HTML.replace("编者", "作者").encode("gbk")
    ]


def test_no_page_is_kept_when_it_is_switched_off(store: Store) -> None:
    crawl(store, copies=False)
    assert store.copies(URL) == []


def test_a_page_that_does_not_want_it_is_not_kept_any_longer(store: Store) -> None:
    crawl(store)
    crawl(store, archive=False)
    assert store.count() == 1
    assert store.copies(URL) == []


def test_a_page_without_an_article_is_not_kept(store: Store) -> None:
    crawl(store, articles=())
    assert list(store.all_copies()) == []


def test_a_page_with_an_article_that_was_purged_is_not_kept(store: Store) -> None:
    source = replace(SOURCE, selectors=Selectors(each=".joke"))
    crawl(store, JOKES, source)
    store.delete([f"{URL}#1"], purge=True)
    assert store.copies(URL) == []
    crawl(store, JOKES, source)
    assert store.count() == 2
    assert store.copies(URL) == []


def test_better_selectors_improve_old_articles(store: Store) -> None:
    crawl(store)
    better = replace(SOURCE, selectors=Selectors(remove=(".note",)), category="看病")
    assert reextract(store, better) == {Outcome.CHANGED: 1}
    (article,) = store.articles()
    assert article.category == "看病"
    assert "编者按" not in article.body
    assert reextract(store, better) == {Outcome.UNCHANGED: 1}
    assert len(store.versions(URL)) == 2


def test_old_pages_are_parted_when_their_source_says_so(store: Store) -> None:
    crawl(store, article_html("三则笑话").replace("</article>", JOKES + "</article>"))
    parted = replace(SOURCE, selectors=Selectors(each=".joke"))
    assert reextract(store, parted) == {Outcome.NEW: 1}
    assert {article.url for article in store.articles()} == {f"{URL}#{n}" for n in range(3)}
    assert reextract(store, SOURCE) == {Outcome.NEW: 1}
    assert {article.url for article in store.articles()} == {URL}


def test_a_page_on_which_nothing_is_found_any_more_keeps_its_article(store: Store) -> None:
    crawl(store)
    before = list(store.articles())
    wrong = replace(SOURCE, selectors=Selectors(body=".nowhere"))
    assert reextract(store, wrong) == {Outcome.FAILED: 1}
    assert list(store.articles()) == before


def test_what_was_taken_out_does_not_come_back(store: Store) -> None:
    crawl(store)
    store.delete([URL])
    assert reextract(store, SOURCE) == {}
    assert store.count() == 0


def test_what_was_not_kept_stays_as_it_is(store: Store) -> None:
    crawl(store, copies=False)
    assert reextract(store, replace(SOURCE, category="看病")) == {}
    assert store.count() == 1


def test_an_article_of_several_pages_is_joined_again(store: Store) -> None:
    pages = [
        Page(URL, HTML.encode()),
        Page(f"{URL}?p=2", article_html("二", "后来他们都笑了。").encode()),
    ]
    frontier = Frontier.open(store, SOURCE)
    pending = frontier.take()
    assert pending
    found = (Article(URL, "健忘的病人", "as it was"),)
    visit = Visit(pending, Outcome.LISTING, status=200, articles=found, pages=tuple(pages))
    frontier.record(visit)
    frontier.finish()
    assert reextract(store, SOURCE) == {Outcome.CHANGED: 1}
    (article,) = store.articles()
    assert "从前有一个人" in article.body
    assert "后来他们都笑了" in article.body


def test_a_crawl_keeps_pages_and_reads_them_again_without_the_site(
    site: Site, collection: Collection
) -> None:
    site.set_article("/a/1.html", "健忘的病人")
    site.set_article(
        "/a/2.html",
        "不留底的人",
        "他不想留下什么。" * 30,
        '<meta name="robots" content="noarchive">',
    )
    site.set_list("/", ["/a/1.html", "/a/2.html"])
    declaration = f'seeds = ["{site.url}/"]\n'
    collection.declare("jokes", declaration)
    assert collection.crawl("jokes") == (0, "")
    site.forget_requests()
    collection.declare("jokes", f'{declaration}category = "看病"')
    done = collection.run("crawl", "--reextract")
    assert (done.returncode, done.stdout, done.stderr) == (0, "jokes: 1 changed\n", "")
    assert site.requests == []
    with collection.store() as store:
        categories = {article.title: article.category for article in store.articles()}
    assert categories == {"健忘的病人": "看病", "不留底的人": ""}
    assert "看病" in collection.run("search", "健忘", "--json").stdout
