"""Measurements in processes of their own."""

from __future__ import annotations

import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1]
"""Where such a process begins, and finds the modules of the benchmarks."""


class ChildError(Exception):
    """A process of a measurement failed."""


def command_of(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of the benchmarks."""
    return [sys.executable, "-m", module, *arguments]
