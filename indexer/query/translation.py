"""Translation of single words between Chinese and English."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from indexer.durable import replacing
from indexer.query import cedict

_SEPARATOR = "|"


class Translation:
    """What words mean in the other language. May be shared by threads.

    The dictionary is turned into a table the first time that it is needed, which takes some
    seconds; later, and in other processes, it is read from a file.

    Args:
        path: The file. It may be deleted at any time; where it cannot be written, each process
            makes a table of its own.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._table: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def of(self, words: str) -> list[str]:
        """What a word means in the other language, folded, the usual meanings first.

        Args:
            words: A Chinese word, or the stems of one or more English words with spaces between.
        """
        with self._lock:
            if self._table is None:
                self._table = _open(self._path) or _make(self._path)
            row = self._table.execute(
                "SELECT translations FROM meaning WHERE words = ?", (words,)
            ).fetchone()
        return row[0].split(_SEPARATOR) if row else []

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._table:
                self._table.close()
            self._table = None


def _open(path: Path) -> sqlite3.Connection | None:
    """The table of a file; None where it is not there or damaged."""
    with suppress(sqlite3.Error):
        table = _connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")
        with suppress(sqlite3.Error):
            # What is looked up later must not find damage.
            if table.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                return table
        table.close()
    return None


def _make(path: Path) -> sqlite3.Connection:
    """The table of the dictionary, which is also written to the file where that is possible."""
    table = _connect("file::memory:")
    with table:
        table.execute(
            "CREATE TABLE meaning (words TEXT PRIMARY KEY, translations TEXT) WITHOUT ROWID"
        )
        table.executemany("INSERT INTO meaning VALUES (?, ?)", map(_row, cedict.translations()))
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(table.serialize())
    return table


def _row(translation: tuple[str, Iterable[str]]) -> tuple[str, str]:
    words, others = translation
    return words, _SEPARATOR.join(others)


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, check_same_thread=False)
