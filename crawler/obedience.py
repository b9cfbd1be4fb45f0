"""Obedience: what a schedule makes of the orders that were left for it in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.catalogue import edit_source
from crawler.errors import SourceError
from indexer.store.orders import Kind, answer_order, open_orders

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.child import Children
    from crawler.schedule import Schedule
    from indexer.store import Store
    from indexer.store.orders import Order

Answer = tuple["Order", str]
"""An order, and why it is refused; empty when it is obeyed."""


class Obedience:
    """Obeys orders.

    Args:
        index_path: The folder of the collection.
        store: Where the orders are.
        children: The crawls of the schedule.
        schedule: The schedule.
    """

    def __init__(
        self, index_path: Path, store: Store, children: Children, schedule: Schedule
    ) -> None:
        self._index_path = index_path
        self._store = store
        self._children = children
        self._schedule = schedule
        self._wanted: dict[str, int] = {}

    def obey(self) -> list[Answer]:
        """Obey the orders that wait, one after another.

        Returns:
            Those that are settled now, to be answered. A crawl that waits for its turn is not yet.

        Raises:
            StoreError: The store cannot be read.
        """
        answers: dict[int, Answer] = {}
        starts: dict[str, Order] = {}
        for order in open_orders(self._store):
            try:
                if order.kind is Kind.EDIT:
                    edit_source(self._index_path, order.source, order.declaration, order.basis)
                    self._schedule.read_sources()
                elif order.kind is Kind.STOP:
                    if begun := starts.pop(order.source, None):
                        answers[begun.id] = begun, "it was stopped before it began"
                    elif self._is_on_its_way(order.source):
                        continue
                    self._stop(order.source, waited=begun is not None)
                else:
                    starts[order.source] = order
                    continue
            except SourceError as error:
                answers[order.id] = order, str(error)
            else:
                answers[order.id] = order, ""
        for order in starts.values():
            trouble = self._schedule.trouble(order.source)
            if trouble or self._has_begun(order.source):
                answers[order.id] = order, trouble
        return list(answers.values())

    def answer(self, answers: Iterable[Answer]) -> None:
        """Write the answers.

        Raises:
            StoreError: The store cannot be written.
        """
        for order, refusal in answers:
            answer_order(self._store, order, refusal)

    def _has_begun(self, name: str) -> bool:
        """Have a source crawled; whether its crawl has begun."""
        before = self._wanted.setdefault(name, self._children.begun(name))
        if name in self._children.running() or self._children.begun(name) > before:
            del self._wanted[name]
            return True
        if name not in self._children.waiting():
            self._children.want(name)
            self._schedule.crawl_now(name)
        return False

    def _is_on_its_way(self, name: str) -> bool:
        """Whether a crawl was asked for that neither waits nor has begun."""
        known = self._children.waiting() | self._children.running().keys()
        return name in self._wanted and name not in known

    def _stop(self, name: str, *, waited: bool) -> None:
        self._wanted.pop(name, None)
        if not self._children.stop(name) and not waited:
            raise SourceError(f"{name} is not being crawled by the schedule")
