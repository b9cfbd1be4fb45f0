"""The runs of a source: when it was crawled, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from crawler.holding import HOLDS
from crawler.lease import waiting_in
from crawler.visit import ARTICLES, FETCHED, Outcome
from indexer.store.tables import articles, pages, runs

if TYPE_CHECKING:
    from indexer.store import Store

_REASONS_TOLD = 5
_ALWAYS_TOLD = (Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.FAILED)
_SOMETIMES_TOLD = (Outcome.MISSING, Outcome.GONE, Outcome.EXCLUDED)


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl of a source, however many times it was killed and gone on with.

    Attributes:
        number: Its number, higher than that of any run before.
        started_at: When it began.
        finished_at: When its last page was visited; None when it is not finished.
        trouble: What went wrong with it, so that no article was taken out; empty for nothing.
    """

    number: int
    started_at: datetime
    finished_at: datetime | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the pages a run has visited.

    Attributes:
        outcomes: How many pages had which outcome.
        reasons: How many pages had which outcome for which reason, where there is one to tell.
    """

    outcomes: Counter[Outcome]
    reasons: Mapping[Outcome, Counter[str]]

    @property
    def fetched(self) -> int:
        """How many pages could be read."""
        return sum(self.outcomes[outcome] for outcome in FETCHED)

    def explain(self, outcome: Outcome) -> str:
        """The commonest reasons for an outcome, such as ``2 × HTTP 404 Not Found, 1 × no HTML``."""
        reasons = self.reasons[outcome].most_common()
        told = [f"{count} × {reason}" for reason, count in reasons[:_REASONS_TOLD]]
        return ", ".join([*told, "…"] if len(reasons) > _REASONS_TOLD else told)

    def __str__(self) -> str:
        told = [*_ALWAYS_TOLD, *filter(self.outcomes.__getitem__, _SOMETIMES_TOLD)]
        return ", ".join(map(self._describe, told))

    def _describe(self, outcome: Outcome) -> str:
        count = f"{self.outcomes[outcome]} {outcome}"
        return f"{count} ({self.explain(outcome)})" if self.reasons[outcome] else count


def last_run(store: Store, source: str) -> Run | None:
    """The latest run of a source, if there was one.

    Raises:
        StoreError: The store cannot be read.
    """
    latest = (
        select(runs.c.id, runs.c.started_at, runs.c.finished_at, runs.c.trouble)
        .where(runs.c.source == source)
        .order_by(runs.c.id.desc())
        .limit(1)
    )
    with store.read() as connection:
        row = connection.execute(latest).one_or_none()
    return Run(row.id, row.started_at, row.finished_at, row.trouble or "") if row else None


def tally(store: Store, source: str, run: Run) -> Tally:
    """Count what came of the pages that a source's latest run has visited.

    Raises:
        StoreError: The store cannot be read.
    """
    counted = (
        select(pages.c.outcome, pages.c.reason, func.count().label("count"))
        .where(pages.c.source == source, pages.c.run == run.number)
        .group_by(pages.c.outcome, pages.c.reason)
    )
    outcomes: Counter[Outcome] = Counter()
    reasons: dict[Outcome, Counter[str]] = {outcome: Counter() for outcome in Outcome}
    with store.read() as connection:
        for outcome, reason, count in connection.execute(counted):
            outcomes[Outcome(outcome)] += count
            if reason:
                reasons[Outcome(outcome)][reason] += count
    return Tally(outcomes, reasons)


def count_pages(store: Store, source: str, run: Run) -> tuple[int, int, int]:
    """How many pages a run has visited, has still to visit, and found articles on.

    Raises:
        StoreError: The store cannot be read.
    """
    of_source, visited = pages.c.source == source, pages.c.run == run.number
    with store.read() as connection:
        waiting = waiting_in(connection, source, run.number)
        counted = select(
            func.count().filter(visited),
            func.count().filter(waiting),
            func.count().filter(visited, pages.c.outcome.in_(ARTICLES)),
        ).where(of_source)
        done, to_do, articles = connection.execute(counted).one()
    return done, to_do, articles


def count_articles(store: Store, source: str) -> int:
    """How many articles the collection has from a source.

    Raises:
        StoreError: The store cannot be read.
    """
    live = (
        select(func.count())
        .select_from(pages.join(articles, HOLDS))
        .where(pages.c.source == source)
    )
    with store.read() as connection:
        return int(connection.execute(live).scalar_one())
