"""Renewal: what is made of the whole index, made again when that has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")

_SHARE = 20  # renewing takes at most this part of the time


def at_once(renew: Callable[[], None]) -> None:
    """Renew in the thread that has asked."""
    renew()


class Renewed(Generic[Made]):
    """A value that takes a while to make. May be shared by threads.

    Only for the first one everybody waits. When the index has changed, one renews it, and others
    get the old value until the new one is there. What took long to make stays a while after the
    index has changed: making it again and again beside a crawl would take all the time there is.

    Args:
        start: Has it renewed: at once, or by another thread.
    """

    def __init__(self, start: Callable[[Callable[[], None]], None] = at_once) -> None:
        self._start = start
        self._first = threading.Lock()
        self._turn = threading.Lock()  # of whoever renews
        self._known: tuple[Hashable, Made] | None = None
        self._until = 0.0

    def get(self, state: Hashable, make: Callable[[], Made]) -> Made:
        """The value.

        Args:
            state: What it depends on; it is made again when this is another one.
            make: Makes it.
        """
        known = self._known
        if known is None:
            with self._first:
                known = self._known or self._renew(state, make)
        if known[0] == state or time.monotonic() < self._until:
            return known[1]
        if not self._turn.acquire(blocking=False):
            return known[1]

        def renew() -> None:
            try:
                self._renew(state, make)
            finally:
                self._turn.release()

        self._start(renew)
        return self._known[1] if self._known else known[1]

    @property
    def made(self) -> Made | None:
        """The value as it is, if there is one."""
        return self._known[1] if self._known else None

    def put(self, state: Hashable, made: Made) -> None:
        """Have a value that was made before, if there is none yet."""
        with self._first:
            self._known = self._known or (state, made)

    def forget(self) -> None:
        """Let go of the value, which must not be given any more."""
        with self._first:
            self._known, self._until = None, 0.0

    def _renew(self, state: Hashable, make: Callable[[], Made]) -> tuple[Hashable, Made]:
        start = time.monotonic()
        known = self._known = state, make()
        end = time.monotonic()
        self._until = end + _SHARE * (end - start)
        return known
