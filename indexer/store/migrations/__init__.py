"""The schema's history, run by Alembic when a store is older than this program."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, inspect, text

from indexer.errors import StoreVersionError
from indexer.store.connection import backend_of

HEAD = "0010"
"""The newest revision, so that Alembic need not be loaded to see that nothing is to be done."""

# Alembic keeps the connection of the migration at hand in a variable of its module.
_one_at_a_time = Lock()


def revision(connection: Connection) -> str | None:
    """The revision a database is at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def migrate(connection: Connection) -> None:
    """Bring a database to `HEAD` inside the transaction of this connection.

    Raises:
        StoreVersionError: A newer program wrote it.
    """
    current = revision(connection)
    if current == HEAD:
        return
    if current is not None and current > HEAD:
        raise StoreVersionError(
            f"the store was written by a newer xiaosou, at revision {current}, and this one knows "
            f"{HEAD}: install that version or a later one"
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, "head")
    backend_of(connection.dialect.name).order_by_code_points(connection)
