"""How often one address may ask."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from flask import Flask, request

from web.errors import TooManyRequestsError

BURST = 10
"""For how many seconds' worth of requests an address may ask at once."""

_ADDRESSES = 10_000  # remembered at most; those that asked longest ago are forgotten first
_FREE = ("static", "health.live", "health.ready")


class Limiter:
    """Lets every address ask so many times a second on average (the generic cell rate algorithm).

    May be shared by threads.

    Args:
        rate: Requests a second.
        clock: Gives the time in seconds.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._interval = 1 / rate
        self._clock = clock
        self._due: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Count a request, and tell how many seconds too early it comes; 0 when it may."""
        with self._lock:
            now = self._clock()
            due = max(self._due.get(address, now), now)
            early = due - now - BURST + self._interval
            # Not exactly 0, for times are sums of fractions.
            if early > self._interval / 1000:
                return early
            self._due[address] = due + self._interval
            self._due.move_to_end(address)
            if len(self._due) > _ADDRESSES:
                self._due.popitem(last=False)
            return 0.0


def install(app: Flask, rate: int) -> None:
    """Have the application refuse an address that asks more than so many times a second.

    Args:
        app: The application.
        rate: Requests a second; 0 for any number.
    """
    if not rate:
        return
    limiter = Limiter(rate)

    @app.before_request
    def check() -> None:
        if request.endpoint not in _FREE:
            admit(limiter)


def admit(limiter: Limiter) -> None:
    """Count the request at hand.

    Raises:
        TooManyRequestsError: It comes too early.
    """
    seconds = limiter.wait(request.remote_addr or "")
    if seconds:
        raise TooManyRequestsError(retry_after=math.ceil(seconds))
