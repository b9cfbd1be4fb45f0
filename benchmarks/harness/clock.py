"""Clocks: how long a call takes, and what many times come to."""

from __future__ import annotations

import math
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")

QUANTILES = ("p50", "p95")
"""The quantiles that are reported."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a call took.

    Attributes:
        wall: Nanoseconds on the wall's clock.
        cpu: Nanoseconds of processor time of the thread that called; other programs on a shared
            machine disturb it least.
    """

    wall: int
    cpu: int


def timed(call: Callable[[], Result]) -> tuple[Timing, Result]:
    """Make a call and time it."""
    wall, cpu = time.perf_counter_ns(), time.thread_time_ns()
    result = call()
    cpu, wall = time.thread_time_ns() - cpu, time.perf_counter_ns() - wall
    return Timing(wall, cpu), result


def process_seconds() -> float:
    """Seconds of processor time of this process and of the children it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def quantile(values: Sequence[float], name: str) -> float:
    """The median (p50), or the smallest value that 95 or 99 of 100 do not exceed (p95, p99).

    Raises:
        ValueError: There are no values.
    """
    if name == "p50":
        return statistics.median(values)
    return sorted(values)[math.ceil(int(name[1:]) * len(values) / 100) - 1]
