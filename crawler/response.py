"""From a server's answer to a visit: what a page holds, where it leads and what went wrong."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse
from w3lib.encoding import http_content_type_encoding

from crawler.complexity import check_complexity
from crawler.decode import decode
from crawler.discovery import discover
from crawler.errors import ComplexityError, NoArticleError
from crawler.extraction import extract
from crawler.failure import OutOfBoundsError, explain_failure
from crawler.page import Page
from crawler.url import normalize_url
from crawler.visit import Outcome, Visit
from indexer.errors import XiaosouError

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.source import Source
    from crawler.visit import Pending
    from indexer.article import Article

logger = logging.getLogger(__name__)

_MOST_HOPS = 10


def read_response(response: Response, page: Pending, source: Source) -> Visit:
    """Understand the answer to a request for a page."""
    if 300 <= response.status < 400 and "Location" in response.headers:
        return _follow_move(response, page, source)
    if not 200 <= response.status < 300:
        return Visit(page, Outcome.FAILED, _status_name(response.status), response.status)
    if not isinstance(response, HtmlResponse):
        return Visit(page, Outcome.EXCLUDED, "no HTML", response.status)
    return _read_page(response, page, source)


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
    content_type = response.headers["Content-Type"] or b""
    declared = http_content_type_encoding(content_type.decode("latin-1")) or ""
    read = partial(Visit, page, status=response.status)
    try:
        text = decode(response.body, declared)
        check_complexity(text)
        tags = [tag.decode("latin-1") for tag in response.headers.getlist("X-Robots-Tag")]
        found = discover(page.url, text, tags)
        links = tuple(filter(source.covers, found.links))
        if not found.directives.index:
            return read(Outcome.LISTING, "noindex", links=links)
        if not source.may_hold_article(page.url):
            return read(Outcome.LISTING, links=links)
        article = extract(
            Page(page.url, response.body, declared), source.selectors, zone=source.zone
        )
        return read(Outcome.LISTING, article=_name(article, source), links=links)
    except NoArticleError:
        if source.articles is None:
            return read(Outcome.LISTING, links=links)
        return read(Outcome.FAILED, "no article", links=links)
    except ComplexityError as error:
        return read(Outcome.FAILED, str(error))
    except XiaosouError as error:
        logger.info("%s cannot be read: %s", page.url, error)
        return read(Outcome.FAILED, "cannot be read")
    except Exception:  # whatever a page does to a parser, the crawl goes on
        logger.exception("a fault in reading %s", page.url)
        return read(Outcome.FAILED, "a fault in reading it")


def _name(article: Article, source: Source) -> Article:
    """Put the names the source declares in place of what the page says."""
    return replace(
        article,
        site=source.site or article.site,
        category=source.category or article.category,
        language=source.language or article.language,
    )


def _status_name(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"
