"""A crawl of a site with everything in it, by a real process over a real connection."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from crawler.runs import Tally, last_run, tally
from crawler.visit import Outcome
from indexer import __version__
from indexer.store.tables import pages

if TYPE_CHECKING:
    from indexer import Article
    from tests.crawler.conftest import Collection, Site

HTML = "text/html"


def build(site: Site) -> list[str]:
    """Set up the site; the paths of its articles."""
    articles = site.set_articles(25)
    beyond = site.url.replace("127.0.0.1", "localhost")
    odd = [
        *("/private/1.html", "/gone", "/broken", "/flaky", "/cut-off", "/picture.jpg", "/document"),
        *("/huge", "/bomb", "/packed", "/gbk", "/noindex", "/moved", "/moved-out", "/circle-1"),
        *("/#top", "/a/0.html#top", f"{site.url}/a/1.html", f"{beyond}/", "mailto:joe@a.example"),
    ]
    site.set_list("/odd", odd)
    first = site.pages["/"].body.decode()
    extra = '<a href="/odd">odd</a><a rel="nofollow" href="/advertisement">ad</a></ul>'
    site.set("/", first.replace("</ul>", extra))
    site.set("/robots.txt", "User-agent: *\nDisallow: /private/\n", Content_Type="text/plain")
    site.set_article("/private/1.html", "private")
    site.set("/broken", "broken", status=500)
    site.set_article("/flaky", "flaky")
    site.fail_first("/flaky", 503)
    site.set("/cut-off", "<html>", Content_Length="100", Connection="close")
    site.set("/picture.jpg", b"\xff\xd8", Content_Type="image/jpeg")
    site.set("/document", b"%PDF-1.7", Content_Type="application/pdf")
    site.set("/huge", b"<html>" + b" " * (9 << 20))
    site.set("/bomb", gzip.compress(b"<html>" + b" " * (64 << 20)), Content_Encoding="gzip")
    site.set_article("/packed", "packed")
    packed = gzip.compress(site.pages["/packed"].body)
    site.set("/packed", packed, Content_Encoding="gzip")
    site.set_article("/gbk", "国标")
    in_gbk = site.pages["/gbk"].body.decode().encode("gbk")
    site.set("/gbk", in_gbk, Content_Type=f"{HTML}; charset=iso-8859-1")
    noindex = '<meta name="robots" content="noindex">'
    site.set_article("/noindex", "noindex", head=noindex)
    site.move("/moved", "/a/new.html", 301)
    site.set_article("/a/new.html", "moved here")
    site.move("/moved-out", f"{beyond}/a/2.html")
    site.move("/circle-1", "/circle-2")
    site.move("/circle-2", "/circle-1")
    site.set_article("/advertisement", "advertisement")
    return [*articles, "/flaky", "/packed", "/gbk", "/a/new.html"]


@dataclass(frozen=True, slots=True)
class Crawled:
    site: Site
    wanted: list[str]
    code: int
    complaint: str
    tally: Tally
    articles: dict[str, Article]
    rows: dict[str, tuple[str, str, int | None]]


@pytest.fixture(scope="module")
def crawled(module_site: Site, module_collection: Collection) -> Crawled:
    wanted = build(module_site)
    module_collection.declare("all", f'seeds = ["{module_site.url}"]')
    code, complaint = module_collection.crawl("all")
    with module_collection.store() as store:
        run = last_run(store, "all")
        assert run
        with store.read() as connection:
            known = connection.execute(
                select(pages.c.url, pages.c.outcome, pages.c.reason, pages.c.status)
            ).all()
        return Crawled(
            module_site,
            wanted,
            code,
            complaint,
            tally(store, "all", run),
            {_path(module_site, article.url): article for article in store.articles()},
            {_path(module_site, url): tuple(rest) for url, *rest in known},
        )


def _path(site: Site, url: str) -> str:
    return url.removeprefix(site.url)


def test_the_crawl_succeeds_and_says_nothing(crawled: Crawled) -> None:
    assert crawled.code == 0
    assert crawled.complaint == ""


def test_every_article_is_found_through_every_page_of_the_list(crawled: Crawled) -> None:
    assert sorted(crawled.articles) == sorted(crawled.wanted)


def test_everything_is_asked_for_once_but_what_fails_for_the_moment(crawled: Crawled) -> None:
    counts = Counter(crawled.site.visited())
    repeated = {path: count for path, count in counts.items() if count > 1}
    assert repeated == {"/flaky": 2, "/broken": 3, "/cut-off": 3}


def test_robots_txt_is_asked_for_once_and_obeyed(crawled: Crawled) -> None:
    assert [path for path, _ in crawled.site.requests].count("/robots.txt") == 1
    assert crawled.site.requests[0][0] == "/robots.txt"
    assert "/private/1.html" not in crawled.site.visited()
    assert crawled.rows["/private/1.html"] == ("excluded", "forbidden by robots.txt", None)


def test_the_crawler_says_who_it_is(crawled: Crawled) -> None:
    headers = [headers for _, headers in crawled.site.requests]
    assert {sent["User-Agent"] for sent in headers} == {f"xiaosou/{__version__}"}
    assert not any(name in sent for sent in headers for name in ("Cookie", "Referer"))


@pytest.mark.parametrize(
    "path", ["/picture.jpg", "/advertisement", "/#top", "/a/0.html#top", "mailto:joe@a.example"]
)
def test_what_is_no_page_or_not_to_be_followed_is_not_known(crawled: Crawled, path: str) -> None:
    assert path not in crawled.rows
    assert path not in crawled.site.visited()


def test_the_bounds_are_kept(crawled: Crawled) -> None:
    assert all(path.startswith("/") for path in crawled.rows)
    assert all("localhost" not in headers["Host"] for _, headers in crawled.site.requests)


@pytest.mark.parametrize(
    ("path", "outcome", "reason", "status"),
    [
        ("/gone", "failed", "HTTP 404 Not Found", 404),
        ("/broken", "failed", "HTTP 500 Internal Server Error", 500),
        ("/cut-off", "failed", "the answer was cut off", None),
        ("/huge", "failed", "larger than 8 MB", None),
        ("/bomb", "failed", "larger than 8 MB", None),
        ("/document", "excluded", "no HTML", 200),
        ("/noindex", "listing", "noindex", 200),
        ("/moved", "moved", "", 301),
        ("/circle-1", "moved", "", 302),
        ("/circle-2", "moved", "", 302),
        ("/", "listing", "", 200),
        ("/gbk", "new", "", 200),
    ],
)
def test_what_came_of_a_page_is_kept(
    crawled: Crawled, path: str, outcome: str, reason: str, status: int | None
) -> None:
    assert crawled.rows[path] == (outcome, reason, status)


def test_a_move_out_of_bounds_is_not_followed(crawled: Crawled) -> None:
    outcome, reason, status = crawled.rows["/moved-out"]
    assert (outcome, status) == ("excluded", 302)
    assert reason.startswith("moved out of bounds, to http://localhost:")


def test_a_page_in_gbk_is_read_as_such(crawled: Crawled) -> None:
    article = crawled.articles["/gbk"]
    assert article.title == "国标"
    assert "笑话" in article.body
    assert article.language == "zh"


def test_the_tally_counts_every_page(crawled: Crawled) -> None:
    outcomes = crawled.tally.outcomes
    assert outcomes[Outcome.NEW] == len(crawled.wanted)
    assert outcomes[Outcome.FAILED] == 5
    assert sum(outcomes.values()) == len(crawled.rows)
