"""Transactions that overlap in PostgreSQL: whoever follows the changes skips none."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from indexer.article import Article
from indexer.errors import StoreError
from indexer.store import Store, Transaction

WRITERS = 3
URLS = [f"http://x/{number}" for number in range(4)]


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    with Store.open(postgresql_url) as opened:
        yield opened


class UndoError(Exception):
    """Ends a transaction without what it did."""


class Writer:
    """A transaction in a thread of its own that takes its steps when it is told to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._steps: queue.Queue[tuple[str, list[str]]] = queue.Queue()
        self._begun = threading.Event()
        self.process = 0
        self._fault: StoreError | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self._begun.wait()

    def _run(self) -> None:
        try:
            self._take_all()
        except StoreError as error:
            self._fault = error

    def _take_all(self) -> None:
        with suppress(UndoError), self._store.transaction() as transaction:
            process = transaction.connection.execute(text("SELECT pg_backend_pid()"))
            self.process = process.scalar_one()
            self._begun.set()
            while self._take(transaction):
                self._steps.task_done()
        self._steps.task_done()

    def _take(self, transaction: Transaction) -> bool:
        step, urls = self._steps.get()
        if step == "put":
            name = f"by {self.process} {time.monotonic_ns()}"
            transaction.put([Article(url=url, title=name, body="") for url in urls])
        elif step == "delete":
            transaction.delete(urls)
        elif step == "undo":
            raise UndoError
        return step != "commit"

    @property
    def is_busy(self) -> bool:
        """Whether it has something to do."""
        return self._thread.is_alive() and self._steps.unfinished_tasks > 0

    def tell(self, step: str, urls: list[str]) -> None:
        """Tell it to take a step once it has taken those before."""
        self._steps.put((step, urls))

    def rest(self) -> None:
        """Wait until it has nothing to do, or waits for another."""
        while self.is_busy and not self._is_waiting():
            time.sleep(0.001)

    def _is_waiting(self) -> bool:
        state = text("SELECT wait_event_type FROM pg_stat_activity WHERE pid = :process")
        with self._store.read() as connection:
            return connection.execute(state, {"process": self.process}).scalar() == "Lock"

    def end(self) -> None:
        """Wait for its end, and tell what went wrong."""
        self._thread.join()
        if self._fault:
            raise self._fault


class Follower:
    """Follows the changes of a store by a cursor of its own."""

    def __init__(self, store: Store, limit: int) -> None:
        self._store = store
        self._limit = limit
        self.cursor = store.last_seq()
        self.known = {article.url: article for article in store.articles()}

    def follow(self) -> None:
        """Take in what has changed, a little at a time."""
        while changes := self._store.changes(self.cursor, self._limit):
            seqs = [change.seq for change in changes]
            assert seqs == sorted(set(seqs))
            assert seqs[0] > self.cursor
            self.cursor = seqs[-1]
            for change in changes:
                self.known.pop(change.url, None)
                if change.article:
                    self.known[change.url] = change.article


@contextmanager
def writers(store: Store) -> Iterator[list[Writer]]:
    begun = [Writer(store) for _ in range(WRITERS)]
    try:
        yield begun
    finally:
        for writer in begun:
            writer.tell("undo", [])  # those that have not ended
        for writer in begun:
            writer.end()


def state(store: Store) -> dict[str, Article]:
    return {article.url: article for article in store.articles()}


STEPS = st.lists(
    st.tuples(
        st.integers(0, WRITERS - 1),
        st.sampled_from(["put", "put", "put", "delete"]),
        st.lists(st.sampled_from(URLS), min_size=1, max_size=3),
    ),
    max_size=8,
)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=STEPS,
    ends=st.permutations(range(WRITERS)),
    undone=st.sets(st.integers(0, WRITERS - 1), max_size=1),
)
def test_no_change_is_skipped_however_transactions_overlap(
    store: Store, steps: list[tuple[int, str, list[str]]], ends: list[int], undone: set[int]
) -> None:
    followers = [Follower(store, 1), Follower(store, 100)]
    with writers(store) as begun:
        told = [(number, step, urls) for number, step, urls in steps]
        told += [(number, "undo" if number in undone else "commit", []) for number in ends]
        for number, step, urls in told:
            begun[number].tell(step, urls)
            begun[number].rest()
            for follower in followers:
                follower.follow()
    for follower in followers:
        follower.follow()
        assert follower.cursor == store.last_seq()
        assert follower.known == state(store)


def test_who_writes_later_commits_later(store: Store) -> None:
    follower = Follower(store, 100)
    with writers(store) as (first, second, third):
        first.tell("put", [URLS[0]])
        first.rest()
        second.tell("put", [URLS[1]])
        second.tell("commit", [])
        second.rest()
        follower.follow()
        assert follower.known == {}
        assert second.is_busy
        third.tell("commit", [])
        first.tell("commit", [])
        second.end()
        follower.follow()
        assert follower.known.keys() == {URLS[0], URLS[1]}
    assert [change.url for change in store.changes(0)] == URLS[:2]


def test_a_change_of_an_article_waits_for_the_one_before(store: Store) -> None:
    with writers(store) as (first, second, third):
        for writer in (first, second):
            writer.tell("put", [URLS[0]])
            writer.rest()
            writer.tell("commit", [])
        third.tell("commit", [])
    assert [version.number for version in store.versions(URLS[0])] == [1, 2]
    assert store.verify() == []
