"""Connections to the store's database: SQLite as it must be set up, and errors in our words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from indexer.errors import StoreError

_BUSY_TIMEOUT = 30.0  # seconds a writer waits for another one
_WRITES = "writes"  # the execution option of connections that will write


def connect(location: Path | str) -> Engine:
    """Make the database engine of a store; nothing is opened yet.

    Args:
        location: The file of an SQLite database, whose folders are made when absent, or an
            SQLAlchemy URL.

    Raises:
        StoreError: The folder cannot be made, or the URL is none.
    """
    with reporting(location):
        if isinstance(location, Path):
            location.parent.mkdir(parents=True, exist_ok=True)
            location = f"sqlite:///{location}"
        engine = create_engine(location)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine


@contextmanager
def writing(engine: Engine, location: Path | str) -> Iterator[Connection]:
    """A transaction that writes: all of it happens, or nothing.

    Raises:
        StoreError: The database cannot be written, or was locked for too long.
    """
    with reporting(location), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine, location: Path | str) -> Iterator[Connection]:
    """A transaction that only reads, one state of the database.

    Raises:
        StoreError: The database cannot be read.
    """
    with reporting(location), engine.connect() as connection:
        yield connection


@contextmanager
def reporting(location: Path | str) -> Iterator[None]:
    """Turn errors of the database and the file system into ours.

    Raises:
        StoreError: Whatever went wrong with the database.
    """
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the store {location} cannot be used: {_advice(error)}") from error
    except (SQLAlchemyError, OSError) as error:
        first_line = str(error).splitlines()[0]
        raise StoreError(f"the store {location} cannot be used: {first_line}") from error


def _advice(error: DBAPIError) -> str:
    reason = str(error.orig).strip().splitlines()[0]
    advice = {
        "database is locked": "another program has been writing to it; try again later",
        "file is not a database": "the file is something else; name another folder",
        "unable to open database file": "the folder must exist and be readable and writable",
        "attempt to write a readonly database": "the file must be writable",
        "database or disk is full": "make room on the disk; nothing was lost",
    }.get(reason)
    return f"{reason} ({advice})" if advice else reason


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # Transactions are begun by `_begin_sqlite`, not by the driver, which would begin them late.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {int(_BUSY_TIMEOUT * 1000)}",
        "journal_mode = wal",  # readers go on while one writes
        "synchronous = normal",  # with the log a crash loses no consistency
        "foreign_keys = on",
        "secure_delete = on",  # what is purged must leave the file
    ):
        connection.execute(f"pragma {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # One who will write says so at once: else two could both read and then block each other.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
