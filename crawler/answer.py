"""A page in a server's answer, and what went wrong in reading it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from w3lib.encoding import http_content_type_encoding

from crawler.discovery import discover
from crawler.errors import ComplexityError
from crawler.page import Page
from indexer.errors import XiaosouError

if TYPE_CHECKING:
    from scrapy.http import HtmlResponse

    from crawler.discovery import Discovery

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTML page that a server gave.

    Attributes:
        page: The page as it came.
        found: What it offers to a crawler.
    """

    page: Page
    found: Discovery


def open_answer(response: HtmlResponse, url: str) -> Answer:
    """Decode a page and find its links.

    Args:
        response: The server's response.
        url: The normalised URL that was asked for.

    Raises:
        ComplexityError: The page is made to keep a parser busy.
    """
    content_type = (response.headers["Content-Type"] or b"").decode("latin-1")
    declared = http_content_type_encoding(content_type) or ""
    page = Page(url, response.body, declared)
    tags = [tag.decode("latin-1") for tag in response.headers.getlist("X-Robots-Tag")]
    return Answer(page, discover(url, page.text, tags))


def explain_fault(error: Exception, url: str) -> str:
    """Say short why a page cannot be read; what is nobody's intention is logged in full."""
    if isinstance(error, ComplexityError):
        return str(error)
    if isinstance(error, XiaosouError):
        logger.info("%s cannot be read: %s", url, error)
        return "cannot be read"
    logger.error("a fault in reading %s", url, exc_info=error)
    return "a fault in reading it"
