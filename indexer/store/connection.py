"""Connections to the store's database: SQLite as it must be set up, and errors in our words."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from indexer.errors import StoreError

_log = logging.getLogger(__name__)

_BUSY_TIMEOUT = 30  # seconds to wait for another writer, unless the URL says otherwise
_RETRY_EVERY = 0.01  # seconds
_WRITES = "writes"  # the option of a transaction that will write, and what its connection is set to

_ADVICE = {
    sqlite3.SQLITE_BUSY: "another program has been writing to it; try again later",
    sqlite3.SQLITE_CANTOPEN: "its folder must exist, and both must be readable and writable",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; put a copy in its place",
    sqlite3.SQLITE_FULL: "make room on the disk; nothing was lost",
    sqlite3.SQLITE_NOTADB: "the file is something else; name another folder",
    sqlite3.SQLITE_READONLY: "the file and its folder must be writable",
}


def connect(location: Path | str) -> Engine:
    """Make the database engine of a store; nothing is opened yet.

    Args:
        location: The file of an SQLite database, whose folders are made when absent, or an
            SQLAlchemy URL of one. The URL's ``timeout`` says how many seconds to wait for another
            writer, 30 without it.

    Raises:
        StoreError: The folder cannot be made, or the URL names no file of SQLite.
    """
    if isinstance(location, Path):
        try:
            location.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"{location.parent} cannot be made ({error.strerror})"
            raise StoreError(f"the store {location} cannot be used: {reason}") from error
        url = URL.create("sqlite", database=str(location))
    else:
        url = _parse(location)
    if "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(_BUSY_TIMEOUT)})
    engine = create_engine(url)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it happens, or nothing.

    Raises:
        StoreError: The database cannot be written, or was locked for too long.
    """
    with _reporting(engine), engine.connect() as connection:
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, one state of the database; it refuses to write.

    Raises:
        StoreError: The database cannot be read.
    """
    with _reporting(engine), engine.connect() as connection:
        yield connection


def empty_log(engine: Engine) -> None:
    """Write all of the write-ahead log back into the database, and leave none of it in the log.

    Raises:
        StoreError: The database cannot be written.
    """
    with _reporting(engine), engine.connect() as connection:
        # The driver's own connection, because SQLite does not do this inside a transaction.
        driver: Any = connection.connection.driver_connection
        blocked, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if blocked:
        _log.warning("what was purged stays in %s-wal until nobody uses the store", _name(engine))


def rewrite(engine: Engine) -> None:
    """Write the database's file anew, without what rows may have left where they once were.

    Rows that come and go, or change their length, move others, of which SQLite can leave copies
    behind that nothing overwrites. It takes as much room as the database, and a while.

    Raises:
        StoreError: The database cannot be written.
    """
    with _reporting(engine), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA query_only = OFF").close()
        connection.info.pop(_WRITES, None)
        try:
            driver.execute("VACUUM").close()
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY:
                raise
            _log.warning(
                "parts of what was purged may stay in %s: others are writing to it, and the next "
                "purge takes them out",
                _name(engine),
            )


def _parse(location: str) -> URL:
    try:
        url = make_url(location)
    except SQLAlchemyError as error:
        # The text is not repeated: it may hold a password.
        message = "a store is named by an SQLAlchemy URL such as sqlite:///file.db"
        raise StoreError(message) from error
    if url.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreError(f"a store is in SQLite (sqlite:///file.db), not in {url.drivername}")
    if url.database in {None, "", ":memory:"}:
        # Each thread would have a database of its own.
        raise StoreError("a store is in a file (sqlite:///file.db), not in memory")
    return url


@contextmanager
def _reporting(engine: Engine) -> Iterator[None]:
    """Turn errors of the database into ours; what else goes wrong in the block is its own."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason, _, _ = str(cause).partition("\n")
        message = f"the store {_name(engine)} cannot be used: {reason}"
        advice = _ADVICE.get(_code(cause))
        raise StoreError(f"{message} ({advice})" if advice else message) from error


def _name(engine: Engine) -> str:
    return engine.url.database or ""


def _code(error: BaseException | None) -> int:
    """SQLite's primary result code (the low byte of the extended one); 0 without one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `_begin`, not by the driver, which would begin them late.
    connection.isolation_level = None
    _switch_to_log(connection)
    for pragma in (
        "synchronous = NORMAL",  # with the log a crash loses no consistency
        "foreign_keys = ON",
        "secure_delete = ON",  # what is erased is overwritten
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _switch_to_log(connection: sqlite3.Connection) -> None:
    """Have the database written through a log, so that readers go on while one writes.

    It stays so; only while the file is new SQLite has something to do. Then it fails at once when
    another connection does the same, without the wait that it has everywhere else.
    """
    deadline = time.monotonic() + _BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_EVERY)
        else:
            return


def _begin(connection: Connection) -> None:
    # One who will write says so at once: else two could both read and then block each other.
    writes = connection.get_execution_options().get(_WRITES, False)
    # The driver's own connection, because SQLAlchemy takes longer to pass these on than a search
    # takes to read its articles.
    driver: Any = connection.connection.driver_connection
    # Said again, it would have SQLite compile every statement anew.
    if connection.info.get(_WRITES) != writes:
        driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}").close()
        connection.info[_WRITES] = writes
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN").close()
