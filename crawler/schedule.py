"""When sources are due, and the process that has each crawled then.

The times are kept by APScheduler in a file of the collection, so that they survive this process:
what an outage made it miss is made up for by one crawl. A crawl and its indexing are a process of
their own, and whatever becomes of it, the schedule goes on. Every second it obeys the orders that
were left in the store, and leaves there what it knows of the sources.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import URL

from crawler.catalogue import find_declarations, read_text
from crawler.child import Children
from crawler.collection import open_store
from crawler.declaration import parse_source
from crawler.errors import SourceError
from crawler.obedience import Obedience
from crawler.runs import last_run
from crawler.worker import this_worker
from indexer.errors import StoreError
from indexer.store.schedules import Declaration, declare, give_sign, sign_off

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.runs import Run
    from crawler.source import Source
    from indexer.store import Store

logger = logging.getLogger(__name__)

NOW = datetime.min.replace(tzinfo=UTC)
"""The time at which a source is due that should be crawled as soon as possible."""

FILE_NAME = "schedule.db"
"""The file of a collection in which the times are kept."""

_READ_EVERY = 60.0  # seconds; sources added meanwhile are not kept waiting
_LOOK_EVERY = 1  # seconds; nor is whoever gave an order
_SIGN_EVERY = 5.0  # seconds
_AT_ONCE = 2  # crawls
_MOST_DUE = 100  # crawls that run or wait; APScheduler keeps what is due beyond them
_OWN = "own"  # where APScheduler keeps what need not survive

_children = Children(_AT_ONCE)


def due_at(source: Source, run: Run | None) -> datetime:
    """When a source is to be crawled next.

    Args:
        source: The source.
        run: Its latest run, if there was one. One that was cut short is gone on with at once.
    """
    if run is None or run.finished_at is None:
        return NOW
    return run.started_at + source.interval


def crawl_source(index_path: str, name: str) -> None:
    """Have a source crawled when its turn comes.

    APScheduler calls this by its name, also after a restart.
    """
    _children.run(index_path, name)


class Schedule:
    """Has the sources of a collection crawled, each when it is due.

    A source whose crawl failed is crawled again after its interval.

    Args:
        index_path: The folder of the collection; its sources are read anew each minute.
    """

    def __init__(self, index_path: Path) -> None:
        self._index_path = index_path
        self._said: set[str] = set()
        self._known: dict[str, tuple[str, str]] = {}
        self._left: list[Declaration] | None = None
        self._worker = this_worker()
        self._read_at = self._sign_at = 0.0  # as time.monotonic() tells it
        index_path.mkdir(parents=True, exist_ok=True)
        url = URL.create("sqlite", database=str(index_path / FILE_NAME))
        self._scheduler = BlockingScheduler(
            jobstores={
                "default": SQLAlchemyJobStore(url.render_as_string()),
                _OWN: MemoryJobStore(),
            },
            executors={
                "default": ThreadPoolExecutor(_MOST_DUE),
                _OWN: ThreadPoolExecutor(1),
            },
            # However many times were missed, one crawl makes up for them.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )

    def run(self) -> None:
        """Have whatever is due crawled, until the process is told to end; then end the crawls.

        Raises:
            StoreError: The store cannot be opened.
        """
        # That a crawl takes longer than its interval is nothing to warn of.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        with open_store(self._index_path) as store:
            logger.info("crawling the sources in %s when they are due", self._index_path)
            obedience = Obedience(self._index_path, store, _children, self)
            self._scheduler.add_job(
                self.look,
                IntervalTrigger(seconds=_LOOK_EVERY),
                args=(store, obedience),
                next_run_time=datetime.now(UTC),
                jobstore=_OWN,
                executor=_OWN,
            )
            try:
                self._scheduler.start()
            finally:
                _children.end()
                self._scheduler.shutdown()
                sign_off(store, self._worker)

    def look(self, store: Store, obedience: Obedience) -> None:
        """Read the sources when it is time, obey orders, and leave in the store what is known."""
        try:
            if time.monotonic() >= self._read_at:
                self.read_sources()
            answers = obedience.obey()
            self._leave(store)
            # Whoever reads an answer finds that it is so.
            obedience.answer(answers)
        except StoreError as error:
            self._say(error)

    def read_sources(self) -> None:
        """Give every source a time, and take the times of those that are no more."""
        sources = {source.name: source for source in self._read_declarations()}
        for source in sources.values():
            self._give_time(source)
        for job in self._scheduler.get_jobs("default"):
            if job.id not in sources:
                job.remove()
        self._read_at = time.monotonic() + _READ_EVERY

    def times(self) -> dict[str, datetime]:
        """When each source is crawled next, by its name."""
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs("default")}

    def trouble(self, name: str) -> str:
        """Why a source cannot be crawled, one line; empty when it can."""
        if name not in self._known:
            return f"there is no source {name!r}"
        return self._known[name][1]

    def crawl_now(self, name: str) -> None:
        """Have a source crawled as soon as it can be."""
        job = self._scheduler.get_job(name, "default")
        if job:
            job.modify(next_run_time=datetime.now(UTC))

    def _leave(self, store: Store) -> None:
        """Leave in the store what is known of the sources, when it changed, and a sign of life."""
        if time.monotonic() >= self._sign_at:
            give_sign(store, self._worker)
            self._sign_at = time.monotonic() + _SIGN_EVERY
        times, waiting, running = self.times(), _children.waiting(), _children.running()
        known = [
            Declaration(name, text, trouble, times.get(name), name in waiting, running.get(name))
            for name, (text, trouble) in self._known.items()
        ]
        if known != self._left:
            declare(store, known)
            self._left = known

    def _give_time(self, source: Source) -> None:
        job = self._scheduler.get_job(source.name, "default")
        if job and job.trigger.interval == source.interval:
            return
        with open_store(self._index_path) as store:
            run = last_run(store, source.name)
        # One that was stopped is not begun again by a new interval.
        due = run.started_at + source.interval if job and run else due_at(source, run)
        self._scheduler.add_job(
            crawl_source,
            IntervalTrigger(seconds=int(source.interval.total_seconds()), timezone=UTC),
            args=(str(self._index_path), source.name),
            id=source.name,
            next_run_time=max(due, datetime.now(UTC)),
            replace_existing=True,
        )

    def _read_declarations(self) -> Iterator[Source]:
        self._known = {}
        for path in find_declarations(self._index_path):
            text = ""
            try:
                text = read_text(path, path.name)
                source = parse_source(path.stem, text, path.name)
            except SourceError as error:
                self._say(error)
                self._known[path.stem] = text, str(error)
            else:
                self._known[path.stem] = text, ""
                yield source

    def _say(self, error: Exception) -> None:
        """Log what is wrong; it is met again and again, and once is enough to say it."""
        if str(error) not in self._said:
            self._said.add(str(error))
            logger.error("%s", error)
