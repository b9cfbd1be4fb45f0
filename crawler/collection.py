"""Collecting a source's articles: a crawl in a process of its own, then indexing."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.runs import count_pages, last_run, tally
from indexer.index import STORE_FILE
from indexer.settings import Settings
from indexer.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from crawler.runs import Tally
    from crawler.source import Source
    from indexer.index import Index
    from indexer.progress import Report

logger = logging.getLogger(__name__)

_LOOK_EVERY = 0.5  # seconds between two looks at how a crawl goes


def open_store(index_path: Path) -> Store:
    """Open the article store of a collection without its index; it is created when absent.

    Raises:
        SettingsError: A setting is unknown or has no such value.
        StoreError: The store cannot be opened.
    """
    return Store.open(Settings.load(index_path).store or index_path / STORE_FILE)


def collect(
    index: Index,
    source: Source,
    report: Report,
    seeds: Sequence[str] = (),
    *,
    complete: bool = True,
) -> Tally | None:
    """Crawl a source, then index what came of it, also when the crawl failed half-way.

    Args:
        index: The collection.
        source: The source, as the collection or xiaosou declares it.
        report: Told how the crawl and the indexing go.
        seeds: Where to begin instead of the seeds declared.
        complete: Whether every page known is visited, or those that are due.

    Returns:
        What came of the pages; None when the crawl failed, and standard error says why.

    Raises:
        GenerationError: The articles are stored, but cannot be indexed now.
        StoreError: The store cannot be read.
    """
    begun = datetime.now(UTC)

    def watch() -> None:
        run = last_run(index.store, source.name)
        if run and (run.finished_at is None or run.finished_at > begun):
            visited, waiting, articles = count_pages(index.store, source.name, run)
            known = min(visited + waiting, max(visited, source.max_pages))
            report(f"{source.name}: pages", visited, known)
            report(f"{source.name}: articles", articles, None)

    extent = "all" if complete else "due"
    succeeded = _run_crawl(index.path, source.name, [extent, *seeds], watch)
    watch()
    index.catch_up(report)
    run = last_run(index.store, source.name)
    return tally(index.store, source.name, run) if succeeded and run else None


def _run_crawl(
    index_path: Path, name: str, details: Sequence[str], watch: Callable[[], None]
) -> bool:
    """Crawl a source in a process of its own, which ends with this one at the latest."""
    # -P: a folder called crawler where the command happens to run is not this package.
    command = [sys.executable, "-P", "-m", "crawler.crawl", str(index_path), name, *details]
    with subprocess.Popen(  # noqa: S603 - our own program, without a shell
        command, stdin=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            code = _wait(process, watch)
        finally:
            process.kill()
    if code < 0:
        logger.error(
            "the crawl of %s was ended by signal %d; the next goes on with it", name, -code
        )
    return code == 0


def _wait(process: subprocess.Popen[bytes], watch: Callable[[], None]) -> int:
    while True:
        try:
            return process.wait(timeout=_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            watch()
