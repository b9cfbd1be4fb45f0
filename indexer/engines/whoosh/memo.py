"""Memos: results of methods, remembered as long as their object is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast
from weakref import WeakMethod

Given = ParamSpec("Given")
Result = TypeVar("Result")


def remembered(method: Callable[Given, Result], most: int | None) -> Callable[Given, Result]:
    """A bound method that remembers its results. Threads may share it.

    An object may keep it. With `functools.lru_cache` alone the two would refer to each other: a
    cycle, which Python looks for so seldom in a large process that replaced snapshots would pile
    up, with the files that they map.

    Args:
        method: The method; whoever calls it holds its object.
        most: How many results, those that were asked for last; None for all.
    """
    found = WeakMethod(method)

    def call(*given: Given.args, **named: Given.kwargs) -> Result:
        known = found()
        if known is None:
            raise ReferenceError("whoever calls a remembered method holds its object")
        return known(*given, **named)

    return cast("Callable[Given, Result]", lru_cache(most)(call))
