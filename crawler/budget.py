"""Budgets that keep a crawl out of traps.

A calendar has a page for every month there will ever be, and other pages have parameters without
end. What such pages have in common is a pattern of their URL, and that they bring no articles.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection, func, select

from crawler.visit import ARTICLES, Outcome
from indexer.store.tables import pages

BUDGET = 30
"""How many pages of a pattern a run visits in vain before it leaves the others alone."""


class Budgets:
    """What the pages of each pattern have brought, and what they cost in a run.

    A page that holds an article pays for its pattern, and for that of the page that first led to
    it. What the run visits of a pattern beyond that is in vain; pages that failed are not counted.

    Args:
        connection: The store, in which earlier visits are counted; of the later ones those of other
            workers are not.
        source: The name of the source.
        run: The number of the run.
    """

    def __init__(self, connection: Connection, source: str, run: int) -> None:
        self._paid: Counter[str] = Counter()
        self._in_vain: Counter[str] = Counter()
        holds = pages.c.outcome.in_(ARTICLES)
        counted = (
            select(pages.c.pattern, pages.c.found_by, holds, func.count())
            .where(pages.c.source == source, pages.c.outcome != Outcome.FAILED)
            .where(holds | (pages.c.run == run))
            .group_by(pages.c.pattern, pages.c.found_by, holds)
        )
        for pattern, found_by, held, count in connection.execute(counted):
            self._count(pattern, found_by, count, held=held)

    def count(self, pattern: str, found_by: str, before: str | None, after: Outcome) -> None:
        """Count a visit.

        Args:
            pattern: The pattern of the page.
            found_by: The pattern of the page that first led to it.
            before: What came of the visit before, if there was one.
            after: What came of this one.
        """
        holds = after in ARTICLES
        if after is not Outcome.FAILED and not (holds and before in ARTICLES):
            self._count(pattern, found_by, 1, held=holds)

    def exhausted(self) -> list[str]:
        """The patterns that have used up their budget."""
        return [
            pattern
            for pattern, count in self._in_vain.items()
            if pattern and count > BUDGET + self._paid[pattern]
        ]

    def _count(self, pattern: str, found_by: str, count: int, *, held: bool) -> None:
        if held:
            self._paid[pattern] += count
            self._paid[found_by] += count
        else:
            self._in_vain[pattern] += count
