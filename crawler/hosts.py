"""What hosts asked of us: their robots.txt, and when they want to be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import insert, select, text, update

from crawler.failure import HeldError
from indexer.store.connection import lock, now
from indexer.store.tables import hosts, turns

if TYPE_CHECKING:
    from indexer.store import Store

# Seconds beyond the delay; what is further ahead comes of a clock that was wrong.
_LONGEST_AHEAD = 86_400.0
# Taken by one transaction only, for the others wait for the row and then find it taken.
_TAKE_TURN = text(
    "INSERT INTO turns (host, next_at) VALUES (:host, :now + :delay) "
    "ON CONFLICT (host) DO UPDATE SET next_at = :now + :delay "
    "WHERE turns.next_at <= :now OR turns.next_at > :now + :longest"
)

_REST = text(
    "INSERT INTO turns (host, next_at) VALUES (:host, :until) "
    "ON CONFLICT (host) DO UPDATE SET next_at = :until WHERE turns.next_at < :until"
)
_SHORTEST_WAIT = 0.001  # seconds

ROBOTS_LIFETIME = timedelta(days=1)
"""How long a robots.txt is believed (RFC 9309, section 2.4)."""


class Hosts:
    """What the hosts asked for, in the store's database, so that the next crawl knows it too.

    Hosts are named by their origins, such as ``https://example.com:8443``. Every method raises
    `StoreError` when the store cannot be used.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._holds: dict[str, datetime | None] = {}  # by the clock of this machine

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

    def check_hold(self, origin: str) -> None:
        """See that a host does not want to be left alone.

        What other processes hear of it is known here when the next turn is taken.

        Raises:
            HeldError: It does.
        """
        if origin not in self._holds:
            query = select(hosts.c.retry_at).where(hosts.c.origin == origin)
            with self._store.read() as connection:
                held = connection.scalars(query).one_or_none()
                ahead = now(connection) - datetime.now(UTC)
            self._holds[origin] = held and held - ahead
        until = self._holds[origin]
        if until and until > datetime.now(UTC):
            raise HeldError(f"the site wants to be left alone until {until:%Y-%m-%d %H:%M} UTC")

    def hold(self, origin: str, rest: timedelta) -> None:
        """Let all leave a host alone for so long, and not just wait for it."""
        self._holds[origin] = datetime.now(UTC) + rest
        with self._store.read() as connection:
            until = now(connection) + rest
        self._keep(origin, retry_at=until)

    def take_turn(self, origin: str, delay: float) -> float:
        """Take the turn to ask a host, unless another worker has just done so.

        All workers of all sources that use the store take turns, by the clock of its database.

        Args:
            origin: The host's origin; its turns are those of its name, whatever the port.
            delay: The seconds until the turn after this one.

        Returns:
            0 when it is taken, else the seconds after which to try again.
        """
        host = urlsplit(origin).hostname or ""
        with self._store.transaction() as transaction:
            connection = transaction.connection
            moment = now(connection).timestamp()
            given = {"host": host, "now": moment, "delay": delay, "longest": delay + _LONGEST_AHEAD}
            if connection.execute(_TAKE_TURN, given).rowcount:
                self._holds.pop(origin, None)
                return 0.0
            next_at = connection.execute(select(turns.c.next_at).where(turns.c.host == host))
            return max(float(next_at.scalar_one()) - moment, _SHORTEST_WAIT)

    def rest(self, origin: str, seconds: float) -> None:
        """Let nobody have a turn at a host for so long."""
        host = urlsplit(origin).hostname or ""
        with self._store.transaction() as transaction:
            connection = transaction.connection
            until = now(connection).timestamp() + seconds
            connection.execute(_REST, {"host": host, "until": until})

    def _keep(self, origin: str, **values: Any) -> None:
        with self._store.transaction() as transaction:
            connection = transaction.connection
            lock(connection, f"host {origin}")
            known = connection.execute(
                update(hosts).where(hosts.c.origin == origin).values(**values)
            )
            if not known.rowcount:
                connection.execute(insert(hosts).values(origin=origin, **values))
