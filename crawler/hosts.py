"""What hosts asked of us: their robots.txt, and when they want to be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from indexer.store.tables import hosts

if TYPE_CHECKING:
    from indexer.store import Store

ROBOTS_LIFETIME = timedelta(days=1)
"""How long a robots.txt is believed (RFC 9309, section 2.4)."""


class Hosts:
    """What the hosts asked for, in the store's database, so that the next crawl knows it too.

    Hosts are named by their origins, such as ``https://example.com:8443``. Every method raises
    `StoreError` when the store cannot be used.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holds: dict[str, datetime | None] = {}

    def robots(self, origin: str) -> str | None:
        """The robots.txt of a host, unless it is unknown or older than a day."""
        query = select(hosts.c.robots).where(
            hosts.c.origin == origin, hosts.c.robots_at > datetime.now(UTC) - ROBOTS_LIFETIME
        )
        with self._store.read() as connection:
            return connection.scalars(query).one_or_none()

    def keep_robots(self, origin: str, text: str) -> None:
        """Keep the robots.txt of a host as it is now; empty when it has none."""
        self._keep(origin, robots=text, robots_at=datetime.now(UTC))

    def held_until(self, origin: str) -> datetime | None:
        """Until when a host wants to be left alone, if it does.

        What other processes hear of it while this one is at work is not known here.
        """
        if origin not in self._holds:
            query = select(hosts.c.retry_at).where(hosts.c.origin == origin)
            with self._store.read() as connection:
                self._holds[origin] = connection.scalars(query).one_or_none()
        until = self._holds[origin]
        return until if until and until > datetime.now(UTC) else None

    def hold(self, origin: str, until: datetime) -> None:
        """Leave a host alone until then."""
        self._holds[origin] = until
        self._keep(origin, retry_at=until)

    def _keep(self, origin: str, **values: Any) -> None:
        with self._store.transaction() as transaction:
            connection = transaction.connection
            known = connection.execute(
                update(hosts).where(hosts.c.origin == origin).values(**values)
            )
            if not known.rowcount:
                connection.execute(insert(hosts).values(origin=origin, **values))
