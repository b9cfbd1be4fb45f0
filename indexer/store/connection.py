"""Connections to the store's database, whichever it is, and errors in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from indexer.errors import StoreError
from indexer.store import sqlite

ARTICLES = "articles"
"""The name of the lock of those who change articles."""

_WRITES = "writes"  # the option of a transaction that will write
_SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
_POSTGRESQL = frozenset({"postgresql", "postgresql+psycopg"})


class Backend(Protocol):
    """What each database does in its own way; a module each."""

    def make_engine(self, url: URL) -> Engine:
        """Make the engine of a URL; nothing is opened yet."""

    def name(self, url: URL) -> str:
        """How messages call the database; nothing secret is in it."""

    def begin(self, connection: Connection, *, writes: bool) -> None:
        """Begin a transaction that writes, or one that only reads and sees one state."""

    def lock(self, connection: Connection, name: str) -> None:
        """Do what `lock` says."""

    def now(self, connection: Connection) -> datetime:
        """Tell the time by a clock that all who use the database share."""

    def order_by_code_points(self, connection: Connection) -> None:
        """Have every text ordered and compared by its code points."""

    def advise(self, error: BaseException) -> str | None:
        """What to do about an error of the driver, if that is known."""

    def erase(self, engine: Engine, *, moved: bool) -> None:
        """Do what `erase` says."""

    def damage(self, connection: Connection) -> list[str]:
        """What is wrong with the files and the references between rows, a line each."""


def connect(location: Path | str) -> Engine:
    """Make the database engine of a store; nothing is opened yet.

    Args:
        location: The file of an SQLite database, whose folders are made when absent, or an
            SQLAlchemy URL of SQLite or PostgreSQL. The URL's ``timeout`` says how many seconds to
            wait for another writer, 30 without it.

    Raises:
        StoreError: The folder cannot be made, the URL names no database that can be a store, or
            its driver is not installed.
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
    backend = backend_of(url.get_backend_name())
    engine = backend.make_engine(url)

    def begin(connection: Connection) -> None:
        backend.begin(connection, writes=connection.get_execution_options().get(_WRITES, False))

    event.listen(engine, "begin", begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: all of it happens, or nothing.

    Raises:
        StoreError: The database cannot be written, or was locked for too long.
    """
    with _connected(engine) as connection:
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, one state of the database; it refuses to write.

    Raises:
        StoreError: The database cannot be read.
    """
    with _connected(engine) as connection:
        if connection.dialect.name != sqlite.DIALECT:
            connection.begin()  # at once, for what goes past SQLAlchemy too
        yield connection


def lock(connection: Connection, name: str) -> None:
    """Wait for other transactions that hold the lock of this name, and hold it to the end.

    What is read from then on stays as it is. So that none waits for each other, the lock of a
    source is taken before `ARTICLES`, and rows of either are changed under it only.
    """
    backend_of(connection.dialect.name).lock(connection, name)


def now(connection: Connection) -> datetime:
    """The time, in UTC, by a clock that all who use the store share."""
    return backend_of(connection.dialect.name).now(connection)


def erase(engine: Engine, *, moved: bool) -> None:
    """Let what was purged leave the files, as far as the database can.

    Args:
        engine: The database.
        moved: Whether rows were deleted, and not only emptied.

    Raises:
        StoreError: The database cannot be written.
    """
    with _reporting(engine):
        backend_of(engine.dialect.name).erase(engine, moved=moved)


def backend_of(dialect: str) -> Backend:
    """What is particular to a database, by the name of its dialect.

    Raises:
        StoreError: Its driver is not installed.
    """
    if dialect == sqlite.DIALECT:
        return sqlite
    try:
        from indexer.store import postgresql
    except ImportError as error:
        raise StoreError(
            f"a store in PostgreSQL needs psycopg ({error}): pip install 'xiaosou[cluster]'"
        ) from None
    return postgresql


def _parse(location: str) -> URL:
    try:
        url = make_url(location)
    except SQLAlchemyError as error:
        # The text is not repeated: it may hold a password.
        message = (
            "a store is named by an SQLAlchemy URL such as sqlite:///file.db or "
            "postgresql://user@host/database"
        )
        raise StoreError(message) from error
    if url.drivername not in _SQLITE | _POSTGRESQL:
        raise StoreError(
            "a store is in SQLite (sqlite:///file.db) or PostgreSQL "
            f"(postgresql://user@host/database), not in {url.drivername}"
        )
    return url


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """A connection; when it is lost, so are those that wait to be used."""
    with _reporting(engine), engine.connect() as connection:
        try:
            yield connection
        except engine.dialect.loaded_dbapi.Error as error:  # SQLAlchemy has not heard of it
            driver: Any = connection.connection.driver_connection
            if engine.dialect.is_disconnect(error, driver, None):
                connection.invalidate(error)
                engine.dispose()
            raise


@contextmanager
def _reporting(engine: Engine) -> Iterator[None]:
    """Turn errors of the database into ours; what else goes wrong in the block is its own."""
    try:
        yield
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        cause = (error.orig if isinstance(error, DBAPIError) else None) or error
        backend = backend_of(engine.dialect.name)
        reason, _, _ = str(cause).partition("\n")
        message = f"the store {backend.name(engine.url)} cannot be used: {reason}"
        advice = backend.advise(cause)
        raise StoreError(f"{message} ({advice})" if advice else message) from error
