"""What can be wrong inside a store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DatabaseError, OperationalError

from indexer.article import Article
from indexer.errors import ArticleError
from indexer.store.rows import NEWEST, PAGE, PURGED, article_of
from indexer.store.tables import articles


def problems_of(connection: Connection) -> list[str]:
    """Check the file, the references between rows, and that every text is as it was stored.

    Returns:
        What is wrong, a line each; nothing when all is well. Of a damaged file nothing more is
        checked.
    """
    return _damage(connection) or [*_orphans(connection), *_altered(connection)]


def _damage(connection: Connection) -> list[str]:
    """What SQLite finds in the structure of its file."""
    try:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    except OperationalError:
        raise  # the file could not be read now, and may be in order
    except DatabaseError as error:
        found = [str(error.orig)]
    # One report can have several lines, the first of which says only which database is meant.
    lines = [line for report in found for line in report.splitlines()]
    return [f"the store is damaged: {line}" for line in lines if line != "ok" and line[:3] != "***"]


def _orphans(connection: Connection) -> Iterator[str]:
    for table, number, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {number} of {table} in the store belongs to nothing in {parent}"


def _altered(connection: Connection) -> Iterator[str]:
    """Articles whose newest content is missing or has another hash than was noted."""
    query = NEWEST.where(articles.c.state != PURGED).order_by(articles.c.seq)
    for row in connection.execute(query.execution_options(yield_per=PAGE)):
        article = _readable(row)
        if article is None:
            yield f"the store has lost the text of {row.url}"
        elif article.content_hash != row.hash:
            yield f"the store has another text of {row.url} than was put into it"


def _readable(row: Row[Any]) -> Article | None:
    try:
        return article_of(row)
    except ArticleError:
        return None
