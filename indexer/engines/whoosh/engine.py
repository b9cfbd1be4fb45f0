"""The engine on a Whoosh index.

Whoosh's known faults are designed around: every search has a searcher of its own (a shared or
refreshed one gives wrong results), one writer never gets a key twice (it would keep both), and the
best hits are chosen from all scores (Whoosh's own short cut drops some).
"""

from __future__ import annotations

import pickle
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.filedb.filetables import FileFormatError
from whoosh.scoring import BM25F

from indexer.analysis import Document
from indexer.durable import write_text
from indexer.engines.whoosh.execution import Leaf, best, evaluate
from indexer.engines.whoosh.schema import make_schema, row_of
from indexer.engines.whoosh.segment import Segment, complete_segment
from indexer.errors import GenerationBusyError, GenerationError
from indexer.query import Found, Match, Request
from indexer.query.fields import BM25_B, BM25_K1
from indexer.query.request import FACET_SIZE

_CURSOR_FILE = "cursor"
_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    FileFormatError,
    index.IndexError,
    pickle.UnpicklingError,
    struct.error,
    zlib.error,
)
"""What Whoosh raises on files that are gone or damaged."""
_WRITER_MEMORY = 128  # megabytes of postings before Whoosh's writer spools them to disk


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
        with _reporting(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._index = _open_or_create(str(folder))
        self._segments: dict[str, Segment] = {}
        self._segments_lock = threading.Lock()

    @property
    def cursor(self) -> int:
        """See `Engine.cursor`. It is written after a commit, so it never runs ahead."""
        try:
            return int((self._folder / _CURSOR_FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return 0
        except (OSError, ValueError) as error:
            raise _unreadable(self._folder, error) from error

    def apply(self, changes: Iterable[tuple[str, Document | None]], cursor: int) -> None:
        """See `Engine.apply`."""
        with _reporting(self._folder):
            # A compound file would be copied into memory whenever it is opened.
            writer = self._index.writer(limitmb=_WRITER_MEMORY, compound=False)
            try:
                with closing(writer.searcher()) as searcher:
                    for identity, document in changes:
                        if ("id", identity) in searcher.reader():
                            writer.delete_by_term("id", identity, searcher=searcher)
                        if document:
                            writer.add_document(**row_of(document))
            except BaseException:
                writer.cancel()
                raise
            writer.commit()
            self._complete_segments()
            write_text(self._folder / _CURSOR_FILE, str(cursor))

    def find(self, request: Request) -> Found:
        """See `Engine.find`."""
        with _reporting(self._folder), self._searcher() as searcher:
            leaves = list(evaluate(searcher, request.query, self._segment))
            self._forget_all_but({leaf.reader.segment().segment_id() for leaf in leaves})
            return _answer(request, leaves)

    def contents(self) -> Iterator[tuple[str, int]]:
        """See `Engine.contents`."""
        with _reporting(self._folder), self._searcher() as searcher:
            for fields in searcher.reader().all_stored_fields():
                yield fields["id"], fields["seq"]

    def close(self) -> None:
        """See `Engine.close`."""
        self._index.close()

    def _complete_segments(self) -> None:
        with closing(self._index.reader()) as reader:
            for leaf, _offset in reader.leaf_readers():
                if leaf.segment():
                    complete_segment(self._folder, leaf)

    def _searcher(self) -> Any:
        return self._index.searcher(weighting=BM25F(B=BM25_B, K1=BM25_K1))

    def _segment(self, identity: str) -> Segment:
        with self._segments_lock:
            if identity not in self._segments:
                self._segments[identity] = Segment(self._folder, identity)
            return self._segments[identity]

    def _forget_all_but(self, live: set[str]) -> None:
        with self._segments_lock:
            for gone in self._segments.keys() - live:
                del self._segments[gone]


def _open_or_create(folder: str) -> Any:
    try:
        return index.open_dir(folder)
    except index.EmptyIndexError:
        return index.create_in(folder, make_schema())
    except TypeError as error:  # what Whoosh makes of a table of contents that is cut off
        raise _unreadable(Path(folder), error) from error


def _answer(request: Request, leaves: list[Leaf]) -> Found:
    matching = [leaf.keep(request.filters) for leaf in leaves]
    chosen = best(matching, request.sort, request.offset + request.limit)[request.offset :]
    facets = {}
    for name in request.facets:
        others = {field: values for field, values in request.filters.items() if field != name}
        counts: Counter[str] = Counter()
        for leaf in leaves:
            counts += leaf.keep(others).count(name)
        facets[name] = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_SIZE]
    return Found(
        total=sum(len(leaf.documents) for leaf in matching),
        matches=tuple(Match(identity, score) for identity, score in chosen),
        facets=facets,
    )


@contextmanager
def _reporting(folder: Path) -> Iterator[None]:
    """Turn Whoosh's and the file system's errors into ours."""
    try:
        yield
    except index.LockError as error:
        raise GenerationBusyError(
            f"another program writes to the index in {folder}: try again when it has finished"
        ) from error
    except _DAMAGE as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: Exception) -> GenerationError:
    return GenerationError(
        f"the index in {folder} cannot be used ({error}): "
        "build it again with xiaosou index --rebuild"
    )
