"""Orders: what somebody wants of the crawls, for the schedule to obey.

Whoever wants a crawl begun or ended, or a source declared otherwise, leaves a row; the schedule,
which may run elsewhere, obeys in the order in which they came and answers in the same row.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update

from indexer.store.connection import lock
from indexer.store.store import Store
from indexer.store.tables import orders


class Kind(StrEnum):
    """What an order wants."""

    START = "start"
    """That the source is crawled now, all its pages."""

    STOP = "stop"
    """That its crawl ends."""

    EDIT = "edit"
    """That it is declared otherwise; a source that is not there yet is added."""


class State(StrEnum):
    """What came of an order."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Order:
    """What is wanted of a source.

    Attributes:
        id: Its number, higher than that of any order before that is still there.
        source: The name of the source.
        kind: What is wanted.
        declaration: The source's new declaration; empty unless it is to be edited.
        basis: The `digest` of the declaration that was edited; empty when whatever is there is to
            be replaced.
        given_at: When it was given, in UTC.
        answered_at: When it was obeyed or refused, in UTC; None while it waits.
        refusal: Why it was refused, one line; empty otherwise.
    """

    id: int
    source: str
    kind: Kind
    declaration: str
    basis: str
    given_at: datetime
    answered_at: datetime | None = None
    refusal: str = ""

    @property
    def state(self) -> State:
        """What came of it."""
        if self.answered_at is None:
            return State.WAITING
        return State.REFUSED if self.refusal else State.DONE


def digest(declaration: str) -> str:
    """What tells a declaration from every other one."""
    return hashlib.sha256(declaration.encode(errors="surrogatepass")).hexdigest()


def give_order(
    store: Store, source: str, kind: Kind, declaration: str = "", basis: str = ""
) -> Order:
    """Leave an order; it takes the place of those like it for the same source.

    Raises:
        StoreError: The store cannot be written.
    """
    given: dict[str, Any] = {
        "source": source,
        "kind": kind,
        "declaration": declaration,
        "basis": basis,
        "given_at": datetime.now(UTC),
    }
    alike = orders.delete().where(orders.c.source == source, orders.c.kind == kind)
    with store.transaction() as transaction:
        lock(transaction.connection, f"orders {source}")
        added = transaction.connection.scalar(orders.insert().values(given).returning(orders.c.id))
        transaction.connection.execute(alike.where(orders.c.id != added))
    return Order(id=added, **given)


def open_orders(store: Store) -> list[Order]:
    """The orders that wait for an answer, the oldest first.

    Raises:
        StoreError: The store cannot be read.
    """
    waiting = select(orders).where(orders.c.answered_at.is_(None)).order_by(orders.c.id)
    with store.read() as connection:
        return [_order(row) for row in connection.execute(waiting)]


def find_order(store: Store, number: int) -> Order | None:
    """The order with this number, unless another has taken its place.

    Raises:
        StoreError: The store cannot be read.
    """
    with store.read() as connection:
        row = connection.execute(select(orders).where(orders.c.id == number)).one_or_none()
    return _order(row) if row else None


def last_edit(store: Store, source: str) -> Order | None:
    """The last order to edit a source, if there was one.

    Raises:
        StoreError: The store cannot be read.
    """
    edits = select(orders).where(orders.c.source == source, orders.c.kind == Kind.EDIT)
    with store.read() as connection:
        row = connection.execute(edits).one_or_none()
    return _order(row) if row else None


def answer_order(store: Store, order: Order, refusal: str = "") -> None:
    """Say that an order was obeyed, or why it was not.

    Raises:
        StoreError: The store cannot be written.
    """
    answered = update(orders).where(orders.c.id == order.id)
    with store.transaction() as transaction:
        transaction.connection.execute(
            answered.values(answered_at=datetime.now(UTC), refusal=refusal)
        )


def _order(row: Row[Any]) -> Order:
    return Order(
        row.id,
        row.source,
        Kind(row.kind),
        row.declaration,
        row.basis,
        row.given_at,
        row.answered_at,
        row.refusal,
    )
