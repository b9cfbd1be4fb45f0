"""The heap of a process whose threads answer requests."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def share_heap() -> None:
    """Have all threads allocate from one heap; those that are to come, for those there are stay.

    By itself glibc gives each thread a heap of its own. What one thread frees no other can use, so
    that each generation of the index would take memory anew until every thread had loaded one.
    Other C libraries have one heap anyway.
    """
    if mallopt := _glibc("mallopt"):
        mallopt(_ARENA_MAX, 1)


def trim_heap() -> None:
    """Give what is free back to the system, in the middle of the heap, too.

    By itself glibc gives back only the end. While one generation of the index follows another there
    are two, and what comes after them would keep the room of both.
    """
    if malloc_trim := _glibc("malloc_trim"):
        malloc_trim(0)


def _glibc(name: str) -> Callable[..., Any] | None:
    """A function that only glibc has."""
    return getattr(ctypes.CDLL(None), name, None)
