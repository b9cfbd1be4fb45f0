"""The engine on a Whoosh index.

Whoosh's known faults are designed around: queries are executed over arrays beside its segments
(its own short cut to the best hits drops some), whatever is left to its matchers gets a searcher of
its own (a shared or refreshed one gives wrong results), and one writer never gets a key twice (it
would keep both).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from whoosh import index
from whoosh.query import Query

from indexer.analysis import Document
from indexer.arrayfile import DamagedArraysError
from indexer.durable import state_of, write_text
from indexer.engines.whoosh import words
from indexer.engines.whoosh.collapsing import duplicates_of
from indexer.engines.whoosh.committing import commit_changes, remove_leftovers
from indexer.engines.whoosh.damage import Reporting, unreadable
from indexer.engines.whoosh.execution import execute
from indexer.engines.whoosh.matching import NewerIndexError, find_by_whoosh
from indexer.engines.whoosh.operations import Listed
from indexer.engines.whoosh.schema import make_schema
from indexer.engines.whoosh.segment import open_segment, readers_of, restore_segment
from indexer.engines.whoosh.snapshot import Leaf, Snapshot
from indexer.query import Found, Request
from indexer.query.occurrences import Occurrences

_CURSOR_FILE = "cursor"

Answer = TypeVar("Answer")


class WhooshEngine:
    """An index in one folder; the folder opens with ``whoosh.index.open_dir`` as well.

    Args:
        folder: Where the index is, or will be.

    Raises:
        GenerationError: The folder cannot be used, or holds an index that cannot be read.
    """

    volatile = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cursor_file = os.fspath(folder / _CURSOR_FILE)
        self._reporting = Reporting(folder)
        with self._reporting:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = _open_or_create(str(folder))
        self._lock = threading.Lock()
        self._state: tuple[int, ...] | None = None
        self._snapshot = Snapshot([])

    @property
    def cursor(self) -> int:
        """See `Engine.cursor`. It is written after a commit, so it never runs ahead."""
        try:
            return int((self._folder / _CURSOR_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return 0

    def apply(self, changes: Iterable[tuple[str, Document | None]], cursor: int) -> None:
        """See `Engine.apply`."""
        with self._reporting:
            writer = self._index.writer()
            try:
                remove_leftovers(self._folder)
                commit_changes(writer, self._folder, self._load, changes)
            except BaseException:
                if not writer.is_closed:
                    writer.cancel()
                raise
            write_text(self._folder / _CURSOR_FILE, str(cursor))

    def find(self, request: Request) -> Found:
        """See `Engine.find`."""
        return self._ask(lambda snapshot: execute(request, snapshot, self._by_whoosh))

    def expand(self, node: Query) -> Mapping[str, int]:
        """See `Engine.expand`."""
        return self._ask(lambda snapshot: words.expand(snapshot, node))

    def frequencies(self, stream: str, terms: Sequence[str]) -> list[int]:
        """See `Engine.frequencies`."""
        return self._ask(lambda snapshot: [snapshot.frequency(stream, term) for term in terms])

    def occurrences(self, id: str, node: Query) -> Occurrences | None:  # noqa: A002 - as in Article
        """See `Engine.occurrences`."""
        return self._ask(lambda snapshot: words.occurrences(snapshot, id.encode(), node))

    def values(self, field: str) -> frozenset[str]:
        """See `Engine.values`."""
        return self._ask(lambda snapshot: words.values(snapshot, field))

    def duplicates(self, id: str) -> tuple[str, ...]:  # noqa: A002 - as in Article
        """See `Engine.duplicates`."""
        return self._ask(lambda snapshot: duplicates_of(snapshot, id.encode()))

    def contents(self) -> Iterator[tuple[str, int]]:
        """See `Engine.contents`."""
        with self._reporting:
            for leaf in self._load(check=True).leaves:
                columns = leaf.segment.columns
                alive = slice(None) if leaf.alive is None else leaf.alive
                yield from zip(columns.ids_of(alive), columns.numbers[alive].tolist(), strict=True)

    def close(self) -> None:
        """See `Engine.close`."""
        self._index.close()

    def _by_whoosh(self, leaf: Leaf, node: Query) -> Listed:
        return find_by_whoosh(self._index, leaf, node)

    def _ask(self, question: Callable[[Snapshot], Answer]) -> Answer:
        """Answer by the snapshot of the last commit, whatever happens to its files meanwhile."""
        with self._reporting:
            while True:
                snapshot = self._latest()
                try:
                    return question(snapshot)
                except DamagedArraysError:
                    self._load(check=True)
                except NewerIndexError:
                    self._load()

    def _latest(self) -> Snapshot:
        """The snapshot of the last commit, opened anew when there was one since.

        Every commit replaces the file of the cursor.
        """
        if state_of(self._cursor_file) != self._state:
            self._load()
        return self._snapshot

    def _load(self, *, check: bool = False) -> Snapshot:
        """Take the last commit for the snapshot; with ``check``, every array is looked at."""
        with self._lock:
            while True:
                commit = self._index.latest_generation()
                try:
                    return self._open(commit, check=check)
                except (FileNotFoundError, NewerIndexError):
                    # Files that a later commit took away meanwhile are no damage.
                    if self._index.latest_generation() == commit:
                        raise

    def _open(self, commit: int, *, check: bool) -> Snapshot:
        state = state_of(self._cursor_file)
        open_before = {leaf.segment.identity: leaf.segment for leaf in self._snapshot.leaves}
        leaves = []
        with closing(self._index.reader()) as reader:
            for identity, own in readers_of(reader).items():
                segment = open_before.get(identity)
                if segment is None or check:
                    segment = open_segment(self._folder, identity, check=check)
                if segment is None:
                    if self._index.latest_generation() != commit:
                        raise NewerIndexError
                    segment = restore_segment(self._folder, own)
                leaves.append(Leaf(segment, sorted(own.segment().deleted_docs())))
        self._snapshot = Snapshot(leaves)
        self._state = state
        return self._snapshot


def _open_or_create(folder: str) -> Any:
    try:
        return index.open_dir(folder)
    except index.EmptyIndexError:
        return index.create_in(folder, make_schema())
    except TypeError as error:  # what Whoosh makes of a table of contents that is cut off
        raise unreadable(Path(folder), error) from error
