"""The article store over one SQL database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Row, bindparam, func, select

from indexer.article import Article, article_id
from indexer.store import connection as database
from indexer.store import migrations
from indexer.store.tables import articles, counter, versions

_CONTENT = tuple(field.name for field in fields(Article) if field.name != "url")
_PAGE = 500  # rows read, and values of one IN, at a time

_LIVE, _DELETED, _PURGED = "live", "deleted", "purged"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the articles put into the store were new, changed and unchanged."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged
        )


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
    """An article as it once was: versions are numbered from one in the order they were stored."""

    number: int
    stored_at: datetime
    article: Article


class Transaction:
    """A transaction that writes to the store.

    Attributes:
        connection: For rows of other tables that belong to the same step.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, given: Iterable[Article]) -> Counts:
        """Store articles: a new version each, unless the content is what it was.

        Of several with one URL the last counts. One that was deleted or purged is new again.
        """
        newest = {article.id: article for article in given}
        rows = _rows(self.connection, newest)
        known = {row.id: row for row in rows}
        now = datetime.now(UTC)
        written, added = [], []
        new = changed = 0
        for identity, article in newest.items():
            row = known.get(identity)
            content_hash = article.content_hash
            same = row is not None and row.hash == content_hash
            if row is not None and row.state == _LIVE:
                if same:
                    continue
                changed += 1
            else:
                new += 1
            number = (row.version if row else 0) + (not same)
            written.append(
                {
                    "id": identity,
                    "url": article.url,
                    "state": _LIVE,
                    "version": number,
                    "hash": content_hash,
                    "updated_at": now,
                }
            )
            if not same:
                content = {name: getattr(article, name) for name in _CONTENT}
                added.append(
                    {"article_id": identity, "number": number, "stored_at": now, **content}
                )
        self._write(written, known)
        if added:
            self.connection.execute(versions.insert(), added)
        return Counts(new, changed, len(newest) - new - changed)

    def delete(self, urls: Iterable[str], *, purge: bool = False) -> int:
        """Take articles out, leaving tombstones; `Store.delete` says more.

        Returns:
            How many were there to be taken out; a purge also takes out deleted ones.
        """
        there = {_LIVE, _DELETED} if purge else {_LIVE}
        rows = _rows(self.connection, {article_id(url) for url in urls})
        gone = [row for row in rows if row.state in there]
        state = {"state": _PURGED, "hash": ""} if purge else {"state": _DELETED}
        now = datetime.now(UTC)
        written = [row._asdict() | state | {"updated_at": now} for row in gone]
        self._write(written, {row.id: row for row in rows})
        if purge:
            for page in _pages(row.id for row in gone):
                self.connection.execute(versions.delete().where(versions.c.article_id.in_(page)))
        return len(gone)

    def purged(self, urls: Iterable[str]) -> set[str]:
        """Which of these URLs were purged, and are not to be crawled again."""
        rows = _rows(self.connection, {article_id(url) for url in urls})
        return {row.url for row in rows if row.state == _PURGED}

    def _write(self, rows: list[dict[str, Any]], known: dict[str, Row[Any]]) -> None:
        """Write rows of articles, each with a new seq."""
        if not rows:
            return
        # The counter's row stays locked until the commit, so that seq follows the order of
        # commits, also on a database that lets several write at once.
        last = self.connection.execute(
            counter.update().values(seq=counter.c.seq + len(rows)).returning(counter.c.seq)
        ).scalar_one()
        for seq, row in enumerate(rows, last - len(rows) + 1):
            row["seq"] = seq
        inserted = [row for row in rows if row["id"] not in known]
        if inserted:
            self.connection.execute(articles.insert(), inserted)
        updated = [{**row, "key": row["id"]} for row in rows if row["id"] in known]
        if updated:
            columns = ("seq", "state", "version", "hash", "updated_at")
            self.connection.execute(
                articles.update()
                .where(articles.c.id == bindparam("key"))
                .values({name: bindparam(name) for name in columns}),
                updated,
            )


class Store:
    """Articles with all their versions, in the order of their changes. May be shared by threads.

    Made by `Store.open`; a context manager that closes itself. Every method raises `StoreError`
    when the database cannot be used.
    """

    def __init__(self, engine: Engine, location: Path | str) -> None:
        self._engine = engine
        self._location = location

    @classmethod
    def open(cls, location: Path | str) -> Store:
        """Open a store; it is created when absent, and migrated when it is older.

        Args:
            location: The file of an SQLite database, or an SQLAlchemy URL.

        Raises:
            StoreVersionError: A newer program wrote it.
            StoreError: The database cannot be opened.
        """
        store = cls(database.connect(location), location)
        try:
            with store.read() as connection:
                current = migrations.revision(connection)
            if current != migrations.HEAD:
                with store.transaction() as transaction:
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
        """A transaction that writes: all of the block happens, or nothing when it raises."""
        with database.writing(self._engine, self._location) as connection:
            yield Transaction(connection)

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that only reads, for the duration of the block."""
        return database.reading(self._engine, self._location)

    def put(self, given: Iterable[Article]) -> Counts:
        """Store articles in one transaction; see `Transaction.put`."""
        with self.transaction() as transaction:
            return transaction.put(given)

    def delete(self, urls: Iterable[str], *, purge: bool = False) -> int:
        """Take articles out in one transaction; URLs that are not there are passed over.

        What remains is a tombstone, so that indexes hear of the deletion. Without ``purge`` the
        versions remain, too; with it they are erased, also from the file, and `purged` remembers
        the URL.

        Returns:
            How many were there to be taken out.
        """
        with self.transaction() as transaction:
            deleted = transaction.delete(urls, purge=purge)
        if purge and self._engine.dialect.name == "sqlite":
            # The log still has the pages as they were; they go when it is written back.
            with database.reporting(self._location), self._engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("pragma wal_checkpoint(truncate)").close()
        return deleted

    def get(self, url: str) -> Article | None:
        """The article at a URL, or None."""
        identity = article_id(url)
        return self.load([identity]).get(identity)

    def load(self, ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids, by id; ids without an article are left out."""
        found: dict[str, Article] = {}
        with self.read() as connection:
            for page in _pages(ids):
                query = _newest().where(articles.c.id.in_(page), articles.c.state == _LIVE)
                found |= {row.id: _article(row) for row in connection.execute(query)}
        return found

    def changes(self, since: int, limit: int = 1000) -> list[Change]:
        """The articles that changed after a seq, each once as it is now, in the order of seq.

        Args:
            since: The seq after which to begin; 0 for the beginning.
            limit: How many to return at most.
        """
        query = _newest().where(articles.c.seq > since).order_by(articles.c.seq).limit(limit)
        with self.read() as connection:
            return [
                Change(row.seq, row.id, row.url, _article(row) if row.state == _LIVE else None)
                for row in connection.execute(query)
            ]

    def articles(self) -> Iterator[Article]:
        """Every article in the order of seq, in bounded memory."""
        since = 0
        while changes := self.changes(since, _PAGE):
            yield from (change.article for change in changes if change.article)
            since = changes[-1].seq

    def versions(self, url: str) -> list[Version]:
        """Every version kept of an article, the oldest first."""
        query = (
            select(versions, articles.c.url)
            .join(articles, articles.c.id == versions.c.article_id)
            .where(articles.c.id == article_id(url))
            .order_by(versions.c.number)
        )
        with self.read() as connection:
            return [
                Version(row.number, row.stored_at, _article(row))
                for row in connection.execute(query)
            ]

    def purged(self, urls: Iterable[str]) -> set[str]:
        """Which of these URLs were purged."""
        with self.read() as connection:
            return Transaction(connection).purged(urls)

    def count(self) -> int:
        """How many articles there are."""
        query = select(func.count()).select_from(articles).where(articles.c.state == _LIVE)
        with self.read() as connection:
            return int(connection.execute(query).scalar_one())

    def last_seq(self) -> int:
        """The seq of the last change; 0 before the first."""
        with self.read() as connection:
            return int(connection.execute(select(counter.c.seq)).scalar_one())

    def verify(self) -> list[str]:
        """What is wrong inside the database, a line each; nothing when all is well."""
        if self._engine.dialect.name != "sqlite":
            return []
        with self.read() as connection:
            integrity = connection.exec_driver_sql("pragma integrity_check").scalars().all()
            orphans = connection.exec_driver_sql("pragma foreign_key_check").all()
        problems = [f"the database is damaged: {line}" for line in integrity if line != "ok"]
        return problems + [f"a row of {row[0]} refers to nothing in {row[2]}" for row in orphans]


def _rows(connection: Connection, ids: Iterable[str]) -> list[Row[Any]]:
    """The rows of the articles with these ids, in whatever state."""
    return [
        row
        for page in _pages(ids)
        for row in connection.execute(select(articles).where(articles.c.id.in_(page)))
    ]


def _newest() -> sa.Select[Any]:
    """Articles with their newest content, which is missing where they were purged."""
    newest = sa.and_(
        versions.c.article_id == articles.c.id, versions.c.number == articles.c.version
    )
    return select(
        articles.c.id,
        articles.c.url,
        articles.c.seq,
        articles.c.state,
        *(versions.c[name] for name in _CONTENT),
    ).outerjoin_from(articles, versions, newest)


def _article(row: Row[Any]) -> Article:
    return Article(url=row.url, **{name: getattr(row, name) for name in _CONTENT})


def _pages(values: Iterable[str]) -> Iterator[list[str]]:
    """Some values at a time: databases limit how many one statement may have."""
    remaining = iter(values)
    while page := list(islice(remaining, _PAGE)):
        yield page
