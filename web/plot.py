"""Plots, for a template to draw: bars, and the parts of a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 120
"""The size of a plot, in its own units."""

_GAP = 0.2  # of a bar's place


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar.

    Attributes:
        x: Its left edge.
        y: Its top edge.
        width: How wide it is.
        height: How high it is.
        label: What it stands for.
        value: The number it shows.
    """

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


def bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    """Bars side by side over the whole width, the highest as high as the plot."""
    highest = max((value for _, value in values), default=0) or 1
    place = WIDTH / max(len(values), 1)
    drawn = []
    for number, (label, value) in enumerate(values):
        height = round(HEIGHT * value / highest, 1)
        x = round((number + _GAP / 2) * place, 1)
        width = round(place * (1 - _GAP), 1)
        drawn.append(Bar(x, round(HEIGHT - height, 1), width, height, label, value))
    return drawn


def parts(values: Iterable[tuple[str, int]]) -> list[Bar]:
    """The parts of a whole, one after another over the whole width and height."""
    shares = [(label, value) for label, value in values if value]
    whole = sum(value for _, value in shares)
    drawn = []
    x = 0.0
    for label, value in shares:
        width = WIDTH * value / whole
        drawn.append(Bar(round(x, 1), 0, round(width, 1), HEIGHT, label, value))
        x += width
    return drawn
