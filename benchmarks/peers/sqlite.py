"""SQLite's FTS5."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.analysis import Document
from peers.peer import FACETS, LIMIT, Peer, Searcher, pairs_text, words_text
from speedrun.queries import Query

_FILE = "fts5.db"
_TOGETHER = 1000  # documents in one statement
_SNIPPET_TOKENS = 40
_TABLES = (("words", words_text), ("pairs", pairs_text))

# Two tables, for a table's rank goes by the length of all its columns. The tokenizer `ascii` takes
# every character beyond ASCII for a part of a token. Without content FTS5 keeps no text.
_SCHEMA = """
CREATE TABLE article (number INTEGER PRIMARY KEY, id TEXT UNIQUE, url TEXT, headline TEXT,
                      site TEXT, category TEXT, language TEXT);
CREATE VIRTUAL TABLE words USING fts5(text, tokenize='ascii'{content});
CREATE VIRTUAL TABLE pairs USING fts5(text, tokenize='ascii', content='');
"""


class SQLitePeer(Peer):
    """FTS5, one table for each stream of title and body together."""

    name = "sqlite"
    stores_text = True

    def build(self, documents: Iterable[Document], folder: Path, *, stored: bool) -> None:
        """See `Peer.build`."""
        database = _connect(folder)
        database.executescript(_SCHEMA.format(content="" if stored else ", content=''"))
        with database:
            for batch in _batches(enumerate(documents, start=1)):
                _insert(database, batch)
            for table, _ in _TABLES:
                database.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")
        database.close()

    def open(self, folder: Path) -> Searcher:
        """See `Peer.open`."""
        return SQLiteSearcher(folder)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query in SQLite's form.

    Attributes:
        table: The table to search.
        match: The expression to match.
        marks: The expression whose words a snippet marks.
    """

    table: str
    match: str
    marks: str


class SQLiteSearcher(Searcher):
    """A database with FTS5."""

    def __init__(self, folder: Path) -> None:
        self._database = _connect(folder / "plain")
        self._with_text: sqlite3.Connection | None = None
        self._text_folder = folder / "stored"

    def prepare(self, query: Query) -> Prepared:
        """See `Searcher.prepare`."""
        quoted = [f'"{token}"' for token in query.tokens]
        joiner = {"phrase": " + ", "and": " AND "}.get(query.join, " OR ")
        marks = " OR ".join(f'"{word}"' for word in query.marks)
        return Prepared(query.stream, joiner.join(quoted), marks)

    def ids(self, prepared: Prepared) -> list[tuple[int]]:
        """See `Searcher.ids`."""
        return self._database.execute(_best(prepared.table), (prepared.match,)).fetchall()

    def named(self, hits: list[tuple[int]]) -> list[str]:
        """See `Searcher.named`."""
        sql = "SELECT id FROM article WHERE number = ?"
        return [self._database.execute(sql, hit).fetchone()[0] for hit in hits]

    def stored(self, prepared: Prepared) -> list[Any]:
        """See `Searcher.stored`."""
        sql = (
            "SELECT article.*, words.text FROM article JOIN words ON words.rowid = number "
            "WHERE number = ?"
        )
        database = self._texts()
        hits = database.execute(_best(prepared.table), (prepared.match,)).fetchall()
        return [database.execute(sql, hit).fetchone() for hit in hits]

    def snippets(self, prepared: Prepared) -> list[str]:
        """See `Searcher.snippets`."""
        sql = (
            f"SELECT url, headline, snippet(words, 0, '<b>', '</b>', '…', {_SNIPPET_TOKENS}) "
            "FROM words JOIN article ON number = words.rowid "
            "WHERE words MATCH ? AND words.rowid = ?"
        )
        database = self._texts()
        hits = database.execute(_best(prepared.table), (prepared.match,)).fetchall()
        rows = [database.execute(sql, (prepared.marks, *hit)).fetchone() for hit in hits]
        # A phrase's words may be cut in another way in the article than alone.
        return [row[2] if row else "" for row in rows]

    def count(self, prepared: Prepared) -> int:
        """See `Searcher.count`."""
        table = prepared.table
        sql = f"SELECT count(*) FROM {table} WHERE {table} MATCH ?"
        return int(self._database.execute(sql, (prepared.match,)).fetchone()[0])

    def facets(self, prepared: Prepared) -> dict[str, dict[str, int]]:
        """See `Searcher.facets`."""
        table = prepared.table
        return {
            name: dict(
                self._database.execute(
                    f"SELECT {name}, count(*) FROM {table} JOIN article ON number = {table}.rowid "
                    f"WHERE {table} MATCH ? AND {name} <> '' GROUP BY {name}",
                    (prepared.match,),
                ).fetchall()
            )
            for name in FACETS
        }

    def replace(self, documents: Sequence[Document], old: Sequence[Document]) -> None:
        """See `Searcher.replace`."""
        sql = "SELECT number FROM article WHERE id = ?"
        numbers = [self._database.execute(sql, (item.id,)).fetchone()[0] for item in old]
        with self._database:
            for table, text_of in _TABLES:
                # A table without content has to be told what to take out.
                self._database.executemany(
                    f"INSERT INTO {table}({table}, rowid, text) VALUES ('delete', ?, ?)",
                    [(number, text_of(item)) for number, item in zip(numbers, old, strict=True)],
                )
            self._database.executemany(
                "DELETE FROM article WHERE number = ?", [(number,) for number in numbers]
            )
            _insert(self._database, list(zip(numbers, documents, strict=True)))

    def close(self) -> None:
        """See `Searcher.close`."""
        self._database.close()
        if self._with_text:
            self._with_text.close()

    def _texts(self) -> sqlite3.Connection:
        if self._with_text is None:
            self._with_text = _connect(self._text_folder)
        return self._with_text


def _connect(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / _FILE)
    database.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144; "
        "PRAGMA mmap_size = 2147483648; PRAGMA temp_store = MEMORY;"
    )
    return database


def _best(table: str) -> str:
    return f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT {LIMIT}"


def _insert(database: sqlite3.Connection, batch: Sequence[tuple[int, Document]]) -> None:
    database.executemany(
        "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (number, item.id, item.url, item.headline, item.site, item.category, item.language)
            for number, item in batch
        ],
    )
    for table, text_of in _TABLES:
        database.executemany(
            f"INSERT INTO {table}(rowid, text) VALUES (?, ?)",
            [(number, text_of(item)) for number, item in batch],
        )


def _batches(
    documents: Iterable[tuple[int, Document]],
) -> Iterator[list[tuple[int, Document]]]:
    batch: list[tuple[int, Document]] = []
    for item in documents:
        batch.append(item)
        if len(batch) == _TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch
