"""Leases: how the workers of a run divide its pages among them.

A worker takes pages for a time, and what it has not visited when the time is over, or when it is
known to be dead, others may take. The time is told by the clock of the database, for those of the
workers' machines may differ. Who changes pages of a source does it under a lock; rows that somebody
else has locked are passed over (``FOR UPDATE SKIP LOCKED``). SQLite lets one write at a time.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from crawler.visit import Kind, Pending
from crawler.worker import is_dead
from indexer.store.connection import lock, now
from indexer.store.statement import Record, Statement
from indexer.store.tables import pages, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.budget import Budgets
    from crawler.source import Source
    from indexer.store import Store, Transaction

LEASE = timedelta(minutes=5)
"""How long a page is a worker's own; the worker renews it."""

MOST_ATTEMPTS = 10
"""How often a page is taken before it is held to be what ends the crawl."""

_PENDING = (pages.c.url, pages.c.hops, pages.c.kind, pages.c.etag, pages.c.last_modified)


_NOW = bindparam("now", type_=pages.c.leased_until.type)
_RUN = Statement(select(runs.c.started_at, runs.c.complete).where(runs.c.id == bindparam("of_run")))


@contextmanager
def changing(store: Store, source: str) -> Iterator[Transaction]:
    """A transaction that changes pages or runs of a source; one worker does so at a time.

    Raises:
        StoreError: The store cannot be used, or others were at it for too long.
    """
    with store.transaction() as transaction:
        lock(transaction.connection, f"source {source}")
        yield transaction


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
        leased = and_(self._of_source, pages.c.worker.is_not(None), pages.c.leased_until > _NOW)
        under_way = select(func.count()).where(leased).scalar_subquery()
        visited = select(func.count()).where(self._of_source, pages.c.run == run)
        self._used = Statement(select(visited.scalar_subquery() + under_way))
        self._at_work = Statement(select(pages.c.worker).distinct().where(leased))
        self._take_all = _take(_waits(source.name, run))
        self._take_due = _take(_waits(source.name, run), _is_due())

    def take(self, connection: Connection, limit: int) -> list[tuple[Pending, bool]]:
        """Take pages that wait, those never visited first.

        Returns:
            The pages, and whether each was taken too often before.
        """
        limit = min(limit, self._source.max_pages - self.used(connection))
        if limit <= 0:
            return []
        (run,) = _RUN.execute(connection, {"of_run": self._run})
        begin = now(connection)
        given = {
            "now": begin,
            "until": begin + LEASE,
            "by": self._worker,
            "exhausted": self._budgets.exhausted(),
            "most": limit,
        }
        if run.complete:
            taken = self._take_all.execute(connection, given)
        else:
            taken = self._take_due.execute(connection, {**given, "begun": run.started_at})
        rows = sorted(taken, key=lambda row: (row.run, row.id))
        return [(_pending(row), row.attempts > MOST_ATTEMPTS) for row in rows]

    def used(self, connection: Connection) -> int:
        """How many pages the run has visited or under way."""
        ((used,),) = self._used.execute(connection, {"now": now(connection)})
        return int(used)

    def renew(self, connection: Connection) -> None:
        """Keep what this worker has taken for longer."""
        connection.execute(
            update(pages)
            .where(self._of_source, pages.c.worker == self._worker)
            .values(leased_until=now(connection) + LEASE)
        )

    def release_dead(self, connection: Connection) -> int:
        """Give back what dead workers have not visited; the number of pages."""
        return self._release(connection, filter(is_dead, self.workers(connection)))

    def release(self, connection: Connection) -> None:
        """Give back what this worker has not visited."""
        self._release(connection, [self._worker])

    def workers(self, connection: Connection) -> list[str]:
        """The workers that have pages of the source under way."""
        rows = self._at_work.execute(connection, {"now": now(connection)})
        return [row.worker for row in rows]

    def _release(self, connection: Connection, workers: Iterable[str]) -> int:
        released = (
            update(pages)
            .where(self._of_source, pages.c.worker.in_(list(workers)))
            .values(worker=None, leased_until=None)
        )
        return int(connection.execute(released).rowcount)


def waiting_in(connection: Connection, source: str, run: int) -> ColumnElement[bool]:
    """The condition for pages that a run has still to visit."""
    (row,) = _RUN.execute(connection, {"of_run": run})
    waits = _waits(source, run)
    return waits if row.complete else and_(waits, _is_due().params(begun=row.started_at))


def _waits(source: str, run: int) -> ColumnElement[bool]:
    return and_(pages.c.source == source, pages.c.run < run, pages.c.part_of.is_(None))


def _is_due() -> ColumnElement[bool]:
    begun = bindparam("begun", type_=pages.c.due_at.type)
    return or_(pages.c.run == 0, pages.c.due_at.is_(None), pages.c.due_at <= begun)


def _take(*conditions: ColumnElement[bool]) -> Statement:
    """The statement that takes pages which meet the conditions."""
    waiting = (
        select(pages.c.id)
        .where(*conditions)
        .where(pages.c.pattern.not_in(bindparam("exhausted", expanding=True)))
        .where(or_(pages.c.leased_until.is_(None), pages.c.leased_until <= _NOW))
        .order_by(pages.c.run, pages.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
        .cte("waiting")  # once: a subquery may be asked again for each page
    )
    return Statement(
        update(pages)
        .where(pages.c.id.in_(select(waiting.c.id)))
        .values(
            worker=bindparam("by"),
            leased_until=bindparam("until"),
            attempts=pages.c.attempts + 1,
        )
        .returning(pages.c.id, pages.c.run, pages.c.attempts, *_PENDING)
    )


def _pending(row: Record) -> Pending:
    kind = Kind(row.kind)
    return Pending(row.url, row.hops, kind, row.etag or "", row.last_modified or "")
