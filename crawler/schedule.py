"""When sources are due, and the loop that crawls them then."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.catalogue import find_declarations, read_declaration
from crawler.collection import collect, open_store
from crawler.errors import SourceError
from crawler.runs import last_run
from indexer.errors import XiaosouError
from indexer.index import Index
from indexer.progress import silent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import NoReturn

    from crawler.runs import Run
    from crawler.source import Source

logger = logging.getLogger(__name__)

NOW = datetime.min.replace(tzinfo=UTC)
"""The time at which a source is due that should be crawled as soon as possible."""

_LONGEST_PAUSE = timedelta(minutes=1)  # sources added meanwhile are not kept waiting


def due_at(source: Source, run: Run | None) -> datetime:
    """When a source is to be crawled next.

    Args:
        source: The source.
        run: Its latest run, if there was one. One that was cut short is gone on with at once.
    """
    if run is None or run.finished_at is None:
        return NOW
    return run.started_at + source.interval


class Schedule:
    """Crawls the sources of a collection, each when it is due.

    A source whose crawl failed is tried again after its interval.

    Args:
        index_path: The folder of the collection; its sources are read anew each time.
    """

    def __init__(self, index_path: Path) -> None:
        self._index_path = index_path
        self._tried: dict[str, datetime] = {}
        self._said: set[str] = set()

    def run(self) -> NoReturn:
        """Crawl whatever is due, for ever."""
        logger.info("crawling the sources in %s when they are due", self._index_path)
        while True:
            self.crawl_due()
            time.sleep(self.pause().total_seconds())

    def crawl_due(self) -> None:
        """Crawl the sources that are due now, one after another, and index what they bring."""
        for source in self._read_sources():
            if self._due_at(source) <= datetime.now(UTC):
                self._tried[source.name] = datetime.now(UTC)
                self._collect(source)

    def pause(self) -> timedelta:
        """How long nothing will be due, as far as is known; a minute at most."""
        now = datetime.now(UTC)
        times = [self._due_at(source) for source in self._read_sources()]
        return min([_LONGEST_PAUSE, *(max(due - now, timedelta()) for due in times)])

    def _due_at(self, source: Source) -> datetime:
        with open_store(self._index_path) as store:
            due = due_at(source, last_run(store, source.name))
        tried = self._tried.get(source.name)
        return max(due, tried + source.interval) if tried else due

    def _read_sources(self) -> Iterator[Source]:
        for path in find_declarations(self._index_path):
            try:
                yield read_declaration(path)
            except SourceError as error:
                # It is read again and again; once is enough to say what is wrong with it.
                if str(error) not in self._said:
                    self._said.add(str(error))
                    logger.error("%s", error)  # noqa: TRY400 - the message says it all

    def _collect(self, source: Source) -> None:
        try:
            with Index.open(self._index_path) as index:
                result = collect(index, source, silent, complete=False)
        except XiaosouError as error:
            logger.error("%s: %s", source.name, error)  # noqa: TRY400 - the message says it all
        else:
            if result:
                logger.info("%s: %s", source.name, result)
