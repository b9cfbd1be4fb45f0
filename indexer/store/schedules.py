"""Schedules: which processes see to it that sources are crawled, and what they say of these.

The declarations of sources are files of the schedule's machine; it leaves copies of them here,
together with what it knows of each source, for those who cannot see the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from indexer.store.connection import lock
from indexer.store.store import Store
from indexer.store.tables import declarations, schedules

SILENCE = timedelta(seconds=30)
"""After so long without a sign of life a schedule is held to have ended."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A source as a schedule knows it.

    Attributes:
        source: Its name.
        text: Its declaration.
        trouble: What is wrong with the declaration, one line; empty when it is good.
        next_at: When it is crawled next, in UTC; None when it is not.
        waiting: Whether it is due and waits until others have been crawled.
        running_since: When the crawl that is running began, in UTC; None when there is none.
    """

    source: str
    text: str
    trouble: str = ""
    next_at: datetime | None = None
    waiting: bool = False
    running_since: datetime | None = None


def is_scheduled(store: Store) -> bool:
    """Whether a schedule is running.

    Raises:
        StoreError: The store cannot be read.
    """
    alive = select(schedules.c.worker).where(schedules.c.seen_at > datetime.now(UTC) - SILENCE)
    with store.read() as connection:
        return connection.execute(alive.limit(1)).first() is not None


def give_sign(store: Store, worker: str) -> None:
    """Note that a schedule is alive, and forget those that are not.

    Raises:
        StoreError: The store cannot be written.
    """
    now = datetime.now(UTC)
    old = schedules.delete().where(
        (schedules.c.worker == worker) | (schedules.c.seen_at <= now - SILENCE)
    )
    with store.transaction() as transaction:
        transaction.connection.execute(old)
        transaction.connection.execute(schedules.insert().values(worker=worker, seen_at=now))


def sign_off(store: Store, worker: str) -> None:
    """Note that a schedule ends.

    Raises:
        StoreError: The store cannot be written.
    """
    with store.transaction() as transaction:
        transaction.connection.execute(schedules.delete().where(schedules.c.worker == worker))


def declare(store: Store, known: Iterable[Declaration]) -> None:
    """Leave what is known of every source, in place of what was left before.

    Raises:
        StoreError: The store cannot be written.
    """
    rows = [asdict(declaration) for declaration in known]
    with store.transaction() as transaction:
        lock(transaction.connection, "declarations")
        transaction.connection.execute(declarations.delete())
        if rows:
            transaction.connection.execute(declarations.insert(), rows)


def declared(store: Store) -> list[Declaration]:
    """What the schedule left of every source, by name.

    Raises:
        StoreError: The store cannot be read.
    """
    with store.read() as connection:
        rows = connection.execute(select(declarations).order_by(declarations.c.source))
        return [Declaration(**row._mapping) for row in rows]
