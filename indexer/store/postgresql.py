"""PostgreSQL: how its connections are set up, and what only it needs.

Several write at once, and what must not happen at once is locked by a name. Those who change
articles are behind each other from their first look at one to the commit: so `seq` follows the
order of commits, and whoever reads changes up to one has seen all before it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from psycopg import IsolationLevel, OperationalError
from psycopg.adapt import Dumper
from sqlalchemy import URL, Connection, Engine, create_engine, event, func, select, text
from sqlalchemy.exc import DisconnectionError

from indexer.errors import StoreError
from indexer.store.tables import METADATA

_LOCK_TIMEOUT = 30.0  # seconds to wait for another writer, unless the URL says otherwise
# After which a writer that has fallen silent loses its transaction: less than others wait.
# PostgreSQL 15 starts no such timer after a batch of rows, which psycopg sends in a pipeline; there
# the server's own probes notice a machine that is gone.
_LONGEST_SILENCE = "10s"
_WRITES = "writes"  # what a connection is set to
_PROCESS = "process"  # that opened a connection
_ENCODING = "UTF8"

# So that a server that is gone is noticed within a minute, unless the URL says otherwise.
_PARAMETERS = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
    "client_encoding": "utf8",
}

# By SQLSTATE, or by its first two characters, the class.
_ADVICE = {
    "08": "the connection was lost; try again",
    "25006": "the server must be writable: name the primary one",
    "25P03": "it was silent while others waited; try again",
    "42501": "the user needs the rights to read, write and make tables",
    "53100": "make room on the disk of the server; nothing was lost",
    "55P03": "another program has been writing to it; try again later",
    "57": "the server ended the connection; try again",
}
# Of errors without one, which come when a connection is made or has been lost.
_REFUSED = "the server runs, but user, password, database or its limits do not fit"
_UNREACHED = "see that the server runs and can be reached, then try again"

_SET_UP = """
    SELECT set_config('lock_timeout', %s, false), set_config('tcp_keepalives_idle', '5', false),
        set_config('tcp_keepalives_interval', '2', false),
        set_config('tcp_keepalives_count', '3', false), set_config('tcp_user_timeout', '10s', false)
"""
_LOCK = text(
    "SELECT set_config('idle_in_transaction_session_timeout', :silence, true), "
    "pg_advisory_xact_lock(hashtextextended(:name, 0))"
)
# Columns of the store's tables that are ordered as the language of the database has it.
_OTHERWISE_ORDERED = text("""
    SELECT relname, attname, format_type(atttypid, atttypmod)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND attnum > 0
        AND attcollation NOT IN (0, 'pg_catalog."C"'::regcollation) AND relname = ANY (:tables)
""")
_NOW = select(func.timezone("UTC", func.clock_timestamp()))


class _TextDumper(Dumper):
    """Passes text on. NUL, which PostgreSQL cannot keep, becomes U+FFFD as in HTML."""

    def dump(self, obj: str) -> bytes:
        return (obj.replace("\0", "\ufffd") if "\0" in obj else obj).encode()


def make_engine(url: URL) -> Engine:
    """Make the engine of a database on a server.

    Raises:
        StoreError: The URL's ``timeout`` is no number of seconds.
    """
    given = url.query.get("timeout", str(_LOCK_TIMEOUT))
    try:
        timeout = float(str(given))
    except ValueError:
        raise StoreError(f"the timeout of a store is a number of seconds, not {given!r}") from None
    url = url.difference_update_query(["timeout"]).set(drivername="postgresql+psycopg")
    parameters = {key: value for key, value in _PARAMETERS.items() if key not in url.query}
    engine = create_engine(url.update_query_dict(parameters))

    def set_up(connection: Any, record: Any) -> None:
        if connection.info.parameter_status("server_encoding") != _ENCODING:
            raise StoreError(f"the store {name(url)} cannot be used: its encoding is not UTF8")
        connection.adapters.register_dumper(str, _TextDumper)
        connection.execute(_SET_UP, [f"{round(timeout * 1000)}ms"])
        connection.commit()
        record.info[_PROCESS] = os.getpid()

    event.listen(engine, "connect", set_up)
    event.listen(engine, "checkout", _leave_to_parent)
    return engine


def name(url: URL) -> str:
    """Where the database is, without what is secret."""
    shown = URL.create("postgresql", host=url.host, port=url.port, database=url.database)
    return shown.render_as_string()


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction: one that reads sees one state, one that writes each newest one."""
    # Begun by the driver with its first statement.
    driver: Any = connection.connection.driver_connection
    if connection.info.get(_WRITES) != writes:
        driver.read_only = not writes
        driver.isolation_level = (
            IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ
        )
        connection.info[_WRITES] = writes


def lock(connection: Connection, name: str) -> None:
    """Wait for the others that hold the lock of this name, and hold it until the commit."""
    connection.execute(_LOCK, {"name": name, "silence": _LONGEST_SILENCE})


def now(connection: Connection) -> datetime:
    """The time by the clock of the server, which all who use it share."""
    moment: datetime = connection.execute(_NOW).scalar_one()
    return moment.replace(tzinfo=UTC)


def order_by_code_points(connection: Connection) -> None:
    """Give every text of the store the collation C, by which SQLite orders."""
    quote = connection.dialect.identifier_preparer.quote
    for table, column, kind in connection.execute(
        _OTHERWISE_ORDERED, {"tables": [*METADATA.tables]}
    ):
        connection.exec_driver_sql(
            f'ALTER TABLE {quote(table)} ALTER {quote(column)} TYPE {kind} COLLATE "C"'
        )


def advise(error: BaseException) -> str | None:
    """What to do about an error."""
    state = getattr(error, "sqlstate", None)
    if state is None and isinstance(error, OperationalError):
        return _REFUSED if "FATAL:" in str(error) else _UNREACHED
    if state is None:
        return None
    return _ADVICE.get(state) or _ADVICE.get(state[:2])


def _leave_to_parent(_connection: Any, record: Any, proxy: Any) -> None:
    """Use no connection in a process that was forked from the one that opened it."""
    if record.info[_PROCESS] != os.getpid():
        record.dbapi_connection = proxy.dbapi_connection = None
        raise DisconnectionError("opened by another process")


def erase(engine: Engine, *, moved: bool) -> None:  # noqa: ARG001 - it is the same for both
    """Let the room of what was purged be used for other rows, without keeping anybody waiting."""
    with engine.connect() as connection:
        outside = connection.execution_options(isolation_level="AUTOCOMMIT")
        outside.exec_driver_sql("VACUUM versions, copies")
        del connection.info[_WRITES]  # SQLAlchemy will have set it back


def damage(_connection: Connection) -> list[str]:
    """Nothing: the server itself looks after its files and the references between rows."""
    return []
