"""Workers: the processes that crawl one source together, and who of them is alive."""

from __future__ import annotations

import os
import platform

_NAME = 48  # characters of a machine's name that are kept


def this_worker() -> str:
    """The name of this process among all that may share a store: its machine and its number."""
    return f"{platform.node()[:_NAME]}:{os.getpid()}"


def is_dead(worker: str) -> bool:
    """Whether a worker was a process of this machine and is none any more.

    Of other machines nothing is known: their leases run out.
    """
    machine, _, number = worker.rpartition(":")
    if machine != platform.node()[:_NAME] or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
