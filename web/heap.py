"""The heap of a process whose threads answer requests."""

from __future__ import annotations

import ctypes

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_heap() -> None:
    """Have all threads allocate from one heap; those that are to come, for those there are stay.

    By itself glibc gives each thread a heap of its own. What one thread frees no other can use, so
    that each generation of the index would take memory anew until every thread had loaded one.
    Other C libraries have one heap anyway.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(_ARENA_MAX, 1)
