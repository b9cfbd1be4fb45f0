"""Collecting a source's articles: a crawl in a process of its own, then indexing."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

from crawler.runs import last_run, tally
from indexer.index import STORE_FILE
from indexer.settings import Settings
from indexer.store import Store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.runs import Tally
    from indexer.index import Index
    from indexer.progress import Report

logger = logging.getLogger(__name__)


def open_store(index_path: Path) -> Store:
    """Open the article store of a collection without its index; it is created when absent.

    Raises:
        SettingsError: A setting is unknown or has no such value.
        StoreError: The store cannot be opened.
    """
    return Store.open(Settings.load(index_path).store or index_path / STORE_FILE)


def collect(index: Index, name: str, report: Report, seeds: Sequence[str] = ()) -> Tally | None:
    """Crawl a source, then index what came of it, also when the crawl failed half-way.

    The crawl draws its own progress on standard error, and says there what went wrong.

    Args:
        index: The collection.
        name: The source's name.
        report: Told how the indexing goes.
        seeds: Where to begin instead of the seeds declared.

    Returns:
        What came of the pages; None when the crawl failed.

    Raises:
        GenerationError: The articles are stored, but cannot be indexed now.
        StoreError: The store cannot be read.
    """
    succeeded = run_crawl(index.path, name, seeds)
    index.catch_up(report)
    run = last_run(index.store, name)
    return tally(index.store, name, run) if succeeded and run else None


def run_crawl(index_path: Path, name: str, seeds: Sequence[str] = ()) -> bool:
    """Crawl a source in a process of its own and wait for it; it ends with this one at the latest.

    Returns:
        Whether the crawl succeeded; otherwise standard error says what went wrong.
    """
    # -P: a folder called crawler where the command happens to run is not this package.
    command = [sys.executable, "-P", "-m", "crawler.crawl", str(index_path), name, *seeds]
    with subprocess.Popen(  # noqa: S603 - our own program, without a shell
        command, stdin=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            code = process.wait()
        finally:
            process.kill()
    if code < 0:
        logger.error(
            "the crawl of %s was ended by signal %d; the next goes on with it", name, -code
        )
    return code == 0
