"""Keys for programs that use the API: a random secret each, of which only a hash is kept."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select

from indexer.errors import XiaosouError
from indexer.store import Store
from indexer.store.tables import keys
from web.secret import hash_secret, make_secret

READ, WRITE, CRAWL = "read", "write", "crawl"

SCOPES = (READ, WRITE, CRAWL)
"""What a key can be for: to export and see how crawls go; to add and delete articles; to edit
sources, which may name private hosts, and to begin and end their crawls."""

_PREFIX = "xs_"  # so that scanners for lost secrets can know one
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class KeyNameError(XiaosouError):
    """A key cannot have this name, or there is none that has it."""


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; not its secret.

    Attributes:
        name: Who has it, or what it is for.
        scopes: Those of `SCOPES` it is for.
        created_at: When it was made, in UTC.
    """

    name: str
    scopes: frozenset[str]
    created_at: datetime


class Keys:
    """The keys of a collection. May be shared by threads.

    Every method raises `StoreError` when the store cannot be used.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, name: str, scopes: Collection[str]) -> str:
        """Make a key.

        Returns:
            Its secret, which cannot be had again.

        Raises:
            KeyNameError: The name has other characters than Latin letters, digits, ``.``, ``_``
                and ``-``, is too long, or is taken.
        """
        if not _NAME.fullmatch(name):
            raise KeyNameError(
                f"{name!r} is no name for a key: use up to 64 letters, digits, '.', '_' and '-'"
            )
        secret = make_secret(_PREFIX)
        with self._store.transaction() as transaction:
            taken = select(keys.c.name).where(keys.c.name == name)
            if transaction.connection.execute(taken).first():
                raise KeyNameError(f"there is a key {name} already: revoke it, or choose another")
            transaction.connection.execute(
                keys.insert().values(
                    name=name,
                    hash=hash_secret(secret),
                    scopes=" ".join(sorted(scopes)),
                    created_at=datetime.now(UTC),
                )
            )
        return secret

    def find(self, secret: str) -> Key | None:
        """The key with this secret, if there is one."""
        with self._store.read() as connection:
            row = connection.execute(select(keys).where(keys.c.hash == hash_secret(secret))).first()
        return _key(row) if row else None

    def list(self) -> list[Key]:
        """Every key, by name."""
        with self._store.read() as connection:
            rows = connection.execute(select(keys).order_by(keys.c.name))
            return [_key(row) for row in rows]

    def revoke(self, name: str) -> None:
        """Make a key worthless from now on.

        Raises:
            KeyNameError: There is none of this name.
        """
        with self._store.transaction() as transaction:
            deleted = transaction.connection.execute(keys.delete().where(keys.c.name == name))
        if not deleted.rowcount:
            raise KeyNameError(f"there is no key {name!r}: xiaosou key list shows them")


def _key(row: Row[Any]) -> Key:
    return Key(row.name, frozenset(row.scopes.split()), row.created_at)
