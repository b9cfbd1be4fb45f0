"""Leases: how the workers of a run divide its pages among them.

A worker takes pages for a time, and what it has not visited when the time is over, or when it is
known to be dead, others may take. Databases that lock rows pass over those that another is about to
take (``FOR UPDATE SKIP LOCKED``); SQLite lets one write at a time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from crawler.visit import Kind, Pending
from crawler.worker import is_dead
from indexer.store.tables import pages, runs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.budget import Budgets
    from crawler.source import Source

LEASE = timedelta(minutes=5)
"""How long a page is a worker's own; the worker renews it."""

MOST_ATTEMPTS = 10
"""How often a page is taken before it is held to be what ends the crawl."""

_PENDING = (pages.c.url, pages.c.hops, pages.c.kind, pages.c.etag, pages.c.last_modified)


class Leases:
    """The pages of a run that a worker takes and gives back.

    Args:
        source: What is crawled.
        run: The number of the run.
        worker: The name of the worker.
        budgets: Which patterns are left alone.
    """

    def __init__(self, source: Source, run: int, worker: str, budgets: Budgets) -> None:
        self._source = source
        self._run = run
        self._worker = worker
        self._budgets = budgets
        self._of_source = pages.c.source == source.name

    def take(self, connection: Connection, limit: int) -> list[tuple[Pending, bool]]:
        """Take pages that wait, those never visited first.

        Returns:
            The pages, and whether each was taken too often before.
        """
        limit = min(limit, self._source.max_pages - self.used(connection))
        if limit <= 0:
            return []
        waiting = (
            select(pages.c.id)
            .where(waiting_in(connection, self._source.name, self._run))
            .where(pages.c.pattern.not_in(self._budgets.exhausted()))
            .where(or_(pages.c.leased_until.is_(None), pages.c.leased_until <= datetime.now(UTC)))
            .order_by(pages.c.run, pages.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(pages)
            .where(pages.c.id.in_(waiting.scalar_subquery()))
            .values(
                worker=self._worker,
                leased_until=datetime.now(UTC) + LEASE,
                attempts=pages.c.attempts + 1,
            )
            .returning(pages.c.id, pages.c.run, pages.c.attempts, *_PENDING)
        )
        rows = sorted(connection.execute(taken), key=lambda row: (row.run, row.id))
        return [(_pending(row), row.attempts > MOST_ATTEMPTS) for row in rows]

    def used(self, connection: Connection) -> int:
        """How many pages the run has visited or under way."""
        visited = select(func.count()).where(self._of_source, pages.c.run == self._run)
        under_way = select(func.count()).where(self._leased())
        return connection.scalars(visited).one() + connection.scalars(under_way).one()

    def renew(self, connection: Connection) -> None:
        """Keep what this worker has taken for longer."""
        connection.execute(
            update(pages)
            .where(self._of_source, pages.c.worker == self._worker)
            .values(leased_until=datetime.now(UTC) + LEASE)
        )

    def release_dead(self, connection: Connection) -> None:
        """Give back what dead workers have not visited."""
        self._release(connection, filter(is_dead, self.workers(connection)))

    def release(self, connection: Connection) -> None:
        """Give back what this worker has not visited."""
        self._release(connection, [self._worker])

    def workers(self, connection: Connection) -> list[str]:
        """The workers that have pages of the source under way."""
        return list(connection.scalars(select(pages.c.worker).distinct().where(self._leased())))

    def _leased(self) -> ColumnElement[bool]:
        now = datetime.now(UTC)
        return and_(self._of_source, pages.c.worker.is_not(None), pages.c.leased_until > now)

    def _release(self, connection: Connection, workers: Iterable[str]) -> None:
        connection.execute(
            update(pages)
            .where(self._of_source, pages.c.worker.in_(list(workers)))
            .values(worker=None, leased_until=None)
        )


def waiting_in(connection: Connection, source: str, run: int) -> ColumnElement[bool]:
    """The condition for pages that a run has still to visit."""
    row = connection.execute(
        select(runs.c.started_at, runs.c.complete).where(runs.c.id == run)
    ).one()
    waiting = and_(pages.c.source == source, pages.c.run < run, pages.c.part_of.is_(None))
    if row.complete:
        return waiting
    due = or_(pages.c.run == 0, pages.c.due_at.is_(None), pages.c.due_at <= row.started_at)
    return and_(waiting, due)


def _pending(row: Any) -> Pending:
    kind = Kind(row.kind)
    return Pending(row.url, row.hops, kind, row.etag or "", row.last_modified or "")
