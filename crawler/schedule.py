"""When sources are due, and the process that has each crawled then.

The times are kept by APScheduler in a file of the collection, so that they survive this process:
what an outage made it miss is made up for by one crawl. A crawl and its indexing are a process of
their own, and whatever becomes of it, the schedule goes on.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import URL

from crawler.catalogue import find_declarations, read_declaration
from crawler.child import Children
from crawler.collection import open_store
from crawler.errors import SourceError
from crawler.runs import last_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.runs import Run
    from crawler.source import Source

logger = logging.getLogger(__name__)

NOW = datetime.min.replace(tzinfo=UTC)
"""The time at which a source is due that should be crawled as soon as possible."""

FILE_NAME = "schedule.db"
"""The file of a collection in which the times are kept."""

_READ_EVERY = timedelta(minutes=1)  # sources added meanwhile are not kept waiting
_AT_ONCE = 2  # crawls
_OWN = "own"  # where APScheduler keeps what need not survive

_children = Children()


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
    """Have a source crawled; APScheduler calls this by its name, also after a restart."""
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
        index_path.mkdir(parents=True, exist_ok=True)
        url = URL.create("sqlite", database=str(index_path / FILE_NAME))
        self._scheduler = BlockingScheduler(
            jobstores={
                "default": SQLAlchemyJobStore(url.render_as_string()),
                _OWN: MemoryJobStore(),
            },
            executors={
                "default": ThreadPoolExecutor(_AT_ONCE),
                _OWN: ThreadPoolExecutor(1),
            },
            # However many times were missed, one crawl makes up for them.
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )

    def run(self) -> None:
        """Have whatever is due crawled, until the process is told to end; then end the crawls."""
        # That a crawl takes longer than its interval is nothing to warn of.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        logger.info("crawling the sources in %s when they are due", self._index_path)
        self._scheduler.add_job(
            self.read_sources,
            IntervalTrigger(seconds=int(_READ_EVERY.total_seconds())),
            next_run_time=datetime.now(UTC),
            jobstore=_OWN,
            executor=_OWN,
        )
        try:
            self._scheduler.start()
        finally:
            _children.end()
            self._scheduler.shutdown()

    def read_sources(self) -> None:
        """Give every source a time, and take the times of those that are no more."""
        sources = {source.name: source for source in self._read_declarations()}
        for source in sources.values():
            self._give_time(source)
        for job in self._scheduler.get_jobs("default"):
            if job.id not in sources:
                job.remove()

    def times(self) -> dict[str, datetime]:
        """When each source is crawled next, by its name."""
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs("default")}

    def _give_time(self, source: Source) -> None:
        job = self._scheduler.get_job(source.name, "default")
        if job and job.trigger.interval == source.interval:
            return
        with open_store(self._index_path) as store:
            due = due_at(source, last_run(store, source.name))
        self._scheduler.add_job(
            crawl_source,
            IntervalTrigger(seconds=int(source.interval.total_seconds()), timezone=UTC),
            args=(str(self._index_path), source.name),
            id=source.name,
            next_run_time=max(due, datetime.now(UTC)),
            replace_existing=True,
        )

    def _read_declarations(self) -> Iterator[Source]:
        for path in find_declarations(self._index_path):
            try:
                yield read_declaration(path)
            except SourceError as error:
                # It is read again and again; once is enough to say what is wrong with it.
                if str(error) not in self._said:
                    self._said.add(str(error))
                    logger.error("%s", error)  # noqa: TRY400 - the message says it all
