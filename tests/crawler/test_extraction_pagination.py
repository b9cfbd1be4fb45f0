"""Articles on several pages."""

from __future__ import annotations

from datetime import UTC

import pytest

from crawler.errors import NoArticleError
from crawler.extraction import Document, Selectors, find_next_page, goes_on, join_pages, parse_page
from crawler.page import Page

SITE = "https://example.org"
FIRST = f"{SITE}/2012/345.html"
SENTENCE = "The hen has been asked about part {0} of it, many times, and by now she has an agent."


def document(body: str, url: str = FIRST) -> Document:
    return parse_page(Page(url, f"<title>The Hen</title><body>{body}".encode()))


def next_of(url: str, link: str, first: str = "") -> str:
    return find_next_page(document(link, url), first)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("/2012/345.html", "/2012/345_2.html"),
        ("/2012/345.html", "/2012/345_1.html"),  # the first page is number zero
        ("/2012/345.html", "/2012/345-2.html"),
        ("/2012/345.html", "/2012/345_p2.html"),
        ("/2012/the-hen/", "/2012/the-hen/2/"),
        ("/2012/the-hen", "/2012/the-hen/page/2"),
        ("/show?id=9", "/show?id=9&page=2"),
        ("/show?id=9&page=1", "/show?id=9&page=2"),
        ("/2012/345_1.html", "/2012/345_2.html"),
    ],
)
@pytest.mark.parametrize(
    "link",
    [
        '<a href="{0}">下一页</a>',
        '<p>1 <a href="{0}">[2]</a> <a href="/x">3</a></p>',
        '<a href="{0}#top">下页</a>',
        '<a href="{0}">Next page »</a>',
        '<a rel="next" href="{0}"><img src="arrow.png"></a>',
        '<a href="/2012/346.html">Next</a><a href="{0}">Next</a>',
    ],
)
def test_a_link_to_the_next_page_is_found(url: str, target: str, link: str) -> None:
    assert next_of(SITE + url, link.format(target)) == SITE + target


def test_the_third_page_is_found_from_the_second_and_the_first() -> None:
    link = '<a href="345_2.html">上一页</a> <a href="345_3.html">下一页</a>'
    assert next_of(f"{SITE}/2012/345_2.html", link, FIRST) == f"{SITE}/2012/345_3.html"
    link = '<a href="/hen/">1</a> 2 <a href="/hen/3/">3</a>'
    assert next_of(f"{SITE}/hen/2/", link, f"{SITE}/hen/") == f"{SITE}/hen/3/"
    link = '<a href="345_2.html">下一页</a>'
    assert next_of(f"{SITE}/2012/345_1.html", link, FIRST) == f"{SITE}/2012/345_2.html"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="346.html">下一页</a>',
        '<a href="346.html">下一篇</a>',
        '<a rel="next" href="/2012/346.html">The Fox</a>',
        '<a href="345_2.html">The Hen, again</a>',
        '<a href="345_3.html">Next</a>',
        '<a href="345.html">Next</a>',
        '<a href="#">下一页</a>',
        "<a href=\"javascript:go('345_2.html')\">下一页</a>",
        '<a href="http://[">下一页</a>',
        "<a>下一页</a>",
        '<div id="comments"><a href="?page=2">Next</a></div>',
        '<a href="https://other.example/2012/345_2.html">Next</a>',
    ],
)
def test_a_link_to_something_else_is_not(link: str) -> None:
    assert next_of(FIRST, link) == ""


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/2012/345_2.html", '<a href="345.html">上一页</a>'),
        ("/2012/345_3.html", '<a href="345_2.html">Previous page</a>'),
        ("/hen/2/", '<a rel="prev" href="/hen/">1</a>'),
        ("/show?id=9&page=2", '<a href="?id=9&page=1">上一页</a>'),
    ],
)
def test_a_page_that_goes_on_with_another_is_told(url: str, link: str) -> None:
    assert goes_on(document(link, SITE + url))


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/2012/345.html", '<a href="344.html">上一页</a>'),
        ("/2012/345.html", '<a href="345_2.html">下一页</a>'),
        ("/hen/6", '<a rel="prev" href="/hen/5">The Fox</a>'),
        ("/2012/345_2.html", '<a href="345.html">The Hen</a>'),
    ],
)
def test_an_article_of_its_own_does_not_go_on_with_another(url: str, link: str) -> None:
    assert not goes_on(document(link, SITE + url))


def part(number: int) -> Document:
    text = "".join(f"<p>{SENTENCE.format(f'{number}.{place}')}</p>" for place in range(4))
    pager = f'<p>上一页 1 2 3 <a href="345_{number + 1}.html">下一页</a></p>'
    head = f"<h1>The Hen</h1><p>Posted 2012-03-0{number}</p><p>An old story, told anew.</p>"
    return document(f"<article>{head}{text}{pager}</article>", f"{SITE}/2012/345_{number}.html")


def test_the_text_of_all_pages_is_joined_in_their_order() -> None:
    article = join_pages([part(1), part(2), part(3)], Selectors(), UTC)
    assert article.url == f"{SITE}/2012/345_1.html"
    assert article.title == "The Hen"
    assert article.body.split("\n") == [
        "An old story, told anew.",
        *(SENTENCE.format(f"{number}.{place}") for number in (1, 2, 3) for place in range(4)),
    ]


def test_a_page_without_text_adds_nothing() -> None:
    assert join_pages([part(1), document("<img src=hen>")], Selectors(), UTC) == join_pages(
        [part(1)], Selectors(), UTC
    )


def test_without_an_article_on_the_first_page_there_is_none() -> None:
    with pytest.raises(NoArticleError):
        join_pages([document("<img src=hen>"), part(2)], Selectors(), UTC)
