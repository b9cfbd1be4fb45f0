"""Articles that go on on further pages are joined, and their pages are fetched once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import HtmlResponse, Response

from crawler.failure import OutOfBoundsError
from crawler.frontier import Frontier
from crawler.further import read_further, read_further_failure
from crawler.limits import LONGEST_BODY
from crawler.page import Page
from crawler.response import read_response
from crawler.runs import count_articles
from crawler.source import Source
from crawler.visit import Outcome, Pending, Visit
from indexer.article import Article
from indexer.store import Store
from tests.crawler.conftest import BODY

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site

ROOT = "https://jokes.example/"
FIRST = f"{ROOT}a/7.html"
SOURCE = Source("a", (ROOT,))
PENDING = Pending(FIRST)
MORE = ("第二页讲的是医生后来也忘了自己的名字，大家只好重新介绍。", "第三页讲的是病人回家的路。")


def further(number: int) -> str:
    return f"{ROOT}a/7_{number}.html"


def page_html(number: int, last: int, text: str) -> str:
    """A page of an article; its links are those of the first, the last and its neighbours."""
    before = "7.html" if number == 2 else f"7_{number - 1}.html"
    links = f'<a href="{before}">上一页</a>' if number > 1 else ""
    links += f'<a href="7_{number + 1}.html">下一页</a>' if number < last else ""
    return (
        f"<!doctype html><html><head><title>健忘的人</title></head><body><article>"
        f"<h1>健忘的人</h1><p>{text}{BODY[number:]}</p><p>{BODY[:-number]}{text}</p>"
        f"<p>{links}</p></article></body></html>"
    )


def answer(url: str, html: str | bytes, status: int = 200, **headers: str) -> HtmlResponse:
    body = html.encode() if isinstance(html, str) else html
    named = {"Content-Type": "text/html; charset=utf-8"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse(url, status, named, body)


@pytest.fixture
def begun() -> Visit:
    """The visit of the first page of an article of three."""
    response = answer(FIRST, page_html(1, 3, BODY), ETag='"1"')
    return read_response(response, PENDING, SOURCE)


def test_an_article_is_joined_from_all_its_pages(begun: Visit) -> None:
    assert begun.goes_on_at == further(2)
    second = read_further(answer(further(2), page_html(2, 3, MORE[0])), begun, SOURCE)
    assert second.goes_on_at == further(3)
    whole = read_further(answer(further(3), page_html(3, 3, MORE[1])), second, SOURCE)
    assert whole.goes_on_at == ""
    (article,) = whole.articles
    assert (article.url, article.title) == (FIRST, "健忘的人")
    assert [article.body.count(part) for part in MORE] == [2, 2]
    assert [page.url for page in whole.pages] == [FIRST, further(2), further(3)]


def test_the_validators_of_one_page_are_not_those_of_several(begun: Visit) -> None:
    assert begun.etag
    whole = read_further(answer(further(2), page_html(2, 2, MORE[0])), begun, SOURCE)
    assert whole.etag == ""


def test_names_of_the_source_win_on_several_pages_too() -> None:
    source = replace(SOURCE, category="看病")
    begun = read_response(answer(FIRST, page_html(1, 2, BODY)), PENDING, source)
    whole = read_further(answer(further(2), page_html(2, 2, MORE[0])), begun, source)
    assert [article.category for article in whole.articles] == ["看病"]


@pytest.mark.parametrize(
    "response",
    [
        answer(further(2), "gone", 404),
        answer(further(2), "", 302, Location=ROOT),
        Response(further(2), 200, {"Content-Type": "image/png"}, b"\x89PNG"),
        answer(further(2), page_html(2, 3, MORE[0]), X_Robots_Tag="noindex"),
        answer(further(2), b"\0\1\2\3" * 100),
        answer(further(2), page_html(2, 3, MORE[0]) + " " * LONGEST_BODY),
    ],
    ids=["missing", "moved", "a picture", "noindex", "no HTML", "too long"],
)
def test_an_article_ends_before_a_page_that_cannot_be_its_own(
    begun: Visit, response: Response
) -> None:
    end = read_further(response, begun, SOURCE)
    assert end.goes_on_at == ""
    assert end.outcome is not Outcome.FAILED
    assert end.articles == begun.articles
    assert MORE[0] not in end.articles[0].body


def test_an_article_ends_before_a_page_that_is_out_of_bounds(begun: Visit) -> None:
    end = read_further_failure(OutOfBoundsError("forbidden by robots.txt"), begun, SOURCE)
    assert (end.articles, end.goes_on_at) == (begun.articles, "")
    assert end.etag == '"1"'
    denied = replace(SOURCE, deny=(re.compile("_2"),))
    assert read_response(answer(FIRST, page_html(1, 3, BODY)), PENDING, denied).goes_on_at == ""


@pytest.mark.parametrize(
    "fail",
    [
        lambda visit: read_further(answer(further(2), "busy", 503), visit, SOURCE),
        lambda visit: read_further(answer(further(2), "busy", 429), visit, SOURCE),
        lambda visit: read_further_failure(DownloadTimeoutError(), visit, SOURCE),
    ],
    ids=["HTTP 503", "HTTP 429", "no answer"],
)
def test_a_site_that_fails_meanwhile_costs_an_article_nothing(
    begun: Visit, fail: Callable[[Visit], Visit]
) -> None:
    failed = fail(begun)
    assert failed.outcome is Outcome.FAILED
    assert failed.reason.startswith("page 2 of the article: ")
    assert failed.articles == ()


def test_links_are_not_followed_to_further_pages_where_the_page_forbids_it() -> None:
    response = answer(FIRST, page_html(1, 3, BODY), X_Robots_Tag="nofollow")
    assert read_response(response, PENDING, SOURCE).goes_on_at == ""


def test_an_article_has_twenty_further_pages_at_most(begun: Visit) -> None:
    visit, number = begun, 1
    while visit.goes_on_at:
        number += 1
        assert visit.goes_on_at == further(number)
        page = answer(further(number), page_html(number, 99, f"这是第{number}页的文字。"))
        visit = read_further(page, visit, SOURCE)
    assert number == 21


def test_a_further_page_is_no_article_of_its_own() -> None:
    response = answer(further(2), page_html(2, 3, MORE[0]))
    visit = read_response(response, Pending(further(2)), SOURCE)
    assert (visit.outcome, visit.articles) == (Outcome.LISTING, ())
    assert FIRST in visit.links


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "xiaosou.db") as opened:
        yield opened


def crawl(store: Store, *held: tuple[str, ...], together: bool = True) -> list[str]:
    """Crawl pages, of which those that stand together have one article; what was visited."""
    frontier = Frontier.open(store, SOURCE)
    chains = {chain[0]: chain for chain in held}
    taken = []
    while page := frontier.take():
        taken.append(page.url)
        urls = chains.get(page.url, ())
        pages = tuple(Page(url, b"") for url in urls)
        links = tuple(url for chain in held for url in chain)
        articles = (Article(page.url, "title", " ".join(urls)),) if urls else ()
        frontier.record(
            Visit(page, Outcome.LISTING, status=200, articles=articles, pages=pages, links=links)
        )
    assert frontier.finish() == ""
    return taken


def test_pages_that_belong_together_are_visited_together(store: Store) -> None:
    chain = (FIRST, further(2), further(3))
    # Known from the first page already, and taken before it is known what they are.
    assert crawl(store, chain) == [ROOT, *chain]
    assert count_articles(store, "a") == 1
    assert crawl(store, chain) == [ROOT, FIRST]
    assert crawl(store, chain) == [ROOT, FIRST]


def test_pages_that_do_not_belong_together_any_more_are_visited_again(store: Store) -> None:
    crawl(store, (FIRST, further(2)))
    crawl(store, (FIRST,))
    assert sorted(crawl(store, (FIRST,), (further(2),))) == [ROOT, FIRST, further(2)]
    assert {article.url for article in store.articles()} == {FIRST, further(2)}


def test_an_article_that_goes_on_another_swallows_its_page(store: Store) -> None:
    crawl(store, (FIRST,), (further(2),))
    assert count_articles(store, "a") == 2
    crawl(store, (FIRST, further(2)))
    assert [article.url for article in store.articles()] == [FIRST]


def test_pages_of_a_purged_article_stay_away(store: Store) -> None:
    crawl(store, (FIRST, further(2)))
    store.delete([FIRST], purge=True)
    assert crawl(store, (FIRST,), (further(2),)) == [ROOT]
    assert crawl(store, (FIRST,), (further(2),)) == [ROOT]
    assert store.count() == 0


def test_a_crawl_joins_articles_of_several_pages(site: Site, collection: Collection) -> None:
    for number, text in enumerate((BODY, *MORE), 1):
        site.set(f"/a/7_{number}.html" if number > 1 else "/a/7.html", page_html(number, 3, text))
    site.set_list("/", ["/a/7.html"])
    site.answer_conditionally = True
    collection.declare("jokes", f'seeds = ["{site.url}/"]')
    assert collection.crawl("jokes") == (0, "")
    paths = ["/", "/a/7.html", "/a/7_2.html", "/a/7_3.html"]
    assert site.visited() == paths
    with collection.store() as store:
        (article,) = store.articles()
    assert article.url == f"{site.url}/a/7.html"
    assert all(part in article.body for part in MORE)
    site.forget_requests()
    assert collection.crawl("jokes") == (0, "")
    assert sorted(site.visited()) == paths  # the list and the article at once
    assert sorted(site.statuses) == [200, 200, 200, 304]
