"""Several workers on one source: each page is visited once, and nothing is lost with a worker."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import ClauseElement, Update, func, select, update
from sqlalchemy.dialects import postgresql

from crawler.budget import Budgets
from crawler.failure import HeldError
from crawler.frontier import Frontier
from crawler.hosts import Hosts
from crawler.lease import MOST_ATTEMPTS, Leases
from crawler.runs import last_run, tally
from crawler.source import Source
from crawler.visit import Outcome, Visit
from crawler.worker import is_dead, this_worker
from indexer import Article
from indexer.store import Store
from indexer.store.statement import Statement
from indexer.store.tables import pages, runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = "http://a.example/"
SOURCE = Source("a", (ROOT,))
LINKS = [f"{ROOT}{name}/x.html" for name in range(60)]


@pytest.fixture
def store(location: Path | str) -> Iterator[Store]:
    with Store.open(location) as opened:
        yield opened


def visit(frontier: Frontier) -> str:
    page = frontier.take()
    if page is None:
        return ""
    links = tuple(LINKS) if page.url == ROOT else ()
    # A failed page does not use up the budget of its pattern.
    outcome = Outcome.LISTING if links else Outcome.FAILED
    frontier.record(Visit(page, outcome, status=200 if links else 404, links=links))
    return page.url


def worker_of(process: subprocess.Popen[bytes]) -> str:
    """The name of the worker that a process of this machine is."""
    return f"{this_worker().rpartition(':')[0]}:{process.pid}"


def let_leases_run_out(store: Store) -> None:
    past = datetime.now(UTC) - timedelta(days=1)
    with store.transaction() as transaction:
        leased = pages.c.worker.is_not(None)
        transaction.connection.execute(update(pages).where(leased).values(leased_until=past))


def test_workers_share_a_run_without_visiting_a_page_twice(store: Store) -> None:
    first = Frontier.open(store, SOURCE, worker="one:1")
    visit(first)
    workers = [first, Frontier.open(store, SOURCE, worker="two:1")]
    workers.append(Frontier.open(store, SOURCE, worker="three:1"))
    visited: Counter[str] = Counter()
    dice = random.Random(1)
    while len(visited) < len(LINKS):
        visited[visit(dice.choice(workers))] += 1
        del visited[""]
    assert sorted(visited.elements()) == sorted(LINKS)
    for worker in workers:
        worker.finish()
    run = last_run(store, "a")
    assert run
    assert run.number == 1
    assert run.finished_at
    assert sum(tally(store, "a", run).outcomes.values()) == 61


def test_a_run_is_over_when_its_last_worker_is(store: Store) -> None:
    first = Frontier.open(store, SOURCE, worker="one:1")
    visit(first)
    second = Frontier.open(store, SOURCE, worker="two:1")
    assert second.take()
    assert first.others_at_work()
    first.finish()
    run = last_run(store, "a")
    assert run
    assert run.finished_at is None
    second.finish()
    run = last_run(store, "a")
    assert run
    assert run.finished_at


def test_what_a_worker_elsewhere_has_is_taken_when_its_lease_has_run_out(store: Store) -> None:
    lost = Frontier.open(store, SOURCE, worker="elsewhere:1")
    visit(lost)
    taken = lost.take()
    assert taken
    other = Frontier.open(store, SOURCE, worker="here:1")
    rest = {page.url for page in iter(other.take, None)}
    assert len(rest) == len(LINKS) - 16
    assert taken.url not in rest
    let_leases_run_out(store)
    other = Frontier.open(store, SOURCE, worker="there:1")
    assert {page.url for page in iter(other.take, None)} == set(LINKS)


def test_what_a_dead_worker_of_this_machine_has_is_taken_at_once(store: Store) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    name = worker_of(process)
    assert is_dead(name)
    assert not is_dead(this_worker())
    assert not is_dead(f"elsewhere:{process.pid}")
    assert not is_dead("no name")
    lost = Frontier.open(store, SOURCE, worker=name)
    visit(lost)
    assert lost.take()
    other = Frontier.open(store, SOURCE)
    assert {page.url for page in iter(other.take, None)} == set(LINKS)
    assert not other.others_at_work()


@contextmanager
def living_worker() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The name of a worker of this machine, and its process."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield worker_of(process), process
        process.kill()


@pytest.mark.parametrize("ends", ["by dying", "by its lease"])
def test_what_a_worker_gives_back_at_the_end_is_visited_in_the_same_run(
    store: Store, ends: str
) -> None:
    with living_worker() as (name, process):
        lost = Frontier.open(store, SOURCE, worker=name)
        visit(lost)
        taken = lost.take()
        other = Frontier.open(store, SOURCE)
        while visit(other):
            pass
        assert other.others_at_work()
        assert other.take() is None
        if ends == "by dying":
            process.kill()
            process.wait()
        else:
            let_leases_run_out(store)
        assert other.others_at_work()
        visited = [*iter(lambda: visit(other), "")]
        assert taken
        assert taken.url in visited
        assert len(visited) == 16
        assert not other.others_at_work()
        other.finish()
    run = last_run(store, "a")
    assert run
    assert run.finished_at


def test_a_run_is_not_over_when_a_worker_dies_at_its_end(store: Store) -> None:
    with living_worker() as (name, process):
        other = Frontier.open(store, SOURCE)
        lost = Frontier.open(store, SOURCE, worker=name)
        assert lost.take()
        process.kill()
        process.wait()
        other.finish()
    run = last_run(store, "a")
    assert run
    assert run.finished_at is None


def test_a_lease_is_renewed_while_its_worker_is_at_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.frontier._RENEW_EVERY", 0.0)
    frontier = Frontier.open(store, SOURCE, worker="one:1")
    visit(frontier)
    assert frontier.take()
    let_leases_run_out(store)
    frontier.has_pending()
    other = Frontier.open(store, SOURCE, worker="two:1")
    assert len(list(iter(other.take, None))) == len(LINKS) - 16


def test_a_page_that_ends_every_crawl_is_given_up(store: Store) -> None:
    for _ in range(MOST_ATTEMPTS):
        assert Frontier.open(store, SOURCE).take()
    frontier = Frontier.open(store, SOURCE)
    assert frontier.take() is None
    run = last_run(store, "a")
    assert run
    reasons = tally(store, "a", run).reasons[Outcome.FAILED]
    assert reasons == {f"the crawl ended {MOST_ATTEMPTS} times while it was read": 1}


def test_where_rows_are_locked_those_of_others_are_passed_over(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    Frontier.open(store, SOURCE)
    made: list[ClauseElement] = []

    class Recorder(Statement):
        """Keeps what statements are made of."""

        def __init__(self, clause: ClauseElement) -> None:
            made.append(clause)
            super().__init__(clause)

    monkeypatch.setattr("crawler.lease.Statement", Recorder)
    with store.transaction() as transaction:
        connection = transaction.connection
        leases = Leases(SOURCE, 1, "one:1", Budgets(connection, "a", 1))
        taken = leases.take(connection, 5)
    assert [page.url for page, _ in taken] == [ROOT]
    taking = [clause for clause in made if isinstance(clause, Update)]
    assert taking
    for clause in taking:
        assert "FOR UPDATE SKIP LOCKED" in str(clause.compile(dialect=postgresql.dialect()))
    with store.read() as connection:
        assert connection.scalars(select(pages.c.worker)).all() == ["one:1"]


def test_what_a_late_worker_brings_of_a_page_is_dropped(store: Store) -> None:
    late = Frontier.open(store, SOURCE, worker="late:1")
    page = late.take()
    assert page
    let_leases_run_out(store)
    other = Frontier.open(store, SOURCE, worker="other:1")
    assert other.take() == page
    old, new = (Article(ROOT, title, "text") for title in ("old", "new"))
    late.record(Visit(page, Outcome.LISTING, articles=(old,)))
    assert store.get(ROOT) is None
    other.record(Visit(page, Outcome.LISTING, articles=(new,)))
    late.record(Visit(page, Outcome.LISTING, articles=(old,)))
    assert store.get(ROOT) == new
    assert [version.article for version in store.versions(ROOT)] == [new]


def test_workers_in_threads_visit_every_page_once(store: Store) -> None:
    workers = [Frontier.open(store, SOURCE, worker=f"{number}:1") for number in range(3)]
    visit(workers[0])

    def work(frontier: Frontier) -> list[str]:
        return list(iter(lambda: visit(frontier), ""))

    with ThreadPoolExecutor(3) as pool:
        visited = [url for urls in pool.map(work, workers) for url in urls]
        list(pool.map(Frontier.finish, workers))
    assert sorted(visited) == sorted(LINKS)
    run = last_run(store, "a")
    assert run
    assert run.number == 1
    assert run.finished_at


def test_workers_that_begin_at_once_share_one_run(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        opened = list(
            pool.map(lambda number: Frontier.open(store, SOURCE, worker=f"{number}:1"), range(4))
        )
    assert len(list(filter(None, (frontier.take() for frontier in opened)))) == 1
    with store.read() as connection:
        assert connection.scalars(select(func.count()).select_from(runs)).one() == 1


def test_a_row_that_is_locked_is_passed_over_without_waiting(postgresql_url: str) -> None:
    with Store.open(f"{postgresql_url}&timeout=0.1") as store:
        visit(Frontier.open(store, SOURCE, worker="one:1"))
        with store.transaction() as transaction:
            locked = select(pages.c.url).where(pages.c.url == LINKS[0]).with_for_update()
            transaction.connection.execute(locked)
            frontier = Frontier.open(store, SOURCE, worker="two:1")
            taken = {page.url for page in iter(frontier.take, None)}
        assert taken == set(LINKS[1:])


# Turns at a host


def test_a_turn_is_taken_by_one(store: Store) -> None:
    hosts, others = Hosts(store), Hosts(store)
    assert hosts.take_turn(ROOT, 60) == 0
    assert 50 < others.take_turn("https://a.example:8443", 60) <= 60
    assert others.take_turn("http://b.example", 60) == 0


def test_a_turn_comes_again(store: Store) -> None:
    hosts = Hosts(store)
    assert hosts.take_turn(ROOT, 0.001) == 0
    deadline = time.monotonic() + 30
    while hosts.take_turn(ROOT, 0.001):
        assert time.monotonic() < deadline


def test_nobody_has_a_turn_while_a_host_rests(store: Store) -> None:
    hosts, others = Hosts(store), Hosts(store)
    assert hosts.take_turn(ROOT, 0.001) == 0
    hosts.rest(ROOT, 60)
    hosts.rest(ROOT, 1)
    assert others.take_turn(ROOT, 0.001) > 50


def test_of_many_who_want_a_turn_at_once_one_has_it(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: Hosts(store).take_turn(ROOT, 60), range(8)))
    assert waits.count(0) == 1


def test_a_turn_of_a_clock_that_was_wrong_is_forgotten(store: Store) -> None:
    hosts = Hosts(store)
    assert hosts.take_turn(ROOT, 1_000_000) == 0
    assert hosts.take_turn(ROOT, 1_000_000) > 900_000
    hosts.rest(ROOT, 10_000_000)
    assert hosts.take_turn(ROOT, 60) == 0


def test_that_a_host_wants_to_be_left_alone_is_heard_of_with_the_next_turn(store: Store) -> None:
    hosts, others = Hosts(store), Hosts(store)
    others.check_hold(ROOT)
    hosts.hold(ROOT, timedelta(hours=1))
    others.check_hold(ROOT)
    assert others.take_turn(ROOT, 1) == 0
    with pytest.raises(HeldError, match=r"the site wants to be left alone until"):
        others.check_hold(ROOT)


def test_what_many_note_of_one_host_at_once_is_kept(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: Hosts(store).keep_robots(ROOT, str(number)), range(8)))
    assert Hosts(store).robots(ROOT) in set("01234567")
