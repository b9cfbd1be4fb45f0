"""What can be wrong inside a store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from indexer.article import Article
from indexer.errors import ArticleError
from indexer.store.connection import backend_of
from indexer.store.rows import NEWEST, PAGE, PURGED, article_of
from indexer.store.tables import articles


def problems_of(connection: Connection) -> list[str]:
    """Check the file, the references between rows, and that every text is as it was stored.

    Returns:
        What is wrong, a line each; nothing when all is well. Texts are not checked when the file
        or a reference is damaged.
    """
    return backend_of(connection.dialect.name).damage(connection) or list(_altered(connection))


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
