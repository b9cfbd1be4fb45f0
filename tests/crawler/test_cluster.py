"""Crawl workers of several machines that share a frontier in PostgreSQL, as processes."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from crawler.limits import CONCURRENCY
from crawler.runs import last_run, tally
from crawler.visit import Outcome
from crawler.worker import this_worker
from indexer import Index
from indexer.store.tables import pages

if TYPE_CHECKING:
    from tests.crawler.conftest import Answer, Collection, Site

COUNT = 90
DELAY = 0.3

# A machine whose clock is wrong by some minutes.
SKEWED = """
import datetime, sys
import psycopg, scrapy.crawler, sqlalchemy  # which know the class as it is

real = datetime.datetime
skew = datetime.timedelta(minutes={minutes})

class Kind(type):
    def __instancecheck__(cls, value):
        return isinstance(value, real)

class Skewed(real, metaclass=Kind):
    @classmethod
    def now(cls, zone=None):
        return real.now(zone) + skew

datetime.datetime = Skewed
from crawler.crawl import main
from crawler import worker
worker.platform.node = lambda: "machine-{minutes}"
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def shared(collection: Collection, postgresql_url: str) -> Collection:
    collection.keep_in(postgresql_url)
    return collection


def leases_of(collection: Collection, process: subprocess.Popen[str]) -> set[str]:
    """What a worker of this machine has taken."""
    worker = f"{this_worker().rpartition(':')[0]}:{process.pid}"
    with collection.store() as store, store.read() as connection:
        return set(connection.scalars(select(pages.c.url).where(pages.c.worker == worker)))


def complaints_of(workers: list[subprocess.Popen[str]]) -> list[str]:
    """What workers say until they end; they would end at once if their input was closed."""
    return [worker.stderr.read() for worker in workers if worker.stderr]


def kill_one(
    site: Site, shared: Collection, paths: list[str], monkeypatch: pytest.MonkeyPatch
) -> set[str]:
    """Crawl with three workers, one of which is killed; the pages that it was at."""
    all_at_work = threading.Event()
    answer = site.answer

    def answer_late(path: str) -> Answer:
        if path in paths:
            all_at_work.wait()
        return answer(path)

    monkeypatch.setattr(site, "answer", answer_late)
    shared.declare("site", f'seeds = ["{site.url}/"]')
    with ExitStack() as stack:
        workers = [stack.enter_context(shared.start_crawl("site")) for _ in range(3)]
        while not all(leases_of(shared, worker) for worker in workers):
            ended = [worker for worker in workers if worker.poll() is not None]
            assert not ended, complaints_of(ended)
            time.sleep(0.1)
        dead, *others = workers
        dead.send_signal(signal.SIGSTOP)
        lost = leases_of(shared, dead)
        all_at_work.set()
        dead.kill()
        dead.wait()
        assert complaints_of(others) == ["", ""]
    assert [worker.returncode for worker in others] == [0, 0]
    return lost


def test_a_killed_worker_gives_its_pages_to_the_others(
    site: Site, shared: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = site.set_articles(COUNT, page_size=COUNT)
    lost = kill_one(site, shared, paths, monkeypatch)
    visits = Counter(site.visited())
    assert visits.keys() == {"/", *paths}
    twice = {site.url + path for path, count in visits.items() if count > 1}
    assert twice <= lost
    assert 0 < len(lost) <= CONCURRENCY
    with shared.store() as store:
        run = last_run(store, "site")
        assert run
        assert run.number == 1
        assert run.finished_at
        assert sorted(article.url for article in store.articles()) == sorted(
            site.url + path for path in paths
        )
        assert tally(store, "site", run).outcomes[Outcome.NEW] == COUNT
        assert store.verify() == []


@pytest.mark.long
@pytest.mark.cluster
def test_whoever_follows_has_every_article_once_though_a_worker_was_killed(
    site: Site, shared: Collection, cluster_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = site.set_articles(COUNT, page_size=COUNT)
    over = threading.Event()
    with Index.open(shared.path, engine=cluster_address) as index:

        def follow() -> None:
            while not over.wait(0.1):
                index.catch_up()

        with ThreadPoolExecutor(1) as follower:
            following = follower.submit(follow)
            try:
                lost = kill_one(site, shared, paths, monkeypatch)
            finally:
                over.set()
            following.result()
        index.catch_up()
        assert lost
        assert index.check() == []
        assert index.stats().indexed == COUNT
        found = index.search("笑话", limit=COUNT)
        assert found.total == COUNT
        urls = {hit.article.url for hit in found} | {
            other.url for hit in found for other in index.duplicates(hit.article.id)
        }
        assert urls == {site.url + path for path in paths}


def test_machines_whose_clocks_differ_take_turns_and_visit_no_page_twice(
    site: Site, shared: Collection
) -> None:
    paths = site.set_articles(18, page_size=18)
    for name in ("one", "two"):  # two sources on one host
        links = paths[:9] if name == "one" else paths[9:]
        site.set_list(f"/{name}", links)
        bounds = f'seeds = ["{site.url}/{name}"]\ndeny = ["/$"]\n'
        shared.declare(name, f"{bounds}delay = {DELAY}")
    with ExitStack() as stack:
        workers = [
            stack.enter_context(shared.start_crawl(name, code=SKEWED.format(minutes=minutes)))
            for name, minutes in (("one", -12), ("one", 12), ("two", 7))
        ]
        assert complaints_of(workers) == [""] * 3
    visits = Counter(site.visited())
    assert visits == Counter({"/one": 1, "/two": 1} | dict.fromkeys(paths, 1))
    gaps = [later - earlier for earlier, later in pairwise(site.times)]
    assert min(gaps) > DELAY * 0.8
