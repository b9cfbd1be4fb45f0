"""Articles that go on on further pages: what comes of asking for these.

The article ends before a page that is not there, is no HTML, cannot be read or does not want to be
found. When a site only fails to give it now, the visit of the article fails, rather than that the
article loses its end.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse

from crawler.answer import explain_fault, open_answer
from crawler.failure import OutOfBoundsError, explain_failure, explain_status
from crawler.limits import LONGEST_BODY
from crawler.reading import MOST_FURTHER_PAGES, find_onward, read_all
from crawler.visit import Outcome, Visit

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.source import Source


def read_further(response: Response, visit: Visit, source: Source) -> Visit:
    """Understand the answer to a request for the page an article goes on at.

    All pages of an article together are no larger than one may be.

    Args:
        response: The answer.
        visit: What was read of the article so far.
        source: What is crawled.

    Returns:
        The visit with that page; its ``goes_on_at`` names the next one, if there is one.
    """
    status = response.status
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _fail(visit, explain_status(status), status)
    size = sum(len(page.content) for page in visit.pages) + len(response.body)
    if status != HTTPStatus.OK or not isinstance(response, HtmlResponse) or size > LONGEST_BODY:
        return _end(visit, source)
    try:
        visit = _read(response, visit, source)
    except Exception as error:  # noqa: BLE001 - whatever a page does to a parser, it is logged
        explain_fault(error, visit.goes_on_at)
        visit = replace(visit, goes_on_at="")
    return visit if visit.goes_on_at else _end(visit, source)


def read_further_failure(error: BaseException | None, visit: Visit, source: Source) -> Visit:
    """Say what comes of an article whose further page was not given."""
    if isinstance(error, OutOfBoundsError):
        return _end(visit, source)
    return _fail(visit, explain_failure(error), None)


def _read(response: HtmlResponse, visit: Visit, source: Source) -> Visit:
    answer = open_answer(response, visit.goes_on_at)
    directives = answer.found.directives
    if not directives.index:
        return replace(visit, goes_on_at="")
    links = dict.fromkeys((*visit.links, *filter(source.covers, answer.found.links)))
    pages = (*visit.pages, answer.page)
    onward = ""
    if directives.follow and len(pages) <= MOST_FURTHER_PAGES:
        onward = find_onward(answer.page, visit.page.url, source)
    if onward in {page.url for page in pages}:
        onward = ""
    archive = visit.archive and directives.archive
    return replace(visit, links=tuple(links), pages=pages, archive=archive, goes_on_at=onward)


def _end(visit: Visit, source: Source) -> Visit:
    """The visit of an article of which no further page is to be read."""
    if len(visit.pages) == 1:
        return replace(visit, goes_on_at="")
    # The validators of one page say nothing of the others: each time all are asked for whole.
    visit = replace(visit, goes_on_at="", etag="", last_modified="")
    try:
        return replace(visit, articles=read_all(visit.pages, source))
    except Exception as error:  # noqa: BLE001 - as above
        reason = explain_fault(error, visit.page.url)
        return Visit(visit.page, Outcome.FAILED, reason, visit.status, links=visit.links)


def _fail(visit: Visit, reason: str, status: int | None) -> Visit:
    number = len(visit.pages) + 1
    reason = f"page {number} of the article: {reason}"
    return Visit(visit.page, Outcome.FAILED, reason, status, links=visit.links, maps=visit.maps)
