"""From a server's answer to a visit: what a page holds, where it leads and what went wrong."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import HtmlResponse

from crawler.answer import explain_fault, open_answer
from crawler.discovery import read_map
from crawler.errors import NoArticleError
from crawler.failure import OutOfBoundsError, explain_failure, explain_status
from crawler.reading import read_page
from crawler.soft404 import says_nothing_is_here
from crawler.url import normalize_url
from crawler.visit import Kind, Outcome, Visit

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.source import Source
    from crawler.visit import Pending

_MOST_HOPS = 10
_SHORT = 300  # characters; what is longer is an article, whatever its title
_LONGEST_VALIDATOR = 500  # characters


def read_response(response: Response, page: Pending, source: Source) -> Visit:
    """Understand the answer to a request for a page."""
    status = response.status
    if status == HTTPStatus.NOT_MODIFIED:
        return Visit(page, Outcome.UNCHANGED, status=status)
    if 300 <= status < 400 and "Location" in response.headers:
        return _follow_move(response, page, source)
    if not 200 <= status < 300:
        missing = status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
        return Visit(page, Outcome.FAILED, explain_status(status), status, missing=missing)
    visit = _read_content(response, page, source)
    return replace(
        visit, etag=_header(response, "ETag"), last_modified=_header(response, "Last-Modified")
    )


def _read_content(response: Response, page: Pending, source: Source) -> Visit:
    if isinstance(response, HtmlResponse) and page.kind is Kind.PAGE:
        return _read_page(response, page, source)
    found = read_map(page.url, response.body)
    if found is None:
        return Visit(page, Outcome.EXCLUDED, "no HTML", response.status)
    return Visit(
        page,
        Outcome.LISTING,
        status=response.status,
        links=tuple(filter(source.covers, found.links)),
        maps=tuple(filter(source.has_host_of, found.maps)),
    )


def read_failure(error: BaseException | None, page: Pending) -> Visit:
    """Say why there was no answer to a request for a page."""
    outcome = Outcome.EXCLUDED if isinstance(error, OutOfBoundsError) else Outcome.FAILED
    return Visit(page, outcome, explain_failure(error))


def _follow_move(response: Response, page: Pending, source: Source) -> Visit:
    location = (response.headers["Location"] or b"").decode("utf-8", "replace")
    target = normalize_url(location, page.url)
    status = response.status
    if target is None:
        return Visit(page, Outcome.FAILED, "moved to no web address", status)
    if target == page.url:
        return Visit(page, Outcome.FAILED, "moved to itself", status)
    if page.hops >= _MOST_HOPS:
        return Visit(page, Outcome.FAILED, f"moved more than {_MOST_HOPS} times", status)
    if not source.covers(target):
        return Visit(page, Outcome.EXCLUDED, f"moved out of bounds, to {target}", status)
    return Visit(page, Outcome.MOVED, status=status, moved_to=target)


def _read_page(response: HtmlResponse, page: Pending, source: Source) -> Visit:
    read = partial(Visit, page, status=response.status)
    text = ""
    try:
        answer = open_answer(response, page.url)
        text, found = answer.page.text, answer.found
        links = tuple(filter(source.covers, found.links))
        feeds = tuple(filter(source.has_host_of, found.feeds))
        read = partial(read, links=links, maps=feeds, archive=found.directives.archive)
        if not found.directives.index:
            return read(Outcome.LISTING, "noindex")
        if not source.may_hold_article(page.url):
            return read(Outcome.LISTING)
        if _is_elsewhere(found.canonical, page, source):
            return read(Outcome.EXCLUDED, canonical=found.canonical)
        reading = read_page(answer.page, source)
        if not reading.articles:
            return read(Outcome.LISTING, "it goes on with the article of another page")
        length = sum(len(article.body) for article in reading.articles)
        if length < _SHORT and says_nothing_is_here(text):
            return read(Outcome.FAILED, "says that it is not found", missing=True)
        onward = reading.goes_on_at if found.directives.follow else ""
        read = partial(read, articles=reading.articles, pages=(answer.page,), goes_on_at=onward)
        return read(Outcome.LISTING)
    except NoArticleError:
        if says_nothing_is_here(text):
            return read(Outcome.FAILED, "says that it is not found", missing=True)
        if source.articles is None:
            return read(Outcome.LISTING)
        return read(Outcome.FAILED, "no article")
    except Exception as error:  # noqa: BLE001 - whatever a page does to a parser, it is logged
        return read(Outcome.FAILED, explain_fault(error, page.url))


def _is_elsewhere(canonical: str, page: Pending, source: Source) -> bool:
    """Whether a page says that its article is found under another URL of the source.

    Some sites name their front page on every page; that says nothing.
    """
    is_front = urlsplit(canonical).path in {"", "/"} or canonical in source.seeds
    return canonical != page.url and not is_front and source.covers(canonical)


def _header(response: Response, name: str) -> str:
    value = (response.headers.get(name) or b"").decode("latin-1")
    return value if len(value) <= _LONGEST_VALIDATOR else ""
