"""SQLite: how its connections are set up, and what only it needs."""

from __future__ import annotations

import logging
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from indexer.errors import StoreError

DIALECT = "sqlite"
"""The name of SQLAlchemy's dialect."""

_log = logging.getLogger(__name__)

_BUSY_TIMEOUT = 30  # seconds to wait for another writer, unless the URL says otherwise
_RETRY_EVERY = 0.01  # seconds
_WRITES = "writes"  # what a connection is set to

_ADVICE = {
    sqlite3.SQLITE_BUSY: "another program has been writing to it; try again later",
    sqlite3.SQLITE_CANTOPEN: "its folder must exist, and both must be readable and writable",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; put a copy in its place",
    sqlite3.SQLITE_FULL: "make room on the disk; nothing was lost",
    sqlite3.SQLITE_NOTADB: "the file is something else; name another folder",
    sqlite3.SQLITE_READONLY: "the file and its folder must be writable",
}


def make_engine(url: URL) -> Engine:
    """Make the engine of a file.

    Raises:
        StoreError: The URL names no file.
    """
    if url.database in {None, "", ":memory:"}:
        # Each thread would have a database of its own.
        raise StoreError("a store is in a file (sqlite:///file.db), not in memory")
    if "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(_BUSY_TIMEOUT)})
    engine = create_engine(url)
    event.listen(engine, "connect", _set_up)
    return engine


def name(url: URL) -> str:
    """The name of the file."""
    return url.database or ""


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction, and say at once whether it writes.

    Otherwise two could both read and then block each other.
    """
    # The driver's own connection, because SQLAlchemy takes longer to pass these on than a search
    # takes to read its articles.
    driver: Any = connection.connection.driver_connection
    # Said again, it would have SQLite compile every statement anew.
    if connection.info.get(_WRITES) != writes:
        driver.execute(f"PRAGMA query_only = {'OFF' if writes else 'ON'}").close()
        connection.info[_WRITES] = writes
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN").close()


def lock(_connection: Connection, _name: str) -> None:
    """Nothing is to be done: one writes at a time."""


def now(_connection: Connection) -> datetime:
    """The time by the clock of this machine, the only one that uses the file."""
    return datetime.now(UTC)


def order_by_code_points(_connection: Connection) -> None:
    """Nothing is to be done: SQLite knows no other order."""


def advise(error: BaseException) -> str | None:
    """What to do about an error."""
    return _ADVICE.get(_code(error))


def erase(engine: Engine, *, moved: bool) -> None:
    """Let what was purged leave the files.

    Args:
        engine: The database.
        moved: Whether rows came and went, of which SQLite can have left parts elsewhere.
    """
    if moved:
        _rewrite(engine)
    _empty_log(engine)


def damage(connection: Connection) -> list[str]:
    """What SQLite finds wrong in its file, a line each."""
    return _damage(connection) or _orphans(connection)


def _damage(connection: Connection) -> list[str]:
    try:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    except OperationalError:
        raise  # the file could not be read now, and may be in order
    except DatabaseError as error:
        found = [str(error.orig)]
    # One report can have several lines, the first of which says only which database is meant.
    lines = [line for report in found for line in report.splitlines()]
    return [f"the store is damaged: {line}" for line in lines if line != "ok" and line[:3] != "***"]


def _orphans(connection: Connection) -> list[str]:
    return [
        f"row {number} of {table} in the store belongs to nothing in {parent}"
        for table, number, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check")
    ]


def _empty_log(engine: Engine) -> None:
    """Write all of the write-ahead log back into the database, and leave none of it in the log."""
    with engine.connect() as connection:
        # The driver's own connection, because SQLite does not do this inside a transaction.
        driver: Any = connection.connection.driver_connection
        blocked, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if blocked:
        _log.warning(
            "what was purged stays in %s-wal until nobody uses the store", engine.url.database
        )


def _rewrite(engine: Engine) -> None:
    """Write the database's file anew, without what rows may have left where they once were.

    Rows that come and go, or change their length, move others, of which SQLite can leave copies
    behind that nothing overwrites. It takes as much room as the database, and a while.
    """
    with engine.connect() as connection:
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
                engine.url.database,
            )


def _code(error: BaseException) -> int:
    """SQLite's primary result code (the low byte of the extended one); 0 without one."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `begin`, not by the driver, which would begin them late.
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
