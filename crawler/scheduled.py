"""A crawl that is due or wanted, and indexing, as a process.

``python -m crawler.scheduled INDEX SOURCE due``
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.catalogue import find_source
from crawler.collection import collect
from crawler.signals import exit_on_signals
from indexer.errors import XiaosouError
from indexer.index import Index
from indexer.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Visit a source and index what changed, also when the process is told to end meanwhile.

    Args:
        arguments: The folder of the collection, the source's name, and ``due`` or ``all`` for the
            pages to visit.

    Returns:
        The exit code. What came of the crawl is the last line on standard output; what went wrong
        stands on standard error.
    """
    index_path, name, extent = arguments
    exit_on_signals()
    try:
        source = find_source(Path(index_path), name)
        with Index.open(Path(index_path)) as index:
            try:
                result = collect(index, source, silent, complete=extent == "all")
            except SystemExit:
                index.catch_up(silent)
                raise
    except XiaosouError as error:
        click.echo(f"xiaosou: {error}", err=True)
        return 1
    if result is None:
        return 1
    click.echo(str(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
