"""The frontier of a source: the pages known, and which of them a run has still to visit.

It lives in the store's database, so that what a page held, what came of the visit and the links
found are committed together: a crawl killed at any moment goes on where it was. Several workers may
share a run; each takes pages by leases.

A page carries the number of the run that visited it last, 0 before the first. So the pages that
wait are those with a lower number than the run's, and, unless the run visits every page, those that
are due. Those that were never visited come first, then those visited longest ago.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from crawler.budget import Budgets
from crawler.holding import keep_together, release_strays
from crawler.lease import MOST_ATTEMPTS, Leases, changing
from crawler.limits import CONCURRENCY
from crawler.pattern import pattern_of
from crawler.settle import settle, take_out
from crawler.visit import FETCHED, Kind, Outcome, Pending, Visit
from crawler.worker import this_worker
from indexer.store.connection import now
from indexer.store.statement import Statement
from indexer.store.tables import outcomes, pages, runs

if TYPE_CHECKING:
    from crawler.source import Source
    from indexer.store import Store

MOST_SILENCES = 4 * CONCURRENCY
"""After how many visits on end without an answer the site is held to be down."""

_LOOK_EVERY = 1.0  # seconds between two looks at what others may have found
_RENEW_EVERY = 60.0  # seconds
_PAGE = Statement(
    select(pages).where(
        pages.c.source == bindparam("of_source"), pages.c.url == bindparam("of_url")
    )
)
_GIVEN_BACK = {"worker": None, "leased_until": None, "attempts": 0}
_STATE = (
    *("run", "visited_at", "outcome", "reason", "status", "article_id", "digest", "etag"),
    *("last_modified", "interval", "due_at", "misses", *_GIVEN_BACK),
)
_VISITED = Statement(
    update(pages)
    .where(pages.c.id == bindparam("of_id"))
    .values({name: bindparam(name) for name in _STATE})
)
_ADD_PAGE = Statement(
    text(
        "INSERT INTO pages (source, url, hops, run, kind, pattern, found_by) "
        "VALUES (:source, :url, :hops, 0, :kind, :pattern, :found_by) ON CONFLICT DO NOTHING"
    )
)


class Frontier:
    """The pages one run of a source has visited and has still to visit, for one worker.

    Made by `Frontier.open`. Every method raises `StoreError` when the store cannot be used; what
    was to be recorded then still waits.

    Attributes:
        visited: How many pages the run had visited when it was opened, and this worker since.
    """

    def __init__(
        self,
        store: Store,
        source: Source,
        run: int,
        worker: str,
        connection: Connection,
        *,
        copies: bool,
    ) -> None:
        self._copies = copies
        self._store = store
        self._source = source
        self._run = run
        self._started_at: datetime = connection.scalars(
            select(runs.c.started_at).where(runs.c.id == run)
        ).one()
        self._budgets = Budgets(connection, source.name, run)
        self._leases = Leases(source, run, worker, self._budgets)
        self._worker = worker
        self._ahead: deque[Pending] = deque()
        self._taken: set[str] = set()
        self._silences = 0
        self._look_at = 0.0  # when it may be looked for pages again, as time.monotonic() tells it
        self._renew_at = time.monotonic() + _RENEW_EVERY
        self.visited = 0

    @classmethod
    def open(
        cls,
        store: Store,
        source: Source,
        *,
        complete: bool = True,
        worker: str = "",
        copies: bool = True,
    ) -> Self:
        """Join the run that did not finish, or begin a new one.

        What the source no longer covers is forgotten.

        Args:
            store: The store.
            source: What is crawled.
            complete: Whether the run visits every page known, or those that are due.
            worker: The name of the worker; that of this process by default.
            copies: Whether the pages of articles are kept as they came.
        """
        with changing(store, source.name) as transaction:
            connection = transaction.connection
            _forget_uncovered(connection, source)
            release_strays(transaction, source.name)
            _add(connection, source.name, [Pending(seed) for seed in source.seeds])
            run = _unfinished_run(connection, source.name, complete=complete) or _begin_run(
                connection, source, complete=complete
            )
            name = worker or this_worker()
            frontier = cls(store, source, run, name, connection, copies=copies)
            frontier._leases.release(connection)  # of a former process with the same name
            frontier._leases.release_dead(connection)
            frontier.visited = frontier._leases.used(connection)
            return frontier

    @property
    def is_silent(self) -> bool:
        """Whether the site has given no answer for so long that it is held to be down."""
        return self._silences >= MOST_SILENCES

    def has_pending(self) -> bool:
        """Whether there is a page to take now; those taken may yet bring more."""
        if self.is_silent:
            return False
        now = time.monotonic()
        if now >= self._renew_at:
            self._renew_at = now + _RENEW_EVERY
            with changing(self._store, self._source.name) as transaction:
                self._leases.renew(transaction.connection)
        if not self._ahead and now >= self._look_at:
            self._look_ahead()
            if not self._ahead:
                self._look_at = time.monotonic() + _LOOK_EVERY
        return bool(self._ahead)

    def take(self) -> Pending | None:
        """The next page to visit, if there is one; it is given once, to one worker."""
        if not self.has_pending():
            return None
        page = self._ahead.popleft()
        self._taken.add(page.url)
        return page

    def others_at_work(self) -> bool:
        """Whether other workers have pages under way, which may bring more, or gave some back."""
        with changing(self._store, self._source.name) as transaction:
            self._leases.release_dead(transaction.connection)
            workers = self._leases.workers(transaction.connection)
        if any(worker != self._worker for worker in workers):
            return True
        # What a worker had when it died, or its lease ran out, is there to be taken only now.
        self._look_at = 0.0
        return self.has_pending()

    def record(self, visit: Visit) -> None:
        """Keep what came of a visit: its article, its state and its links, all or nothing.

        Nothing is kept when another worker has taken the page meanwhile.
        """
        self._taken.discard(visit.page.url)
        with changing(self._store, self._source.name) as transaction:
            connection = transaction.connection
            of_page = {"of_source": self._source.name, "of_url": visit.page.url}
            (row,) = _PAGE.execute(connection, of_page)
            if row.worker != self._worker:
                return  # its lease ran out, and what another brings of the page is newer
            state = settle(
                transaction, self._source, visit, row, self._started_at, copies=self._copies
            )
            moment = datetime.now(UTC)
            state |= {"run": self._run, "visited_at": moment}
            _VISITED.execute(connection, {**row._asdict(), **state, **_GIVEN_BACK, "of_id": row.id})
            if len(visit.pages) > 1:
                urls = [page.url for page in visit.pages]
                keep_together(transaction, self._source.name, self._run, urls, moment)
            found = [Pending(url) for url in visit.links]
            found += [Pending(url, kind=Kind.MAP) for url in visit.maps]
            if visit.canonical:
                found.append(Pending(visit.canonical))
            if visit.moved_to:
                found.append(Pending(visit.moved_to, visit.page.hops + 1, visit.page.kind))
            added = _add(connection, self._source.name, found, row.pattern)
        self._budgets.count(row.pattern, row.found_by, row.outcome, state["outcome"])
        self.visited += 1
        self._silences = 0 if visit.answered else self._silences + 1
        if added:
            self._look_at = 0.0

    def add_maps(self, urls: Iterable[str]) -> None:
        """Add sitemaps and feeds that are named elsewhere than on a page."""
        with changing(self._store, self._source.name) as transaction:
            found = [Pending(url, kind=Kind.MAP) for url in urls]
            _add(transaction.connection, self._source.name, found)
        self._look_at = 0.0

    def finish(self) -> str:
        """Note that the run is over, unless other workers are at it still, or died just now.

        Only a run that went well takes out the articles of pages that are gone.

        Returns:
            What went wrong with the run, empty when it went well.
        """
        with changing(self._store, self._source.name) as transaction:
            connection = transaction.connection
            self._leases.release(connection)
            came_back = self._leases.release_dead(connection)
            run = connection.execute(select(runs).where(runs.c.id == self._run)).one()
            if run.finished_at or came_back or self._leases.workers(connection):
                return run.trouble or ""
            trouble = "the site does not answer" if self.is_silent else self._trouble(connection)
            if not trouble:
                take_out(transaction, self._source.name, self._run)
            connection.execute(
                update(runs)
                .where(runs.c.id == self._run)
                .values(finished_at=now(connection), trouble=trouble or None)
            )
            visited = (
                select(pages.c.run, pages.c.outcome, func.count())
                .where(pages.c.source == self._source.name, pages.c.run == self._run)
                .group_by(pages.c.run, pages.c.outcome)
            )
            connection.execute(insert(outcomes).from_select(("run", "outcome", "pages"), visited))
        return trouble

    def _trouble(self, connection: Connection) -> str:
        """What is wrong with a run in which most pages failed."""
        failed = (Outcome.FAILED, Outcome.MISSING, Outcome.GONE)
        counted = select(
            func.count().filter(pages.c.outcome.in_(failed)),
            func.count().filter(pages.c.outcome.in_(FETCHED)),
        ).where(pages.c.source == self._source.name, pages.c.run == self._run)
        bad, good = connection.execute(counted).one()
        return f"{bad} of {bad + good} pages failed" if bad > good else ""

    def _look_ahead(self) -> None:
        with changing(self._store, self._source.name) as transaction:
            connection = transaction.connection
            taken = self._leases.take(connection, CONCURRENCY)
            purged = transaction.purged(page.url for page, _ in taken)
        for page, too_often in taken:
            if page.url in purged:
                self.record(Visit(page, Outcome.EXCLUDED, "purged"))
            elif too_often:
                reason = f"the crawl ended {MOST_ATTEMPTS} times while it was read"
                self.record(Visit(page, Outcome.FAILED, reason))
            else:
                self._ahead.append(page)


def _unfinished_run(connection: Connection, source: str, *, complete: bool) -> int | None:
    unfinished = select(runs.c.id).where(runs.c.source == source, runs.c.finished_at.is_(None))
    run = connection.scalars(unfinished).one_or_none()
    if run and complete:
        connection.execute(update(runs).where(runs.c.id == run).values(complete=True))
    return run


def _begin_run(connection: Connection, source: Source, *, complete: bool) -> int:
    # Seeds come first in every run, however many pages the last one left unvisited.
    connection.execute(
        update(pages)
        .where(pages.c.source == source.name, pages.c.url.in_(source.seeds))
        .values(run=0)
    )
    begun = insert(runs).values(source=source.name, started_at=now(connection), complete=complete)
    return int(connection.scalars(begun.returning(runs.c.id)).one())


def _add(connection: Connection, source: str, found: Iterable[Pending], found_by: str = "") -> bool:
    """Add pages, those that are not known yet; whether there were any."""
    rows = [
        {
            "source": source,
            "url": page.url,
            "hops": page.hops,
            "kind": page.kind,
            "pattern": pattern_of(page.url),
            "found_by": found_by,
        }
        for page in found
    ]
    return bool(rows) and _ADD_PAGE.execute_each(connection, rows) != 0


def _forget_uncovered(connection: Connection, source: Source) -> None:
    of_source = select(pages.c.id, pages.c.url, pages.c.kind).where(pages.c.source == source.name)
    uncovered = [
        row.id
        for row in connection.execute(of_source)
        if not (source.has_host_of(row.url) if row.kind == Kind.MAP else source.covers(row.url))
    ]
    for start in range(0, len(uncovered), 1000):
        ids = uncovered[start : start + 1000]
        connection.execute(delete(pages).where(pages.c.id.in_(ids)))
