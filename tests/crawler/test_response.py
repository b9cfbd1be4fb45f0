"""What is made of a server's answer."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from re import compile as pattern
from zoneinfo import ZoneInfo

import pytest
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler import response as reading
from crawler.extraction import Selectors
from crawler.failure import OutOfBoundsError
from crawler.response import read_failure, read_response
from crawler.source import Source
from crawler.visit import Outcome, Pending, Visit

URL = "http://a.example/jokes/1.html"
SOURCE = Source("a", ("http://a.example/",))
PARAGRAPH = "有一个人去医院看病，医生问他哪里不舒服，他想了半天，说自己忘了。医生说，那就先治健忘。"
PAGE = f"""<!doctype html><html><head><title>健忘</title></head><body>
<nav><a href="/">首页</a> <a href="http://b.example/">友情链接</a></nav>
<article><h1>健忘</h1><time>2024-05-06 08:00</time><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></article>
<p><a href="2.html">下一篇</a></p></body></html>"""
LIST = "<html><body><ul>" + "<li><a href='/1'>一</a></li>" * 3 + "</ul></body></html>"


def answer(html: str | bytes, content_type: str = "text/html; charset=utf-8") -> HtmlResponse:
    body = html.encode() if isinstance(html, str) else html
    return HtmlResponse(URL, headers={"Content-Type": content_type}, body=body)


def read(response: Response, source: Source = SOURCE, hops: int = 0) -> Visit:
    return read_response(response, Pending(URL, hops), source)


def test_an_article_is_found_with_the_links_within_bounds() -> None:
    visit = read(answer(PAGE))
    (article,) = visit.articles
    assert article.url == URL
    assert article.title == "健忘"
    assert PARAGRAPH in article.body
    assert visit.links == ("http://a.example/", "http://a.example/jokes/2.html")
    assert visit.status == 200


def test_a_list_is_read_for_its_links() -> None:
    visit = read(answer(LIST))
    assert not visit.articles
    assert visit.outcome is Outcome.LISTING
    assert visit.links == ("http://a.example/1",)


def test_only_pages_that_may_hold_articles_are_asked_for_one() -> None:
    visit = read(answer(PAGE), replace(SOURCE, articles=pattern("/news/")))
    assert not visit.articles
    assert visit.outcome is Outcome.LISTING
    assert visit.links


def test_an_article_that_is_missing_where_it_should_be_is_reported() -> None:
    visit = read(answer(LIST), replace(SOURCE, articles=pattern("html$")))
    assert (visit.outcome, visit.reason) == (Outcome.FAILED, "no article")
    assert visit.links == ("http://a.example/1",)


def test_what_the_source_declares_wins() -> None:
    source = replace(
        SOURCE,
        site="笑话站",
        category="医院",
        language="zh",
        zone=ZoneInfo("Asia/Shanghai"),
        selectors=Selectors(title="title", date="time"),
    )
    (article,) = read(answer(PAGE), source).articles
    assert article
    assert (article.site, article.category, article.language) == ("笑话站", "医院", "zh")
    assert article.published == datetime(2024, 5, 6, tzinfo=UTC)


def test_a_page_in_gbk_that_says_otherwise_is_read() -> None:
    (article,) = read(answer(PAGE.encode("gbk"), "text/html; charset=iso-8859-1")).articles
    assert article
    assert article.title == "健忘"
    assert PARAGRAPH in article.body


def test_a_page_that_asks_not_to_be_indexed_is_read_for_its_links() -> None:
    visit = read(answer('<meta name="robots" content="noindex">' + PAGE))
    assert not visit.articles
    assert (visit.outcome, visit.reason) == (Outcome.LISTING, "noindex")
    assert visit.links


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (503, "HTTP 503 Service Unavailable"),
        (799, "HTTP 799"),
    ],
)
def test_a_status_that_is_no_success_is_a_failure(status: int, reason: str) -> None:
    visit = read(answer(PAGE).replace(status=status))
    assert visit == Visit(Pending(URL), Outcome.FAILED, reason, status)


@pytest.mark.parametrize(
    "response",
    [
        Response(URL, headers={"Content-Type": "application/pdf"}, body=b"%PDF-1.7"),
        TextResponse(URL, headers={"Content-Type": "text/plain"}, body=b"plain"),
    ],
)
def test_what_is_no_html_is_left_alone(response: Response) -> None:
    visit = read(response)
    assert (visit.outcome, visit.reason) == (Outcome.EXCLUDED, "no HTML")


def moved(location: bytes) -> Response:
    return Response(URL, status=301, headers={"Location": location})


@pytest.mark.parametrize(
    ("location", "target"),
    [
        (b"/new", "http://a.example/new"),
        (b"2.html#top", "http://a.example/jokes/2.html"),
        (b"https://www.a.example/", "https://www.a.example/"),
        ("/笑".encode(), "http://a.example/%E7%AC%91"),
    ],
)
def test_a_move_within_bounds_is_followed(location: bytes, target: str) -> None:
    visit = read(moved(location))
    assert (visit.outcome, visit.moved_to) == (Outcome.MOVED, target)


@pytest.mark.parametrize(
    ("location", "outcome", "reason"),
    [
        (b"http://b.example/x", Outcome.EXCLUDED, "moved out of bounds, to http://b.example/x"),
        (b"ftp://a.example/", Outcome.FAILED, "moved to no web address"),
        (b"http://[bad", Outcome.FAILED, "moved to no web address"),
        (b"\xff\xfe://", Outcome.MOVED, ""),
        (URL.encode(), Outcome.FAILED, "moved to itself"),
        (b"#part", Outcome.FAILED, "moved to itself"),
    ],
)
def test_other_moves_are_not(location: bytes, outcome: Outcome, reason: str) -> None:
    visit = read(moved(location))
    assert (visit.outcome, visit.reason) == (outcome, reason)


def test_a_page_that_moves_on_and_on_is_given_up() -> None:
    assert read(moved(b"/next"), hops=9).outcome is Outcome.MOVED
    assert read(moved(b"/next"), hops=10).reason == "moved more than 10 times"


@pytest.mark.parametrize(
    ("error", "outcome", "reason"),
    [
        (OutOfBoundsError("forbidden by robots.txt"), Outcome.EXCLUDED, "forbidden by robots.txt"),
        (IgnoreRequest("too much when decompressed"), Outcome.FAILED, "larger than 8 MB"),
        (DownloadTimeoutError("x"), Outcome.FAILED, "no answer in 30 s"),
        (ValueError("first\nsecond"), Outcome.FAILED, "ValueError: first"),
    ],
)
def test_no_answer_has_a_reason(error: Exception, outcome: Outcome, reason: str) -> None:
    visit = read_failure(error, Pending(URL))
    assert (visit.outcome, visit.reason, visit.status) == (outcome, reason, None)


def test_a_page_that_trips_a_parser_is_reported_and_skipped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def trip(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(reading, "read_page", trip)
    with caplog.at_level(logging.ERROR):
        visit = read(answer(PAGE))
    assert (visit.outcome, visit.reason) == (Outcome.FAILED, "a fault in reading it")
    assert "too deep" in caplog.text


def test_what_claims_to_be_html_and_is_not_is_reported() -> None:
    visit = read(answer(b"\0\1\2\3"))
    assert visit == Visit(Pending(URL), Outcome.FAILED, "cannot be read", 200)


@pytest.mark.parametrize("body", [b"", b"\0", b"\xff\xfe", b"<", b"<html>" + b"<div>" * 20_000])
def test_a_page_of_any_bytes_is_answered_with_a_visit(
    body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    visit = read(answer(body))
    assert (visit.outcome, visit.reason) in {
        (Outcome.LISTING, ""),
        (Outcome.FAILED, "cannot be read"),
    }
    assert not [record for record in caplog.records if record.name.startswith("crawler")]
