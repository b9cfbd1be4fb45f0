"""How the sources were crawled, from the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from indexer.store import Store
from indexer.store.tables import pages, runs

WAITING = "waiting"
"""The outcome of pages that were found and not visited yet."""

_FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl of a source.

    Attributes:
        id: Its number, higher than that of any crawl before.
        source: The name of the source.
        started_at: When it began, in UTC.
        finished_at: When it ended; None when it has not.
    """

    id: int
    source: str
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Crawled:
    """A source that was crawled.

    Attributes:
        name: The source's name.
        last_crawl: Its latest crawl.
        pages: How many of its pages had which outcome when they were last visited.
    """

    name: str
    last_crawl: Crawl
    pages: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason for which pages of a source could not be used, and how many."""

    source: str
    reason: str
    pages: int


def sources(store: Store) -> list[Crawled]:
    """The sources that were ever crawled, by name.

    Raises:
        StoreError: The store cannot be read.
    """
    last = select(func.max(runs.c.id)).group_by(runs.c.source)
    newest = select(runs).where(runs.c.id.in_(last)).order_by(runs.c.source)
    counted = select(pages.c.source, pages.c.outcome, func.count().label("number")).group_by(
        pages.c.source, pages.c.outcome
    )
    with store.read() as connection:
        found = {row.source: Crawled(row.source, _crawl(row)) for row in connection.execute(newest)}
        for row in connection.execute(counted):
            if row.source in found:
                found[row.source].pages[row.outcome or WAITING] = row.number
    return list(found.values())


def crawls(store: Store, limit: int, offset: int) -> list[Crawl]:
    """The crawls of all sources, the newest first.

    Raises:
        StoreError: The store cannot be read.
    """
    newest = select(runs).order_by(runs.c.id.desc()).limit(limit).offset(offset)
    with store.read() as connection:
        return [_crawl(row) for row in connection.execute(newest)]


def failures(store: Store, limit: int) -> list[Failure]:
    """The commonest reasons for which pages could not be used.

    Raises:
        StoreError: The store cannot be read.
    """
    number = func.count().label("number")
    commonest = (
        select(pages.c.source, pages.c.reason, number)
        .where(pages.c.outcome == _FAILED)
        .group_by(pages.c.source, pages.c.reason)
        .order_by(number.desc(), pages.c.source, pages.c.reason)
        .limit(limit)
    )
    with store.read() as connection:
        return [
            Failure(row.source, row.reason or "", row.number)
            for row in connection.execute(commonest)
        ]


def _crawl(row: Row[Any]) -> Crawl:
    return Crawl(row.id, row.source, row.started_at, row.finished_at)
