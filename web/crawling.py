"""How the sources are crawled, from the store."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from indexer.store import Store
from indexer.store.schedules import Declaration, declared
from indexer.store.tables import outcomes, pages, runs

WAITING = "waiting"
"""The outcome of pages that were found and not visited yet."""

_FAILED = "failed"
_ORDER = (
    *("new", "changed", "unchanged", "listing", "moved", "excluded", "missing", "gone"),
    *(_FAILED, WAITING),
)


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl of a source.

    Attributes:
        id: Its number, higher than that of any crawl before.
        source: The name of the source.
        started_at: When it began, in UTC.
        finished_at: When it ended; None when it has not.
        trouble: What went wrong with it; empty for nothing.
        pages: How many pages it visited came to what.
    """

    id: int
    source: str
    started_at: datetime
    finished_at: datetime | None
    trouble: str = ""
    pages: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """A source that a schedule knows, or that was crawled.

    Attributes:
        name: The source's name.
        last_crawl: Its latest crawl; None when there was none.
        declaration: What the schedule says of it; None when it knows no such source.
        pages: How many of its pages had which outcome when they were last visited.
    """

    name: str
    last_crawl: Crawl | None
    declaration: Declaration | None
    pages: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """A reason for which pages of a source could not be used, and how many."""

    source: str
    reason: str
    pages: int


def sources(store: Store) -> list[Source]:
    """The sources that a schedule knows or that were ever crawled, by name.

    Raises:
        StoreError: The store cannot be read.
    """
    last = select(func.max(runs.c.id)).group_by(runs.c.source)
    newest = select(runs).where(runs.c.id.in_(last))
    counted = select(pages.c.source, pages.c.outcome, func.count().label("number")).group_by(
        pages.c.source, pages.c.outcome
    )
    known = {declaration.source: declaration for declaration in declared(store)}
    by_outcome: dict[str, dict[str, int]] = defaultdict(dict)
    with store.read() as connection:
        crawled = {crawl.source: crawl for crawl in _crawls(connection, newest)}
        for row in connection.execute(counted):
            by_outcome[row.source][row.outcome or WAITING] = row.number
    return [
        Source(name, crawled.get(name), known.get(name), _in_order(by_outcome[name]))
        for name in sorted(known.keys() | crawled.keys())
    ]


def find_source(store: Store, name: str) -> Source | None:
    """The source with this name, if there is one.

    Raises:
        StoreError: The store cannot be read.
    """
    return next((source for source in sources(store) if source.name == name), None)


def crawls(store: Store, limit: int, offset: int) -> list[Crawl]:
    """The crawls of all sources, the newest first.

    Raises:
        StoreError: The store cannot be read.
    """
    newest = select(runs).order_by(runs.c.id.desc()).limit(limit).offset(offset)
    with store.read() as connection:
        return _crawls(connection, newest)


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


def _crawls(connection: Connection, chosen: Select[Any]) -> list[Crawl]:
    rows = connection.execute(chosen).all()
    counts = _count(connection, rows)
    return [
        Crawl(
            row.id,
            row.source,
            row.started_at,
            row.finished_at,
            row.trouble or "",
            _in_order(counts[row.id]),
        )
        for row in rows
    ]


def _count(connection: Connection, rows: Collection[Row[Any]]) -> dict[int, dict[str, int]]:
    """How many pages came to what in each of these runs."""
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    ended = select(outcomes).where(outcomes.c.run.in_([row.id for row in rows]))
    for run, outcome, number in connection.execute(ended):
        counts[run][outcome] = number
    # Of one that goes on, or ended before this was kept, the pages themselves can tell.
    others = {row.id: row.source for row in rows if row.id not in counts}
    told = (
        select(pages.c.run, pages.c.outcome, func.count())
        .where(
            pages.c.run.in_(others),
            pages.c.source.in_(set(others.values())),
            pages.c.outcome.is_not(None),
        )
        .group_by(pages.c.run, pages.c.outcome)
    )
    for run, outcome, number in connection.execute(told):
        counts[run][outcome] = number
    return counts


def _in_order(counts: dict[str, int]) -> dict[str, int]:
    """The counts from the outcome that is hoped for to what is still to be done."""
    return {outcome: counts[outcome] for outcome in _ORDER if outcome in counts} | counts
