"""One crawl of one source, in a process of its own: ``python -m crawler.crawl INDEX SOURCE all``.

Scrapy can run once a process, and what brings a crawl down leaves its parent unharmed.
"""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import click

from crawler.catalogue import find_source
from crawler.collection import open_store
from crawler.errors import CrawlError
from crawler.frontier import Frontier
from crawler.hosts import Hosts
from crawler.politeness import check_contact
from crawler.runs import last_run, tally
from crawler.spider import fetch
from crawler.url import normalize_url
from crawler.visit import Outcome
from indexer.errors import XiaosouError
from indexer.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.source import Source

ALL = "all"
DUE = "due"


def crawl(index_path: Path, source: Source, *, complete: bool = True) -> None:
    """Visit the pages of a source and store their articles; it can be called once a process.

    Where another process crawls the source, the two share its pages.

    Args:
        index_path: The folder of the collection.
        source: What is crawled.
        complete: Whether every page known is visited, or those that are due.

    Raises:
        CrawlError: Nobody is named whom the source's sites can write to, or most pages failed.
        StoreError: The store cannot be read or written.
    """
    settings = Settings.load(index_path)
    check_contact(source, settings.contact)
    with open_store(index_path) as store:
        frontier = Frontier.open(store, source, complete=complete, copies=settings.copies)
        fetch(frontier, source, Hosts(store), settings.contact)
        trouble = frontier.finish()
        run = last_run(store, source.name)
        result = run and tally(store, source.name, run)
    if result and (trouble or (result.outcomes and not result.fetched)):
        reasons = filter(None, map(result.explain, (Outcome.FAILED, Outcome.EXCLUDED)))
        reason = "; ".join(reasons) or "its pages only lead to each other"
        if result.fetched:
            raise CrawlError(f"{source.name}: {trouble}, nothing was taken out: {reason}")
        raise CrawlError(
            f"nothing could be fetched from {source.name}: {reason}; check its seeds and hosts"
        )


def main(arguments: Sequence[str]) -> int:
    """Run a crawl for the parent process, and end when that ends.

    Args:
        arguments: The folder of the collection, the source's name, ``due`` or ``all`` for the pages
            to visit, and the seeds to begin with instead of those declared, if any.

    Returns:
        The exit code; what went wrong stands on standard error.
    """
    index_path, name, extent, *seeds = arguments
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        _limit_memory(Settings.load(Path(index_path)).crawl_memory)
        source = find_source(Path(index_path), name)
        if seeds:
            source = replace(source, seeds=tuple(filter(None, map(normalize_url, seeds))))
        crawl(Path(index_path), source, complete=extent == ALL)
    except XiaosouError as error:
        click.echo(f"xiaosou: {error}", err=True)
        return 1
    return 0


def _limit_memory(megabytes: int) -> None:
    """Let what asks for more memory fail, such as the reading of one page, and not the machine."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = megabytes << 20
    if sys.platform == "linux" and (most == resource.RLIM_INFINITY or limit < most):
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))


def _end_with_parent() -> None:
    """Wait for the end of standard input, whose other end the parent holds as long as it lives."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
