"""Finding links, and what a page asks of crawlers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery import discover
from crawler.discovery.directives import Directives

URL = "http://site.example/list/1"


def links(html: str) -> tuple[str, ...]:
    return discover(URL, html).links


def test_links_are_absolute_normalised_and_each_found_once() -> None:
    html = """
    <a href="2">next</a> <a href=" /a.html#top ">a</a> <a href="/a.html">again</a>
    <a href="HTTP://Other.example:80">other</a>
    """
    assert links(html) == (
        "http://site.example/list/2",
        "http://site.example/a.html",
        "http://other.example/",
    )


def test_the_base_of_a_page_counts() -> None:
    assert links('<base href="/deep/"><a href="a">a</a>') == ("http://site.example/deep/a",)


def test_a_path_in_chinese_is_escaped() -> None:
    assert links('<a href="/笑话/1">一</a>') == ("http://site.example/%E7%AC%91%E8%AF%9D/1",)


def test_frames_and_maps_link_too() -> None:
    html = '<map><area href="/map"></map><frame src="/frame">'
    assert set(links(html)) == {"http://site.example/map", "http://site.example/frame"}


def test_a_page_that_sends_its_readers_on_links_there() -> None:
    html = '<meta http-equiv="refresh" content="0; url=/home/">'
    assert links(html) == ("http://site.example/home/",)
    assert links(html.replace("/home/", "http://[bad/")) == ()


@pytest.mark.parametrize(
    "href",
    [
        "/cat.jpg",
        "/cat.JPG?size=2",
        "/song.mp3",
        "/paper.pdf",
        "/all.zip",
        "/style.css",
        "mailto:joe@site.example",
        "javascript:void(0)",
        "tel:110",
        "data:text/html,hi",
        "http://[bad/",
        "http://site.example:port/",
    ],
)
def test_what_is_no_page_is_left_out(href: str) -> None:
    assert links(f'<a href="{href}">x</a>') == ()


@pytest.mark.parametrize("rel", ["nofollow", "external nofollow", "NOFOLLOW noopener"])
def test_a_link_not_to_be_followed_is_left_out(rel: str) -> None:
    html = f'<a rel="{rel}" href="/ad">ad</a><a rel="next" href="/list/2">next</a>'
    assert links(html) == ("http://site.example/list/2",)


@pytest.mark.parametrize(
    ("content", "indexable", "followed"),
    [
        ("index, follow", True, True),
        ("NOINDEX", False, True),
        ("nofollow, noarchive", True, False),
        ("noindex,nofollow", False, False),
        ("none", False, False),
    ],
)
def test_a_page_may_ask_not_to_be_indexed_or_followed(
    content: str, indexable: bool, followed: bool
) -> None:
    html = f'<meta name="Robots" content="{content}"><a href="/a">a</a>'
    found = discover(URL, html)
    assert found.directives.index is indexable
    assert bool(found.links) is followed


def test_a_page_may_ask_it_of_us_alone() -> None:
    assert not discover(URL, '<meta name="xiaosou" content="noindex">').directives.index
    assert discover(URL, '<meta name="otherbot" content="noindex">').directives.index


@given(st.text())
def test_any_text_is_searched_for_links(text: str) -> None:
    discover(URL, text)
    discover(URL, f'<a href="{text}">{text}</a><meta name="robots" content="{text}">')


@pytest.mark.parametrize(
    ("header", "directives"),
    [
        ([], Directives()),
        (["noindex"], Directives(index=False)),
        (["NoFollow, noarchive"], Directives(follow=False, archive=False)),
        (["nocache", "noindex"], Directives(index=False, archive=False)),
        (["none"], Directives(index=False, follow=False, archive=False)),
        (["otherbot: noindex, nofollow"], Directives()),
        (["xiaosou: noindex"], Directives(index=False)),
        (["max-snippet: 20, noindex"], Directives(index=False)),
        (["unavailable_after: 25 Jun 2030 15:00:00 PST"], Directives()),
        (["noindex, max-snippet: 20"], Directives(index=False)),
        ([":", "", ",,"], Directives()),
    ],
    ids=str,
)
def test_the_header_is_obeyed_as_the_page_is(header: list[str], directives: Directives) -> None:
    assert discover(URL, "<p>text", header).directives == directives


def test_the_stricter_of_page_and_header_counts() -> None:
    found = discover(URL, '<meta name="robots" content="index, noarchive">', ["nofollow", "all"])
    assert found.directives == Directives(follow=False, archive=False)
