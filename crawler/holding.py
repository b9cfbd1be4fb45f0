"""Which articles a page holds, and which pages an article has.

A page with several articles holds those whose URLs are its own with a fragment; its row names the
first of them. A page that goes on with the article of another is noted as a part of that one, and
is visited with it, not by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, or_, select, text, update

from crawler.pattern import pattern_of
from crawler.visit import ARTICLES, Kind, Outcome
from indexer.article import article_id
from indexer.store.rows import LIVE
from indexer.store.tables import articles, pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from indexer.store import Transaction

_KEEP_PART = text(
    "INSERT INTO pages (source, url, hops, run, kind, pattern, found_by, part_of, outcome, "
    "visited_at) VALUES (:source, :url, 0, :run, :kind, :pattern, '', :first, :outcome, :now) "
    "ON CONFLICT (source, url) DO UPDATE SET run = :run, part_of = :first, outcome = :outcome, "
    "visited_at = :now, reason = NULL, article_id = NULL, digest = NULL, etag = NULL, "
    "last_modified = NULL, misses = 0"
).bindparams(bindparam("now", type_=pages.c.visited_at.type))
_AFTER = chr(ord("#") + 1)
_FRAGMENTS = and_(articles.c.url > pages.c.url + "#", articles.c.url < pages.c.url + _AFTER)

HOLDS: ColumnElement[bool] = and_(
    articles.c.state == LIVE,
    pages.c.article_id.is_not(None),
    or_(articles.c.id == pages.c.article_id, _FRAGMENTS),
)
"""The condition that joins pages with the articles they hold."""


def held_articles(connection: Connection, url: str, identity: str | None) -> list[str]:
    """The URLs of the articles that a page holds.

    Args:
        connection: The store.
        url: The page's URL.
        identity: The article that its row names.
    """
    if identity is None:
        return []
    if identity == article_id(url):
        return [url]
    begin, end = f"{url}#", f"{url}{_AFTER}"
    within = (articles.c.url > begin, articles.c.url < end, articles.c.state == LIVE)
    return list(connection.scalars(select(articles.c.url).where(*within)))


def keep_together(
    transaction: Transaction, source: str, run: int, urls: Sequence[str], now: datetime
) -> None:
    """Note that pages go on with the article of a first one; they have none of their own.

    Args:
        transaction: The transaction in which the visit of the first page is recorded.
        source: The name of the source.
        run: The number of the run.
        urls: The first page, and those that go on with it.
        now: When they were visited.
    """
    first, *others = urls
    own = select(articles.c.url).join(pages, HOLDS)
    of_others = own.where(pages.c.source == source, pages.c.url.in_(others))
    transaction.delete(transaction.connection.scalars(of_others).all())
    rows: list[dict[str, Any]] = [
        {
            "source": source,
            "url": url,
            "run": run,
            "kind": Kind.PAGE,
            "pattern": pattern_of(url),
            "first": first,
            "outcome": Outcome.LISTING,
            "now": now,
        }
        for url in others
    ]
    transaction.connection.execute(_KEEP_PART, rows)


def release_strays(transaction: Transaction, source: str) -> None:
    """Let pages be visited by themselves whose first page did not lead to them any more.

    Those of a purged article stay with it.
    """
    connection = transaction.connection
    first = pages.alias()
    together = (
        select(first.c.id)
        .where(first.c.source == source, first.c.url == pages.c.part_of)
        .where(first.c.run == pages.c.run, first.c.outcome.in_(ARTICLES))
    )
    stray = select(pages.c.part_of).where(
        pages.c.source == source, pages.c.part_of.is_not(None), ~together.exists()
    )
    firsts = set(connection.scalars(stray.distinct()))
    firsts -= transaction.purged(firsts)
    for url in firsts:
        connection.execute(
            update(pages)
            .where(pages.c.source == source, pages.c.part_of == url)
            .values(part_of=None)
        )
