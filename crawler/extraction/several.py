"""Several articles on one page, such as a page of jokes, where its source says so."""

from __future__ import annotations

import hashlib
from copy import copy
from typing import TYPE_CHECKING
from urllib.parse import quote, urldefrag

from crawler.errors import NoArticleError
from crawler.extraction.blocks import read_outline
from crawler.extraction.heading import find_heading
from crawler.extraction.selection import date_at, line_at
from crawler.extraction.title import fold_label, shorten
from crawler.text import clean
from indexer.analysis.language import detect_language
from indexer.article import Article

if TYPE_CHECKING:
    from datetime import tzinfo

    from bs4 import Tag

    from crawler.extraction.document import Document
    from crawler.extraction.selectors import Selectors

_HEADINGS = "h1, h2, h3, h4, h5, h6"
_ID_LENGTH = 16


def extract_each(document: Document, selectors: Selectors, zone: tzinfo) -> list[Article]:
    """Find the articles in the elements of a page that hold one each.

    The source's other selectors find the parts of an article inside its element, and there alone;
    only site and category, where an element has none, are those of the page. An article without a
    heading has its first line as title. Its URL is the page's with the element's id as fragment, or
    without one a hash of its text, so that it is the same article wherever it moves on the page.

    Args:
        document: The page.
        selectors: The source's; ``each`` finds the elements.
        zone: The time zone of dates that are printed without one.

    Raises:
        NoArticleError: No element has a text.
    """
    elements = document.soup.select(selectors.each)
    found = [_extract(element, document, selectors, zone) for element in elements]
    articles = {article.url: article for article in found if article}
    if not articles:
        raise NoArticleError(
            f"{document.url} has no text where its source looks for articles: {selectors.each}"
        )
    return list(articles.values())


def _extract(
    element: Tag, document: Document, selectors: Selectors, zone: tzinfo
) -> Article | None:
    title = line_at(element, selectors.title or _HEADINGS)
    lines = _lines_of(element, selectors)
    if lines and fold_label(lines[0]) == fold_label(title):
        lines = lines[1:]
    body = clean("\n".join(lines)).strip()
    if not body:
        return None
    title = title or shorten(lines[0])
    heading = find_heading(
        document, title, line_at(element, selectors.site), line_at(element, selectors.category)
    )
    name = str(element.get("id") or "").strip() or _hash(body)
    return Article(
        url=f"{urldefrag(document.url).url}#{quote(name)}",
        title=title,
        body=body,
        site=heading.site,
        category=heading.category,
        language=detect_language(f"{title}\n{body}"),
        author=line_at(element, selectors.author),
        published=date_at(element, selectors.date or "time", zone),
    )


def _lines_of(element: Tag, selectors: Selectors) -> list[str]:
    element = copy(element)
    for selector in selectors.remove:
        for unwanted in element.select(selector):
            unwanted.decompose()
    parts = element.select(selectors.body) if selectors.body else [element]
    return [block.text for part in parts for block in read_outline(part).blocks]


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:_ID_LENGTH]
