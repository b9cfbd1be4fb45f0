"""Copies: the pages of articles as they came, compressed.

They are kept to be understood anew without a network, and to be shown. An article can have several
pages, of which the first bears its URL, but for a fragment; a page can hold several articles.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, or_, select

from indexer.store.connection import ARTICLES, lock
from indexer.store.rows import LIVE, pages_of
from indexer.store.statement import Statement
from indexer.store.tables import articles, copies

_REPLACED = Statement(
    delete(copies).where(
        or_(
            copies.c.first == bindparam("of_first"),
            copies.c.url.in_(bindparam("of_urls", expanding=True)),
        )
    )
)
_KEPT = ("url", "first", "number", "fetched_at", "charset", "content")
_INSERT = Statement(insert(copies).values({name: bindparam(name) for name in _KEPT}))
_HAS_ARTICLE = select(articles.c.id).where(
    articles.c.state == LIVE,
    or_(
        articles.c.url == copies.c.first,
        # With a fragment: "$" comes after "#".
        and_(articles.c.url > copies.c.first + "#", articles.c.url < copies.c.first + "$"),
    ),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A page as it came.

    Attributes:
        url: The page's URL.
        content: The HTML as bytes, without any content encoding such as gzip.
        charset: The charset the server declared, empty for none. It may be wrong.
        fetched_at: When it came, in UTC.
    """

    url: str
    content: bytes
    charset: str
    fetched_at: datetime


def first_of(url: str) -> str:
    """The URL of the first page of the article at a URL: the same but for a fragment."""
    return url.partition("#")[0]


def keep_copies(connection: Connection, kept: Sequence[Copy]) -> None:
    """Keep the pages of an article, in their order, in place of those kept of it before."""
    lock(connection, ARTICLES)
    first = kept[0].url
    _REPLACED.execute(connection, {"of_first": first, "of_urls": [copy.url for copy in kept]})
    rows = [
        {
            "url": copy.url,
            "first": first,
            "number": number,
            "fetched_at": copy.fetched_at,
            "charset": copy.charset,
            "content": zlib.compress(copy.content),
        }
        for number, copy in enumerate(kept)
    ]
    _INSERT.execute_each(connection, rows)


def drop_copies(connection: Connection, urls: Iterable[str]) -> int:
    """Drop the pages of articles.

    Args:
        connection: The store.
        urls: The URLs of the articles.

    Returns:
        How many pages were dropped.
    """
    dropped = 0
    for firsts in pages_of({first_of(url) for url in urls}):
        dropped += connection.execute(delete(copies).where(copies.c.first.in_(firsts))).rowcount
    return dropped


def copies_of(connection: Connection, url: str) -> list[Copy]:
    """The pages of the article at a URL, in their order; none when they are not kept."""
    of_article = select(copies).where(copies.c.first == first_of(url))
    return [_copy(row) for row in connection.execute(of_article.order_by(copies.c.number))]


def all_copies(connection: Connection) -> Iterator[Copy]:
    """The pages of all articles, those of one after the other, in bounded memory."""
    query = select(copies).where(_HAS_ARTICLE.exists()).order_by(copies.c.first, copies.c.number)
    for row in connection.execution_options(yield_per=100).execute(query):
        yield _copy(row)


def _copy(row: Row[Any]) -> Copy:
    return Copy(row.url, zlib.decompress(row.content), row.charset, row.fetched_at)
