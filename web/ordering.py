"""Giving the schedule an order, and waiting a moment for its answer."""

from __future__ import annotations

import time

from indexer.store import Store
from indexer.store.orders import Kind, Order, State, find_order, give_order
from indexer.store.schedules import is_scheduled

MAX_DECLARATION = 100_000
"""How many characters a declaration may have."""

MAX_NAME = 100
"""How many characters the name of a source may have."""

_PATIENCE = 3.0  # seconds; a schedule looks each second
_LOOK_EVERY = 0.1  # seconds


def place(store: Store, source: str, kind: Kind, declaration: str = "", basis: str = "") -> Order:
    """Give an order, and wait a moment for the answer when a schedule is running.

    Returns:
        The order, answered or waiting still.

    Raises:
        StoreError: The store cannot be used.
    """
    order = give_order(store, source, kind, declaration, basis)
    end = time.monotonic() + (_PATIENCE if is_scheduled(store) else 0)
    while order.state is State.WAITING and time.monotonic() < end:
        time.sleep(_LOOK_EVERY)
        order = find_order(store, order.id) or order
    return order
