"""What a source's pages hold: an article, several of them, or a part of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crawler.extraction import (
    extract_each,
    extract_from,
    find_next_page,
    goes_on,
    join_pages,
    parse_page,
)
from crawler.url import normalize_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.page import Page
    from crawler.source import Source
    from indexer.article import Article

MOST_FURTHER_PAGES = 20
"""How many pages may go on with the article of a first one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page holds.

    Attributes:
        articles: Its articles; none when it goes on with the article of another page.
        goes_on_at: The normalised URL within the source's bounds of the page that goes on with its
            article; empty when none does.
    """

    articles: tuple[Article, ...] = ()
    goes_on_at: str = ""


def read_page(page: Page, source: Source) -> Reading:
    """Find what a page of a source holds.

    Raises:
        NoArticleError: It is a list of links, or has no text.
        PageError: It cannot be read.
    """
    document = parse_page(page)
    if source.selectors.each:
        found = extract_each(document, source.selectors, source.zone)
        return Reading(tuple(_name(article, source) for article in found))
    if goes_on(document):
        return Reading()
    onward = _within(find_next_page(document), source)  # before selectors take anything out
    article = extract_from(document, source.selectors, zone=source.zone)
    return Reading((_name(article, source),), onward)


def find_onward(page: Page, first: str, source: Source) -> str:
    """Where an article goes on after a further page, within the source's bounds; empty for nowhere.

    Args:
        page: A further page of the article.
        first: The URL of its first page.
        source: The source.

    Raises:
        PageError: The page cannot be read.
    """
    return _within(find_next_page(parse_page(page), first), source)


def read_all(pages: Sequence[Page], source: Source) -> tuple[Article, ...]:
    """Find the articles of a page, or the one that several pages hold.

    Args:
        pages: The page and those that go on with its article, in their order.
        source: The source.

    Raises:
        NoArticleError: The first page holds none.
        PageError: A page cannot be read.
    """
    if len(pages) == 1:
        return read_page(pages[0], source).articles
    documents = [parse_page(page) for page in pages]
    return (_name(join_pages(documents, source.selectors, source.zone), source),)


def _within(url: str, source: Source) -> str:
    normal = normalize_url(url) if url else None
    return normal if normal and source.covers(normal) else ""


def _name(article: Article, source: Source) -> Article:
    """Put the names the source declares in place of what the page says."""
    return replace(
        article,
        site=source.site or article.site,
        category=source.category or article.category,
        language=source.language or article.language,
    )
