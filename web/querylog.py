"""What is searched for: time, text and number of hits of each search, and nothing of who asked."""

from __future__ import annotations

import logging
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import func, select

from indexer.errors import StoreError
from indexer.store import Store
from indexer.store.tables import queries

_log = logging.getLogger(__name__)

_PAUSE = 2.0  # seconds between two writings, so that no search waits for another writer
_WAITING = 10_000  # searches kept for the next writing at most
_CHARACTERS = 200  # of a query that are kept


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and how often it was asked."""

    text: str
    times: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What was asked in the last days.

    Attributes:
        days: The number of queries of each day (UTC), the oldest first.
        top: The commonest queries.
        unanswered: The commonest queries that had no hit when they were asked last.
    """

    days: list[tuple[date, int]]
    top: list[Asked]
    unanswered: list[Asked]


class QueryLog:
    """Writes down searches, in a thread of its own, as long as it is entered.

    Args:
        store: Where they are kept.
        days: For how many days they are kept.
    """

    def __init__(self, store: Store, days: int) -> None:
        self._store = store
        self._kept = timedelta(days=days)
        self._waiting: deque[dict[str, Any]] = deque(maxlen=_WAITING)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="query log", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def add(self, text: str, hits: int) -> None:
        """Write down a search, soon."""
        kept = " ".join(text[:_CHARACTERS].split()).encode(errors="replace").decode()
        if kept:
            self._waiting.append({"asked_at": datetime.now(UTC), "text": kept, "hits": hits})

    def _run(self) -> None:
        while not self._ended.wait(_PAUSE):
            self._write()
        self._write()

    def _write(self) -> None:
        rows = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if not rows:
            return
        try:
            with self._store.transaction() as transaction:
                transaction.connection.execute(queries.insert(), rows)
                transaction.connection.execute(
                    queries.delete().where(queries.c.asked_at < datetime.now(UTC) - self._kept)
                )
        except StoreError as error:
            _log.warning("%d searches were not written down: %s", len(rows), error)


def summarize(store: Store, days: int, limit: int) -> Summary:
    """What was asked in the last days, today among them.

    Args:
        store: Where searches are kept.
        days: How many days.
        limit: How many of the commonest queries to give.

    Raises:
        StoreError: The store cannot be read.
    """
    today = datetime.now(UTC).date()
    first = today - timedelta(days=days - 1)
    since = datetime.combine(first, datetime.min.time(), UTC)
    recent = queries.c.asked_at >= since
    day = func.date(queries.c.asked_at)
    daily = select(day, func.count()).where(recent).group_by(day)
    times = func.count().label("times")
    common = (
        select(queries.c.text, times)
        .where(recent)
        .group_by(queries.c.text)
        .order_by(times.desc(), queries.c.text)
        .limit(limit)
    )
    last = select(func.max(queries.c.id)).where(recent).group_by(queries.c.text)
    unanswered = select(queries.c.text).where(queries.c.id.in_(last), queries.c.hits == 0)
    with store.read() as connection:
        counts = {str(row[0]): row[1] for row in connection.execute(daily)}
        top = [Asked(row.text, row.times) for row in connection.execute(common)]
        without = common.where(queries.c.text.in_(unanswered))
        nothing = [Asked(row.text, row.times) for row in connection.execute(without)]
    dates = [first + timedelta(days=number) for number in range(days)]
    return Summary([(one, counts.get(one.isoformat(), 0)) for one in dates], top, nothing)
