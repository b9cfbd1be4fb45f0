"""The article store over one SQL database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, Row, bindparam, func, select

from indexer.article import Article, article_id
from indexer.store import connection as database
from indexer.store import migrations
from indexer.store.copies import Copy, all_copies, copies_of, keep_copies
from indexer.store.integrity import problems_of
from indexer.store.rows import (
    CONTENT_COLUMNS,
    LIVE,
    NEWEST,
    PURGED,
    article_of,
    pages_of,
    rows_of,
)
from indexer.store.statement import Statement
from indexer.store.tables import articles, counter, versions
from indexer.store.transaction import Counts, Transaction

_WITH_IDS = Statement(
    NEWEST.with_only_columns(articles.c.id, *CONTENT_COLUMNS).where(
        articles.c.id.in_(bindparam("ids", expanding=True)), articles.c.state == LIVE
    )
)
# Made once: SQLAlchemy takes longer to build it than SQLite to answer.
_STATES = NEWEST.with_only_columns(
    articles.c.seq, articles.c.id, articles.c.state, *CONTENT_COLUMNS
)
_AFTER_SEQ = (
    _STATES.where(articles.c.seq > bindparam("since"))
    .order_by(articles.c.seq)
    .limit(bindparam("limit"))
)
_STATES_OF = _STATES.where(articles.c.id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class Change:
    """The newest state of an article in the order of changes.

    Attributes:
        seq: The place in the order of commits.
        id: `Article.id`.
        url: `Article.url`.
        article: The article, or None when it was deleted.
    """

    seq: int
    id: str
    url: str
    article: Article | None


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it once was.

    Attributes:
        number: Its place among the article's versions, from 1; what was purged keeps its numbers.
        stored_at: When it was stored, in UTC.
        article: The article.
    """

    number: int
    stored_at: datetime
    article: Article


class Store:
    """Articles with all their versions, in the order of their changes. May be shared by threads.

    Made by `Store.open`; a context manager that closes itself. Every method raises `StoreError`
    when the database cannot be used.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, location: Path | str) -> Store:
        """Open a store; it is created when absent, and migrated when it is older.

        Args:
            location: The file of an SQLite database, or an SQLAlchemy URL of SQLite or PostgreSQL.

        Raises:
            StoreVersionError: A newer program wrote it.
            StoreError: The database cannot be opened.
        """
        store = cls(database.connect(location))
        try:
            with store.read() as connection:
                current = migrations.revision(connection)
            if current != migrations.HEAD:
                with store.transaction() as transaction:
                    database.lock(transaction.connection, "migrations")
                    migrations.migrate(transaction.connection)
        except BaseException:
            store.close()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that writes: all of the block happens, or nothing when it raises.

        One writes at a time, on PostgreSQL one of those that change articles: another waits, also
        one of the same thread, which waits in vain.
        """
        with database.writing(self._engine) as connection:
            transaction = Transaction(connection)
            yield transaction
        if transaction.erased:
            database.erase(self._engine, moved=transaction.dropped)

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that only reads, one state of the database for the whole block."""
        return database.reading(self._engine)

    def put(self, given: Iterable[Article]) -> Counts:
        """Store articles in one transaction; see `Transaction.put`."""
        given = list(given)  # so that nobody waits for where they come from
        with self.transaction() as transaction:
            return transaction.put(given)

    def delete(self, urls: Iterable[str], *, purge: bool = False) -> int:
        """Take articles out in one transaction; URLs that are not there are passed over.

        What remains is a tombstone, so that indexes hear of the deletion. Without ``purge`` the
        versions remain, too; with it they and the copies of its pages are erased, on SQLite also
        from the file, and `purged` remembers the URL.

        Returns:
            How many were there to be taken out.
        """
        with self.transaction() as transaction:
            return transaction.delete(urls, purge=purge)

    def get(self, url: str) -> Article | None:
        """The article at a URL, or None."""
        identity = article_id(url)
        return self.load([identity]).get(identity)

    def load(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids, by id; ids without an article are left out."""
        found: dict[str, Article] = {}
        with self.read() as connection:
            for page in pages_of(ids):
                rows = _WITH_IDS.execute(connection, {"ids": page})
                found |= {identity: Article(*values) for identity, *values in rows}
        return found

    def titles(self) -> Iterator[str]:
        """The titles of all articles, those that changed last first."""
        statement = (
            NEWEST.with_only_columns(versions.c.title)
            .where(articles.c.state == LIVE)
            .order_by(articles.c.seq.desc())
        )
        with self.read() as connection:
            yield from connection.execution_options(yield_per=10_000).execute(statement).scalars()

    def ids_located(self, part: str) -> frozenset[str]:
        """The ids of the articles that have this in their URL, Latin letters in either case."""
        statement = select(articles.c.id).where(
            articles.c.state == LIVE, articles.c.url.icontains(part, autoescape=True)
        )
        with self.read() as connection:
            return frozenset(connection.execute(statement).scalars())

    def changes(self, since: int, limit: int = 1000) -> list[Change]:
        """The articles that changed after a seq, each once as it is now, in the order of seq.

        Args:
            since: The seq after which to begin; 0 for the beginning.
            limit: How many to return at most.
        """
        with self.read() as connection:
            rows = connection.execute(_AFTER_SEQ, {"since": since, "limit": limit}).all()
            return list(map(_change, rows))

    def newest(self, ids: Iterable[str]) -> Iterator[Change]:
        """The newest state of each of these articles, in no order and in bounded memory."""
        for page in pages_of(ids):
            with self.read() as connection:
                rows = connection.execute(_STATES_OF, {"ids": page}).all()
            for row in rows:
                yield _change(row)

    def all_changes(self, since: int, until: int) -> Iterator[Change]:
        """What `changes` gives from one seq up to another, in bounded memory."""
        while since < until:
            changes = self.changes(since)
            yield from (change for change in changes if change.seq <= until)
            since = changes[-1].seq if changes else until

    def articles(self) -> Iterator[Article]:
        """Every article in the order of seq, in bounded memory.

        One that changes meanwhile comes in its new place, even if it was given before.
        """
        since = 0
        while changes := self.changes(since):
            yield from (change.article for change in changes if change.article)
            since = changes[-1].seq

    def versions(self, url: str) -> list[Version]:
        """Every version kept of an article, the oldest first."""
        query = (
            select(versions, articles.c.url)
            .join(articles, articles.c.id == versions.c.article_id)
            .where(articles.c.id == article_id(url), ~versions.c.erased)
            .order_by(versions.c.number)
        )
        with self.read() as connection:
            return [
                Version(row.number, row.stored_at, article_of(row))
                for row in connection.execute(query)
            ]

    def keep(self, pages: Sequence[Copy]) -> None:
        """Keep the pages of an article as they came, in place of those kept of it before.

        Args:
            pages: Its first page, which bears the article's URL but for a fragment, and those that
                go on with it.
        """
        with self.transaction() as transaction:
            keep_copies(transaction.connection, pages)

    def copies(self, url: str) -> list[Copy]:
        """The pages of the article at a URL as they came, in their order.

        There are none when it was not crawled, copies are switched off, or its site does not want
        any to be shown. Those of a deleted article stay; a purge erases them.
        """
        with self.read() as connection:
            return copies_of(connection, url)

    def all_copies(self) -> Iterator[Copy]:
        """The pages of all articles, those of one after the other, in bounded memory."""
        with self.read() as connection:
            yield from all_copies(connection)

    def purged(self, urls: Iterable[str]) -> set[str]:
        """Which of these URLs were purged."""
        with self.read() as connection:
            rows = rows_of(connection, {article_id(url) for url in urls})
        return {row.url for row in rows if row.state == PURGED}

    def count(self) -> int:
        """How many articles there are."""
        query = select(func.count()).select_from(articles).where(articles.c.state == LIVE)
        with self.read() as connection:
            return int(connection.execute(query).scalar_one())

    def last_seq(self) -> int:
        """The seq of the last change; 0 before the first."""
        with self.read() as connection:
            return int(connection.execute(select(counter.c.seq)).scalar_one())

    def verify(self) -> list[str]:
        """What is wrong inside the store, a line each; nothing when all is well.

        Every page of an SQLite database and the newest text of every article are read.
        """
        with self.read() as connection:
            return problems_of(connection)


def _change(row: Row[Any]) -> Change:
    return Change(row.seq, row.id, row.url, article_of(row) if row.state == LIVE else None)
