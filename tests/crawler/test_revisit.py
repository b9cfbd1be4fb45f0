"""When pages are visited again: the formula, and whether it is worth it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.revisit import Revisits

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOUNDS = Revisits(HOUR, 30 * DAY)


def test_the_first_interval_is_the_shortest() -> None:
    assert BOUNDS.next_interval(None, changed=True) == HOUR


def test_a_page_that_changed_is_visited_sooner_and_one_that_did_not_later() -> None:
    assert BOUNDS.next_interval(10 * HOUR, changed=True) == 8 * HOUR
    assert BOUNDS.next_interval(10 * HOUR, changed=False) == 14 * HOUR


@given(st.timedeltas(timedelta(), 400 * DAY), st.booleans())
def test_an_interval_stays_within_the_bounds(interval: timedelta, changed: bool) -> None:
    assert HOUR <= BOUNDS.next_interval(interval, changed=changed) <= 30 * DAY


@dataclass(slots=True)
class Page:
    """A page that changes at given hours, and how it is visited."""

    changes: list[int]
    interval: timedelta | None = None
    due: float = 0.0
    seen: int = 0
    visits: int = 0
    stale: list[float] = field(default_factory=list)

    def visit(self, hour: int) -> bool:
        """Look at it; whether it had changed since the last time."""
        happened = [change for change in self.changes[self.seen :] if change <= hour]
        self.stale += [hour - change for change in happened]
        self.seen += len(happened)
        self.visits += 1
        return bool(happened)


def a_month_of_pages(seed: int) -> list[Page]:
    """Lists that change twice a day, twice a week or once a month, and articles that never do."""
    dice = random.Random(seed)
    hours = 30 * 24

    def changing(every: float) -> Page:
        moments, now = [], 0.0
        while (now := now + dice.expovariate(1 / every)) < hours:
            moments.append(int(now))
        return Page(moments)

    kinds = [12.0] * 10 + [84.0] * 20 + [720.0] * 10
    return [*map(changing, kinds), *(Page([]) for _ in range(160))]


def unseen(pages: list[Page]) -> float:
    """The mean hours that a change was not seen, those at the month's end included."""
    late = [hour for page in pages for hour in page.stale]
    late += [720 - change for page in pages for change in page.changes[page.seen :]]
    return sum(late) / len(late)


@pytest.mark.parametrize("seed", range(5))
def test_in_a_month_adapting_sees_changes_sooner_than_a_fixed_interval_at_equal_cost(
    seed: int,
) -> None:
    bounds = Revisits(6 * HOUR, 30 * DAY)
    adaptive = a_month_of_pages(seed)
    for hour in range(720):
        for page in adaptive:
            if page.due <= hour:
                changed = page.visit(hour) and page.interval is not None
                page.interval = bounds.next_interval(page.interval, changed=changed)
                page.due = hour + page.interval / HOUR
    cost = sum(page.visits for page in adaptive)

    fixed = a_month_of_pages(seed)
    every = 720 * len(fixed) / cost
    for number in range(cost // len(fixed) + 1):
        for page in fixed:
            page.visit(int(number * every))
    assert cost <= sum(page.visits for page in fixed) <= 1.1 * cost
    assert unseen(adaptive) < 0.7 * unseen(fixed)
