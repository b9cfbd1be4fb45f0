"""What the commands of all benchmarks share: options, and the verdict on their goals."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from harness.goals import Figures, judge, load_goals, summary

_GOALS = Path(__file__).parents[1] / "goals.toml"


def add_record(parser: argparse.ArgumentParser) -> None:
    """Add the option ``--json``."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was measured")


def add_outputs(parser: argparse.ArgumentParser) -> None:
    """Add the options ``--json`` and ``--check``."""
    add_record(parser)
    parser.add_argument(
        "--check", action="store_true", help="exit 1 when a goal of goals.toml is missed"
    )


def add_engines(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    """Add the option ``--engines``, a tuple of some of these names."""

    def some(text: str) -> tuple[str, ...]:
        chosen = tuple(text.split(","))
        if unknown := set(chosen) - set(names):
            raise argparse.ArgumentTypeError(f"no such engine: {', '.join(sorted(unknown))}")
        return chosen

    parser.add_argument(
        "--engines",
        type=some,
        default=tuple(names),
        metavar="NAMES",
        help=f"only these of {','.join(names)}",
    )


def check_goals(benchmark: str, figures: Figures, scale: int = 1) -> NoReturn:
    """Print whether a benchmark's goals are met, and end the program: with 1 when one is missed.

    Args:
        benchmark: The name of the benchmark in goals.toml.
        figures: What was measured.
        scale: Which of its runs; see `harness.goals.Goal.scale`.
    """
    verdicts = judge(load_goals(_GOALS, benchmark, scale), figures)
    print(summary(verdicts))
    sys.exit(not all(verdict.met for verdict in verdicts))
