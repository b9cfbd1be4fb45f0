"""What is compared: our extraction, and each of the extractors it asks, alone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import tzinfo

from crawler.decode import decode
from crawler.errors import NoArticleError
from crawler.extraction import extract, parse_page
from crawler.extraction.body import body_blocks
from crawler.extraction.extractors import read_lines
from crawler.extraction.tree import parse_html
from crawler.page import Page
from indexer.article import Article

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def extract_article(page: Page, zone: tzinfo) -> Article:
    """Our extraction: text, title, names, author, date and language."""
    try:
        return extract(page, zone=zone)
    except NoArticleError:
        return Article(url=page.url, title="", body="")


def apply_rules(page: Page) -> str:
    """The text by our own rules, on BeautifulSoup's tree."""
    return "\n".join(block.text for block in body_blocks(parse_page(page).outline))


def ask_readability(page: Page) -> str:
    """The text by readability-lxml; decoded by us, which favours it."""
    from readability import Document

    found = parse_html(Document(decode(page.content)).summary(html_partial=True))
    return "" if found is None else "\n".join(read_lines(found))


def ask_trafilatura(page: Page) -> str:
    """The text by trafilatura with what it falls back on; decoded by us, which favours it."""
    from trafilatura import extract as ask

    found = ask(decode(page.content), include_comments=False, favor_precision=True)
    return found or ""


OURS = "xiaosou"
"""The name of our extraction."""

ALONE: dict[str, Callable[[Page], str]] = {
    "our rules": apply_rules,
    "readability-lxml": ask_readability,
    "trafilatura": ask_trafilatura,
}
"""The extractors of texts, by name."""
