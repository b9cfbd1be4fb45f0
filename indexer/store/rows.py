"""The rows of articles, and the articles they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, and_, bindparam, select

from indexer.article import Article
from indexer.store.statement import Record, Statement
from indexer.store.tables import articles, versions

CONTENT = tuple(field.name for field in fields(Article) if field.name != "url")
"""The columns of a version: every field of an article but its identity."""

CONTENT_COLUMNS = (articles.c.url, *(versions.c[name] for name in CONTENT))
"""The columns of an article in the order of its fields; no more than that, for reading a time takes
longer than reading a text."""

PAGE = 500
"""How many rows are read or written, and how many values one statement has, at a time."""

LIVE, DELETED, PURGED = "live", "deleted", "purged"
"""The states of an article's row; the latter two are tombstones."""

NEWEST = select(*articles.c, *(versions.c[name] for name in CONTENT)).outerjoin_from(
    articles,
    versions,
    and_(versions.c.article_id == articles.c.id, versions.c.number == articles.c.version),
)
"""The rows of articles with their newest content, which is empty where it was purged."""

_WITH_IDS = Statement(select(articles).where(articles.c.id.in_(bindparam("ids", expanding=True))))

_Value = TypeVar("_Value")

_article_values = attrgetter(*(field.name for field in fields(Article)))


def article_of(row: Row[Any]) -> Article:
    """The article in a row that has its URL and its content."""
    return Article(*_article_values(row))


def rows_of(connection: Connection, ids: Iterable[str]) -> list[Record]:
    """The rows of the articles with these ids, in whatever state, without content."""
    return [row for page in pages_of(ids) for row in _WITH_IDS.execute(connection, {"ids": page})]


def pages_of(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """Some values at a time: databases limit how many one statement may have."""
    remaining = iter(values)
    while page := list(islice(remaining, PAGE)):
        yield page
