"""Renewal: what is made of the whole index, made again when that has changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Made = TypeVar("Made")

_SHARE = 20  # renewing takes at most this part of the time


class Renewed(Generic[Made]):
    """A value that takes a while to make. May be shared by threads.

    What took long to make stays a while after the index has changed: making it again and again
    beside a crawl would take all the time there is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: Hashable = None
        self._made: Made | None = None
        self._until = 0.0

    def get(self, state: Hashable, make: Callable[[], Made]) -> Made:
        """The value.

        Args:
            state: What it depends on; it is made again when this is another one.
            make: Makes it.
        """
        with self._lock:
            made = self._made
            if made is None or (state != self._state and time.monotonic() >= self._until):
                start = time.monotonic()
                made = self._made = make()
                end = time.monotonic()
                self._state, self._until = state, end + _SHARE * (end - start)
            return made
