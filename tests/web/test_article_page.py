"""The page of one article."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup

from indexer.article import article_id
from web.links import outward

Read = Callable[..., BeautifulSoup]


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(node.get_text().split()) for node in page.select(selector)]


def test_it_shows_all_that_is_stored(read: Read) -> None:
    page = read(f"/article/{article_id('https://ground.example/collector')}")
    assert texts(page, "title") == ["A Debt Collector at the Door - xiaosou"]
    assert texts(page, "h1") == ["A Debt Collector at the Door"]
    assert texts(page, ".place bdi") == ["Common Ground", "Debt"]
    assert texts(page, "dd") == ["5 March 2024", "Ann Lee", "English"]
    assert texts(page, "article > p") == [
        "Collectors may knock, but you need not open the door.",
        "Ask for their papers.",
    ]
    (article,) = page.select("article")
    assert article["lang"] == "en"
    (time,) = page.select("time")
    assert time["datetime"] == "2024-03-05T08:30:00+00:00"


def test_it_links_to_the_original(read: Read) -> None:
    page = read(f"/article/{article_id('https://ground.example/collector')}")
    (original,) = page.select("a.original")
    assert original["href"] == "https://ground.example/collector"
    assert original["rel"] == ["noopener", "noreferrer"]


def test_it_leaves_out_what_is_not_known(read: Read) -> None:
    page = read(f"/article/{article_id('urn:sha256:0123456789abcdef')}")
    assert texts(page, "h1") == ["Untitled"]
    assert texts(page, "dd") == texts(page, ".place") == []
    assert page.select("a.original") == []
    assert texts(page, ".address") == ["urn:sha256:0123456789abcdef"]
    (article,) = page.select("article")
    assert "lang" not in article.attrs


@pytest.mark.parametrize("id", ["0" * 16, "0" * 15, "A" * 16, "%00", "%ff", "x" * 9000])
def test_an_unknown_article_is_not_found(read: Read, id: str) -> None:  # noqa: A002
    page = read(f"/article/{id}", 404)
    assert texts(page, "h1") == ["This article is not in the collection"]
    assert "Search for its words instead" in page.get_text()


@pytest.mark.parametrize(
    "url", ["http://a.example", "https://a.example/b?c#d", "HTTP://A.example/"]
)
def test_web_addresses_become_links(url: str) -> None:
    assert outward(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "urn:sha256:00",
        "javascript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "JaVaScRiPt://a.example/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "//a.example/",
        "/search",
        "http:javascript",
        "http://[",
        "ftp://a.example/",
    ],
)
def test_other_addresses_do_not(url: str) -> None:
    assert outward(url) == ""
