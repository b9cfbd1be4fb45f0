"""Checking a source: a few of its pages, fetched as a crawl would, and what they would bring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select

from crawler.frontier import Frontier
from crawler.holding import held_articles
from crawler.politeness import check_contact
from crawler.spider import fetch
from crawler.visit import ARTICLES, Outcome
from indexer.article import article_id
from indexer.store import Store
from indexer.store.tables import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.hosts import Hosts
    from crawler.source import Source
    from indexer.article import Article


@dataclass(frozen=True, slots=True)
class Finding:
    """What a page would bring.

    Attributes:
        url: The page's URL.
        outcome: What came of the visit; an article is always new.
        reason: Why it was excluded or failed, short and for people.
        articles: The articles that would be stored.
    """

    url: str
    outcome: Outcome
    reason: str
    articles: tuple[Article, ...]


def check(source: Source, hosts: Hosts, contact: str, most_pages: int) -> list[Finding]:
    """Crawl the beginning of a source into a store that is thrown away; once a process.

    Args:
        source: The source.
        hosts: What its hosts asked for.
        contact: Whom they can write to.
        most_pages: How many pages are fetched at most; those that go on with an article come on
            top of it.

    Returns:
        What the pages would bring, in the order in which they were found.

    Raises:
        CrawlError: There is no contact, or the crawl ended early.
        StoreError: There is no room for the store.
    """
    check_contact(source, contact)
    source = replace(source, max_pages=most_pages)
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "check.db") as store:
        fetch(Frontier.open(store, source), source, hosts, contact)
        return list(_findings(store, source))


def _findings(store: Store, source: Source) -> Iterator[Finding]:
    visited = select(pages.c.url, pages.c.outcome, pages.c.reason, pages.c.article_id).where(
        pages.c.source == source.name, pages.c.run > 0, pages.c.part_of.is_(None)
    )
    with store.read() as connection:
        rows = connection.execute(visited.order_by(pages.c.id)).all()
        urls = {row.url: held_articles(connection, row.url, row.article_id) for row in rows}
    for row in rows:
        outcome = Outcome(row.outcome)
        held = urls[row.url] if outcome in ARTICLES else []
        found = store.load(map(article_id, held))
        articles = tuple(found[article_id(url)] for url in held)
        yield Finding(row.url, outcome, row.reason or "", articles)
