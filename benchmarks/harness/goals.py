"""Goals: what a benchmark's figures must come to, read from a file and checked.

A goal names a figure, and what it may be at most or must be at least: a number, or a multiple of
another figure. ``{part}`` in a name stands for each of the values listed under ``each``, so that
one goal speaks of many figures::

    [[goal]]
    benchmark = "speed"
    scale = 1
    name = "six query classes, ids only"
    figure = "ids/{class}/xiaosou/{quantile}"
    at_most = 1.0
    times = "ids/{class}/tantivy/{quantile}"
    equal_below = 20
    each = { class = ["rare term", "phrase"], quantile = ["p50", "p95"] }
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Figures = Mapping[str, float]
"""What was measured, by name."""


class GoalsError(Exception):
    """The file of goals says something that is no goal."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal about one or many figures.

    Attributes:
        benchmark: The benchmark that measures it.
        name: What it is about, for people.
        figure: The name of the figure, or of many with ``{part}``.
        scale: In which run it is measured: of the corpus itself, 1, or of so many times as much.
        at_most: The greatest value, or multiple, that is good enough.
        at_least: The smallest one; a goal has one of the two.
        times: The figure that the bound is a multiple of; empty for a plain number.
        equal_below: A figure that misses its bound by less than this, in its unit, meets it.
        each: The values of the parts of names.
    """

    benchmark: str
    name: str
    figure: str
    scale: int = 1
    at_most: float | None = None
    at_least: float | None = None
    times: str = ""
    equal_below: float = 0.0
    each: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.at_most is None) == (self.at_least is None):
            raise GoalsError(f"the goal {self.name!r} needs one of at_most and at_least")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a goal for one figure.

    Attributes:
        goal: The goal.
        figure: The name of the figure.
        value: Its value; None when it was not measured.
        bound: What it was held against; None when that was not measured.
        met: Whether the goal is met; what was not measured is missed.
    """

    goal: Goal
    figure: str
    value: float | None
    bound: float | None
    met: bool

    def __str__(self) -> str:
        if self.value is None or self.bound is None:
            return f"{self.figure}: not measured"
        return (
            f"{self.figure}: {self.value:,.4g}, goal "
            f"{'at most' if self.goal.at_most is not None else 'at least'} {self.bound:,.4g}"
        )


def load_goals(path: Path, benchmark: str, scale: int = 1) -> list[Goal]:
    """The goals of a benchmark's run.

    Args:
        path: The file, TOML.
        benchmark: The name of the benchmark.
        scale: Which of its runs; see `Goal.scale`.

    Raises:
        GoalsError: The file holds something else.
    """
    with path.open("rb") as file:
        try:
            tables: list[dict[str, Any]] = tomllib.load(file)["goal"]
            goals = [Goal(**table) for table in tables]
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise GoalsError(f"{path} holds something that is no goal: {error}") from None
    return [goal for goal in goals if goal.benchmark == benchmark and goal.scale == scale]


def judge(goals: Sequence[Goal], figures: Figures) -> list[Verdict]:
    """Hold figures against goals."""
    return [verdict for goal in goals for verdict in _verdicts(goal, figures)]


def summary(verdicts: Sequence[Verdict]) -> str:
    """One line that says whether all goals are met, or which are missed."""
    missed = [str(verdict) for verdict in verdicts if not verdict.met]
    if not missed:
        return f"all {len(verdicts)} goals met"
    return f"{len(missed)} of {len(verdicts)} goals missed: " + "; ".join(missed)


def _verdicts(goal: Goal, figures: Figures) -> Iterator[Verdict]:
    for values in itertools.product(*goal.each.values()):
        parts = dict(zip(goal.each, values, strict=True))
        name = goal.figure.format(**parts)
        value = figures.get(name)
        base = figures.get(goal.times.format(**parts)) if goal.times else 1.0
        limit = goal.at_most if goal.at_most is not None else goal.at_least
        bound = None if base is None or limit is None else limit * base
        yield Verdict(goal, name, value, bound, _met(goal, value, bound))


def _met(goal: Goal, value: float | None, bound: float | None) -> bool:
    if value is None or bound is None:
        return False
    if goal.at_most is not None:
        return value <= bound + goal.equal_below
    return value >= bound - goal.equal_below
