"""A deployment: where a collection lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from indexer import Index


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment.

    Attributes:
        folder: The folder of the collection.
        engine: As `Index.open` takes it.
        store: The same; empty for SQLite in the folder.
    """

    folder: str
    engine: str
    store: str = ""

    def open(self) -> Index:
        """Open the collection.

        Raises:
            XiaosouError: It cannot be opened.
        """
        return Index.open(self.folder, engine=self.engine, store=self.store)

    def store_bytes(self) -> int:
        """The bytes of its store, the state of the crawl included."""
        if not self.store.startswith("postgresql"):
            return sum(file.stat().st_size for file in Path(self.folder).glob("xiaosou.db*"))
        import psycopg

        with psycopg.connect(self.store) as connection:
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row
        return int(row[0])
