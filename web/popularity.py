"""What people ask again and again: the queries that may be shown to others.

Of what one person asked nothing is shown: a query counts when it was asked on several days and
found something.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from indexer.analysis import fold
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import is_han, runs, stem
from indexer.errors import StoreError
from indexer.store import Store
from indexer.store.tables import queries

_log = logging.getLogger(__name__)

LEAST_DAYS = 3
"""On so many days (UTC) a query must have been asked."""

_DAYS = 30  # that are looked at
_QUERIES = 1000  # kept in memory, the commonest
_CHARACTERS = 40  # of a query at most: what is longer is hardly a common one
_FRESH = 3600  # seconds until the log is read again
_AGAIN = 60  # when it could not be read


class Popularity:
    """The queries that may be shown to others. May be shared by threads.

    The log is read when they are first needed, and again every hour. Nobody waits for that: until
    it is read there are none, or those of before.

    Args:
        store: Where searches are kept.
        days: For how many days they are kept; when 0, there are no such queries.
    """

    def __init__(self, store: Store, days: int) -> None:
        self._store = store
        self._days = min(days, _DAYS)
        self._table = _Table(())
        self._due = 0.0
        self._reading = threading.Lock()

    def top(self, limit: int) -> list[str]:
        """The commonest queries."""
        return self._queries().texts[:limit]

    def beginning(self, text: str, limit: int) -> list[str]:
        """The commonest queries that begin so."""
        begun = fold(text).strip()
        table = self._queries()
        pairs = zip(table.texts, table.folded, strict=True) if begun else ()
        return [query for query, folded in pairs if folded.startswith(begun)][:limit]

    def related(self, text: str, limit: int) -> list[str]:
        """The queries that have most in common with another one, and are not the same."""
        return self._queries().related(text, limit)

    def read(self) -> None:
        """Read the log now; what cannot be read stays as it was, and is told in our own log."""
        wait = _FRESH
        try:
            self._table = _Table(self._common())
        except StoreError as error:
            _log.warning("popular queries cannot be read: %s", error)
            wait = _AGAIN
        self._due = time.monotonic() + wait

    def _queries(self) -> _Table:
        is_due = self._days >= LEAST_DAYS and time.monotonic() >= self._due
        if is_due and self._reading.acquire(blocking=False):
            threading.Thread(target=self._read_aside, name="popular queries", daemon=True).start()
        return self._table

    def _read_aside(self) -> None:
        try:
            self.read()
        finally:
            self._reading.release()

    def _common(self) -> list[str]:
        recent = queries.c.asked_at >= datetime.now(UTC) - timedelta(days=self._days)
        days = func.count(func.distinct(func.date(queries.c.asked_at)))
        last = select(func.max(queries.c.id)).where(recent).group_by(queries.c.text)
        found = select(queries.c.text).where(queries.c.id.in_(last), queries.c.hits > 0)
        common = (
            select(queries.c.text)
            .where(recent, func.length(queries.c.text) <= _CHARACTERS, queries.c.text.in_(found))
            .group_by(queries.c.text)
            .having(days >= LEAST_DAYS)
            # Days before times: nobody makes a query common in an afternoon.
            .order_by(days.desc(), func.count().desc(), queries.c.text)
            .limit(_QUERIES)
        )
        with self._store.read() as connection:
            return list(connection.execute(common).scalars())


class _Table:
    """Queries, the commonest first, by what they ask for.

    Args:
        texts: The queries; of those that are the same but for case or script the first is kept.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        distinct: dict[str, str] = {}
        for text in texts:
            distinct.setdefault(fold(text), text)
        self.texts = [*distinct.values()]
        self.folded = [*distinct]
        self._tokens = [_tokens(folded) for folded in self.folded]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, tokens in enumerate(self._tokens):
            for token in tokens:
                self._holders[token].append(number)

    def related(self, text: str, limit: int) -> list[str]:
        if not self.texts:
            return []
        folded = fold(text).strip()
        asked = _tokens(folded)
        numbers = {number for token in asked for number in self._holders.get(token, ())}

        def distance(number: int) -> tuple[float, int]:
            tokens = self._tokens[number]
            return -len(asked & tokens) / len(asked | tokens), number

        others = [number for number in numbers if self.folded[number] != folded]
        return [self.texts[number] for number in sorted(others, key=distance)[:limit]]


def _tokens(folded: str) -> frozenset[str]:
    """The pairs of Chinese characters, and the stems of other words."""
    tokens: set[str] = set()
    for run in filter(None, runs(folded)):
        if is_han(run):
            tokens.update(run[at : at + 2] for at in range(max(len(run) - 1, 1)))
        else:
            tokens.add(stem(run))
    return frozenset(tokens - STOPWORDS)
