"""Access to the status page: one password, and sessions of those who gave it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from werkzeug.security import check_password_hash, generate_password_hash

from indexer.store import Store
from indexer.store.connection import lock
from indexer.store.tables import passwords, sessions
from web.secret import hash_secret, make_secret

LIFETIME = timedelta(hours=12)
"""How long a session lasts."""

_PASSWORD_BYTES = 12


class Access:
    """The password of a collection and its sessions; only hashes are kept. For threads to share.

    Every method raises `StoreError` when the store cannot be used.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def first_password(self) -> str | None:
        """Make a password and return it, unless there is one."""
        with self._store.read() as connection:
            if connection.execute(select(passwords)).first():
                return None
        return self.new_password()

    def new_password(self) -> str:
        """Make a password in place of the one before, and end every session."""
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        hashed = generate_password_hash(password)
        with self._store.transaction() as transaction:
            lock(transaction.connection, "password")
            transaction.connection.execute(passwords.delete())
            transaction.connection.execute(sessions.delete())
            transaction.connection.execute(passwords.insert().values(hash=hashed))
        return password

    def begin(self, password: str) -> str | None:
        """Begin a session.

        Returns:
            Its token, for the cookie; None when the password is wrong.
        """
        with self._store.read() as connection:
            hashed = connection.execute(select(passwords.c.hash)).scalar()
        if hashed is None or not check_password_hash(hashed, password):
            return None
        token = make_secret()
        now = datetime.now(UTC)
        with self._store.transaction() as transaction:
            transaction.connection.execute(sessions.delete().where(sessions.c.expires_at < now))
            transaction.connection.execute(
                sessions.insert().values(hash=hash_secret(token), expires_at=now + LIFETIME)
            )
        return token

    def holds(self, token: str) -> bool:
        """Whether a session with this token has begun and not ended."""
        found = select(sessions.c.expires_at).where(sessions.c.hash == hash_secret(token))
        with self._store.read() as connection:
            expires_at = connection.execute(found).scalar()
        return expires_at is not None and expires_at > datetime.now(UTC)

    def end(self, token: str) -> None:
        """End a session."""
        with self._store.transaction() as transaction:
            transaction.connection.execute(
                sessions.delete().where(sessions.c.hash == hash_secret(token))
            )
