"""The frontier of a source: the pages known, and which of them a run has still to visit.

It lives in the store's database, so that what a page held, what came of the visit and the links
found are committed together: a crawl killed at any moment goes on where it was.

A page carries the number of the run that visited it last, 0 before the first. So the pages that
wait are those with a lower number than the run's: a new run needs no preparation. Those that were
never visited come first, then those visited longest ago, but for the hundred read ahead.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, delete, func, insert, select, text, update

from crawler.visit import ARTICLES, Outcome, Pending, Visit
from indexer.store.tables import pages, runs

if TYPE_CHECKING:
    from crawler.source import Source
    from indexer.store import Store, Transaction

_AHEAD = 100  # pages read from the database together
_ADD_PAGE = text(
    "INSERT INTO pages (source, url, hops, run) VALUES (:source, :url, :hops, 0) "
    "ON CONFLICT DO NOTHING"
)


class Frontier:
    """The pages one run of a source has visited and has still to visit.

    Made by `Frontier.open`, by one process a source at a time.

    Attributes:
        visited: How many pages the run has visited.
    """

    def __init__(self, store: Store, source: Source, run: int, visited: int) -> None:
        self._store = store
        self._source = source
        self._run = run
        self.visited = visited
        self._taken: set[str] = set()
        self._ahead: deque[Pending] = deque()

    @classmethod
    def open(cls, store: Store, source: Source) -> Self:
        """Go on with the run that did not finish, or begin a new one that visits every page again.

        What the source no longer covers is forgotten.

        Raises:
            StoreError: The store cannot be read or written.
        """
        with store.transaction() as transaction:
            connection = transaction.connection
            _forget_uncovered(connection, source)
            _add(connection, source.name, [Pending(seed) for seed in source.seeds])
            run = _unfinished_run(connection, source.name) or _begin_run(connection, source)
            visited = select(func.count()).where(pages.c.source == source.name, pages.c.run == run)
            return cls(store, source, run, connection.scalars(visited).one())

    def has_pending(self) -> bool:
        """Whether there is a page to take now; those taken may yet bring more.

        Raises:
            StoreError: The store cannot be read.
        """
        if self.visited + len(self._taken) >= self._source.max_pages:
            return False
        if not self._ahead:
            self._look_ahead()
        return bool(self._ahead)

    def take(self) -> Pending | None:
        """The next page to visit, if there is one; it is given once.

        Raises:
            StoreError: The store cannot be read.
        """
        if not self.has_pending():
            return None
        page = self._ahead.popleft()
        self._taken.add(page.url)
        return page

    def record(self, visit: Visit) -> None:
        """Keep what came of a visit: its article, its state and its links, all or nothing.

        Raises:
            StoreError: The store cannot be written; the page then still waits.
        """
        with self._store.transaction() as transaction:
            outcome, reason = _settle(transaction, visit)
            state = {"outcome": outcome, "reason": reason, "status": visit.status}
            if visit.article and outcome in ARTICLES:
                state["article_id"] = visit.article.id
            transaction.connection.execute(
                update(pages)
                .where(pages.c.source == self._source.name, pages.c.url == visit.page.url)
                .values(run=self._run, visited_at=datetime.now(UTC), **state)
            )
            found = [Pending(url) for url in visit.links]
            if visit.moved_to:
                found.append(Pending(visit.moved_to, visit.page.hops + 1))
            _add(transaction.connection, self._source.name, found)
        self.visited += 1
        self._taken.discard(visit.page.url)

    def finish(self) -> None:
        """Note that the run is over; the next one visits every page again.

        Raises:
            StoreError: The store cannot be written.
        """
        with self._store.transaction() as transaction:
            transaction.connection.execute(
                update(runs).where(runs.c.id == self._run).values(finished_at=datetime.now(UTC))
            )

    def _look_ahead(self) -> None:
        with self._store.read() as connection:
            rows = connection.execute(
                select(pages.c.url, pages.c.hops)
                .where(pages.c.source == self._source.name, pages.c.run < self._run)
                .order_by(pages.c.run, pages.c.id)
                .limit(_AHEAD + len(self._taken))
            )
            waiting = [Pending(row.url, row.hops) for row in rows if row.url not in self._taken]
        purged = self._store.purged(page.url for page in waiting)
        for page in waiting:
            if page.url in purged:
                self.record(Visit(page, Outcome.EXCLUDED, "purged"))
            else:
                self._ahead.append(page)


def _settle(transaction: Transaction, visit: Visit) -> tuple[Outcome, str]:
    """Store the article of a visit, if it has one, and say what came of it."""
    if visit.article is None:
        return visit.outcome, visit.reason
    if transaction.purged([visit.article.url]):
        return Outcome.EXCLUDED, "purged"
    counts = transaction.put([visit.article])
    if counts.new:
        return Outcome.NEW, ""
    return (Outcome.CHANGED if counts.changed else Outcome.UNCHANGED), ""


def _unfinished_run(connection: Connection, source: str) -> int | None:
    unfinished = select(runs.c.id).where(runs.c.source == source, runs.c.finished_at.is_(None))
    return connection.scalars(unfinished).one_or_none()


def _begin_run(connection: Connection, source: Source) -> int:
    # Seeds come first in every run, however many pages the last one left unvisited.
    connection.execute(
        update(pages)
        .where(pages.c.source == source.name, pages.c.url.in_(source.seeds))
        .values(run=0)
    )
    begun = insert(runs).values(source=source.name, started_at=datetime.now(UTC))
    return int(connection.scalars(begun.returning(runs.c.id)).one())


def _add(connection: Connection, source: str, found: Iterable[Pending]) -> None:
    """Add pages, those that are not known yet."""
    rows = [{"source": source, "url": page.url, "hops": page.hops} for page in found]
    if rows:
        connection.execute(_ADD_PAGE, rows)


def _forget_uncovered(connection: Connection, source: Source) -> None:
    of_source = select(pages.c.id, pages.c.url).where(pages.c.source == source.name)
    uncovered = [row.id for row in connection.execute(of_source) if not source.covers(row.url)]
    for start in range(0, len(uncovered), 1000):
        ids = uncovered[start : start + 1000]
        connection.execute(delete(pages).where(pages.c.id.in_(ids)))
