"""A transaction that changes articles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam

from indexer.article import Article, article_id
from indexer.store.connection import ARTICLES, lock
from indexer.store.copies import drop_copies
from indexer.store.rows import CONTENT, DELETED, LIVE, PURGED, pages_of, rows_of
from indexer.store.statement import Record, Statement
from indexer.store.tables import articles, counter, versions

_COUNT = Statement(
    counter.update().values(seq=counter.c.seq + bindparam("count")).returning(counter.c.seq)
)
_INSERT = Statement(articles.insert().values({c.name: bindparam(c.name) for c in articles.c}))
_WRITTEN = ("article_id", "number", "stored_at", *CONTENT)
_INSERT_VERSION = Statement(versions.insert().values({n: bindparam(n) for n in _WRITTEN}))
_UPDATED = ("seq", "state", "version", "hash", "updated_at")
_UPDATE = Statement(
    articles.update()
    .where(articles.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in _UPDATED})
)


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


class Transaction:
    """A transaction that writes to the store.

    Attributes:
        connection: For rows of other tables that belong to the same step.
        erased: Whether text was erased that the database's log may still have.
        dropped: Whether copies were erased, too, of which the database's file may still have parts.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.erased = False
        self.dropped = False
        self._alone = False
        # Nobody else writes meanwhile: a row that was read stays as it is until it is written.
        self._rows: dict[str, Record | None] = {}

    def put(self, given: Iterable[Article]) -> Counts:
        """Store articles: a new version each, unless the content is what it was.

        Of several with one URL the last counts; therefore they are all read first. One that was
        deleted or purged is new again.
        """
        newest = {article.id: article for article in given}
        self._keep_others_out()
        now = datetime.now(UTC)
        counts = Counts()
        for page in pages_of(newest.values()):
            counts += self._put_page(page, now)
        return counts

    def delete(self, urls: Iterable[str], *, purge: bool = False) -> int:
        """Take articles out, leaving tombstones; `Store.delete` says more.

        Returns:
            How many were there to be taken out; a purge also takes out deleted ones.
        """
        self._keep_others_out()
        there = {LIVE, DELETED} if purge else {LIVE}
        rows = self._rows_of({article_id(url) for url in urls})
        gone = [row for row in rows if row.state in there]
        state = {"state": PURGED, "hash": ""} if purge else {"state": DELETED}
        now = datetime.now(UTC)
        written = [row._asdict() | state | {"updated_at": now} for row in gone]
        self._write(written, {row.id: row for row in rows})
        if purge:
            self._erase(row.id for row in gone)
            self.dropped |= drop_copies(self.connection, (row.url for row in gone)) > 0
        return len(gone)

    def purged(self, urls: Iterable[str]) -> set[str]:
        """Which of these URLs were purged, and are not to be crawled again; it stays so."""
        ids = {article_id(url) for url in urls}
        if ids:
            self._keep_others_out()
        rows = self._rows_of(ids)
        return {row.url for row in rows if row.state == PURGED}

    def _keep_others_out(self) -> None:
        """Let nobody else change articles from now on."""
        if not self._alone:
            lock(self.connection, ARTICLES)
            self._alone = True

    def _rows_of(self, ids: set[str]) -> list[Record]:
        """The rows of the articles with these ids, read once as long as they stay as they are."""
        if unread := ids - self._rows.keys():
            self._rows |= dict.fromkeys(unread)
            self._rows |= {row.id: row for row in rows_of(self.connection, unread)}
        return [row for identity in ids if (row := self._rows[identity])]

    def _put_page(self, page: list[Article], now: datetime) -> Counts:
        known = {row.id: row for row in self._rows_of({one.id for one in page})}
        written, added = [], []
        new = changed = 0
        for article in page:
            row = known.get(article.id)
            content_hash = article.content_hash
            same = row is not None and row.hash == content_hash
            if row is not None and row.state == LIVE:
                if same:
                    continue
                changed += 1
            else:
                new += 1
            number = (row.version if row else 0) + (not same)
            written.append(
                {
                    "id": article.id,
                    "url": article.url,
                    "state": LIVE,
                    "version": number,
                    "hash": content_hash,
                    "updated_at": now,
                }
            )
            if not same:
                content = {name: getattr(article, name) for name in CONTENT}
                added.append(
                    {"article_id": article.id, "number": number, "stored_at": now, **content}
                )
        self._write(written, known)
        if added:
            _INSERT_VERSION.execute_each(self.connection, added)
        return Counts(new, changed, len(page) - new - changed)

    def _erase(self, ids: Iterable[str]) -> None:
        """Empty every version of these articles.

        The rows stay. When rows are deleted, SQLite moves others together and can leave copies of
        them where they were, which nothing would find when those are purged in turn. As long as no
        version is ever deleted, each is written in one place and overwritten there.
        """
        empty = {name: "" for name in CONTENT if name != "published"}
        for page in pages_of(ids):
            self.connection.execute(
                versions.update()
                .where(versions.c.article_id.in_(page))
                .values(**empty, published=None, erased=True)
            )
            self.erased = True

    def _write(self, rows: list[dict[str, Any]], known: dict[str, Record]) -> None:
        """Write rows of articles, each with a new seq."""
        if not rows:
            return
        # Nobody else counts until the commit, so that seq follows the order of commits, also on a
        # database that lets several write at once.
        (last,) = _COUNT.execute(self.connection, {"count": len(rows)})[0]
        for seq, row in enumerate(rows, last - len(rows) + 1):
            row["seq"] = seq
        inserted = [row for row in rows if row["id"] not in known]
        if inserted:
            _INSERT.execute_each(self.connection, inserted)
        updated = [{**row, "key": row["id"]} for row in rows if row["id"] in known]
        if updated:
            _UPDATE.execute_each(self.connection, updated)
        for row in rows:
            self._rows.pop(row["id"], None)
