"""From a page to an article."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup

from crawler.decode import decode
from crawler.errors import NoArticleError
from crawler.extraction.selectors import Selectors
from indexer.article import Article

if TYPE_CHECKING:
    from datetime import tzinfo

    from crawler.page import Page

_NO_SELECTORS = Selectors()


def extract(page: Page, selectors: Selectors = _NO_SELECTORS, *, zone: tzinfo = UTC) -> Article:
    """Find the article of a page.

    Args:
        page: The page as it came.
        selectors: What the page's source says about where things stand; it wins over the rules.
        zone: The time zone of dates that are printed without one.

    Raises:
        NoArticleError: The page is a list of links, or has no text.
        PageError: The page cannot be read.
    """
    soup = BeautifulSoup(decode(page.content, page.charset).replace("\0", ""), "lxml")
    for selector in (*selectors.remove, "script, style, noscript, nav, footer, aside, form"):
        for element in soup.select(selector):
            element.decompose()
    heading = soup.select_one(selectors.title or "h1") or soup.title
    elements = soup.select(selectors.body or "article, main") or soup.select("body")
    body = "\n".join(element.get_text("\n", strip=True) for element in elements[:1])
    if len(body) < 50:
        raise NoArticleError(f"{page.url} has no text")
    return Article(
        url=page.url, title=heading.get_text(" ", strip=True) if heading else "", body=body
    )
