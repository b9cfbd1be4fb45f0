"""The schedule, a process of its own, obeys the orders that are left in the store."""

from __future__ import annotations

import signal
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from crawler.catalogue import edit_source
from crawler.errors import SourceError
from crawler.runs import last_run
from indexer.index import Index
from indexer.store.orders import Kind, Order, State, digest, find_order, give_order, open_orders
from indexer.store.schedules import declared, is_scheduled
from indexer.store.tables import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.store import Store
    from tests.crawler.conftest import Collection, Site

PATIENCE = 60.0  # seconds


@contextmanager
def schedule(collection: Collection) -> Iterator[subprocess.Popen[str]]:
    """A schedule that runs, and ends cleanly."""
    command = [*collection.command, "schedule", "--index", str(collection.path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0
            assert "Traceback" not in log
        finally:
            process.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answered(store: Store, order: Order) -> Order:
    """The order with its answer."""
    found: list[Order] = []

    def look() -> bool:
        now = find_order(store, order.id)
        assert now is not None
        found.append(now)
        return now.state is not State.WAITING

    wait_for(look)
    return found[-1]


def obeyed(store: Store, source: str, kind: Kind, declaration: str = "", basis: str = "") -> str:
    """Give an order, and wait for the answer: why it is refused; empty when it is obeyed."""
    return answered(store, give_order(store, source, kind, declaration, basis)).refusal


def running(store: Store) -> list[str]:
    return [one.source for one in declared(store) if one.running_since]


def finished(store: Store, number: int) -> bool:
    run = last_run(store, "site")
    return bool(run and run.number >= number and run.finished_at)


def test_a_crawl_is_begun_and_ended_by_an_order_and_what_it_brought_is_found(
    site: Site, collection: Collection
) -> None:
    paths = site.set_articles(40)
    collection.declare("site", f'seeds = ["{site.url}/"]')
    with collection.store() as store, schedule(collection):
        wait_for(lambda: finished(store, 1))
        wait_for(lambda: running(store) == [])
        site.forget_requests()
        site.pause = 0.2
        site.set_article(paths[0], "鲸鱼")
        assert obeyed(store, "site", Kind.START) == ""
        assert running(store) == ["site"]
        assert obeyed(store, "site", Kind.START) == "", "it is being crawled"
        wait_for(lambda: any(article.title == "鲸鱼" for article in store.articles()))
        site.pause = 20.0
        assert obeyed(store, "site", Kind.STOP) == ""
        assert running(store) == []
        assert not collection.crawling()
        assert not finished(store, 2)
        with Index.open(collection.path) as index:
            assert index.stats().behind == 0
            assert index.search("鲸鱼").total == 1
        known = declared(store)[0]
        assert known.next_at
        assert known.next_at > datetime.now(UTC) + timedelta(hours=20), "it is not gone on with"
        refusal = obeyed(store, "site", Kind.STOP)
        assert refusal == "site is not being crawled by the schedule"
        site.pause = 0
        assert obeyed(store, "site", Kind.START) == ""
        wait_for(lambda: finished(store, 2))
        # Whatever was due: it was wanted.
        assert {path for path in site.visited() if path.startswith("/a/")} == set(paths)
        with store.read() as connection:
            kept = select(outcomes.c.outcome, outcomes.c.pages).where(outcomes.c.run == 2)
            counts = {row.outcome: row.pages for row in connection.execute(kept)}
        assert counts == {"changed": 1, "unchanged": 39, "listing": 4}


def test_an_edited_declaration_is_checked_written_and_followed(
    site: Site, collection: Collection
) -> None:
    site.set_articles(3)
    good = f'seeds = ["{site.url}/"]\nprivate_hosts = ["127.0.0.1"]\ndelay = 0\n'
    collection.declare("site", good)
    file = collection.path / "sources" / "site.toml"
    with collection.store() as store, schedule(collection):
        wait_for(lambda: finished(store, 1))
        wait_for(lambda: bool(declared(store)))
        shown = declared(store)[0].text
        assert shown == file.read_text()
        for wrong, reason in [
            ("seeds = 1", "site.toml: seeds: 1 is not a list of texts in quotes"),
            ("seeds = [", "site.toml is not TOML: "),
            (good + "color = 1", "site.toml: unknown key 'color'"),
            ("", "site.toml: seeds must name at least one address"),
        ]:
            refusal = obeyed(store, "site", Kind.EDIT, wrong, digest(shown))
            assert refusal.startswith(reason)
            assert len(refusal.splitlines()) == 1
            assert file.read_text() == shown
        edited = good + 'interval = "6h"  # 每六小时\n'
        assert obeyed(store, "site", Kind.EDIT, edited, digest(shown)) == ""
        assert file.read_text(encoding="utf-8") == edited
        known = declared(store)[0]
        assert (known.text, known.trouble) == (edited, "")
        run = last_run(store, "site")
        assert run
        assert known.next_at
        assert abs(known.next_at - run.started_at - timedelta(hours=6)) < timedelta(seconds=5)
        refusal = obeyed(store, "site", Kind.EDIT, good, digest(shown))
        assert "site.toml was changed meanwhile" in refusal
        assert file.read_text(encoding="utf-8") == edited
        assert obeyed(store, "new", Kind.EDIT, good) == ""
        wait_for(lambda: len(declared(store)) == 2)
        assert "no name for a source" in obeyed(store, "../site", Kind.EDIT, good)
        assert sorted(path.name for path in file.parent.iterdir()) == ["new.toml", "site.toml"]


def test_orders_wait_for_a_schedule_and_sources_for_their_turn(
    site: Site, collection: Collection
) -> None:
    site.set_articles(3)
    site.pause = 30.0
    for name in ("a", "b", "c"):
        collection.declare(name, f'seeds = ["{site.url}/?{name}"]')
    collection.declare("bad", "seeds = 1")
    with collection.store() as store:
        assert not is_scheduled(store)
        unknown = give_order(store, "nowhere", Kind.START)
        bad = give_order(store, "bad", Kind.START)
        third = give_order(store, "c", Kind.START)
        with schedule(collection):
            assert "there is no source 'nowhere'" in answered(store, unknown).refusal
            assert "bad.toml: seeds" in answered(store, bad).refusal
            assert is_scheduled(store)
            wait_for(lambda: len(running(store)) == 2)
            wait_for(lambda: [one.source for one in declared(store) if one.waiting] != [])
            [waits] = [one.source for one in declared(store) if one.waiting]
            trouble = {one.source: one.trouble for one in declared(store) if one.trouble}
            assert trouble.keys() == {"bad"}
            if waits == "c":
                assert open_orders(store) == [third]
            begun = give_order(store, waits, Kind.START)
            assert obeyed(store, waits, Kind.STOP) == ""
            assert answered(store, begun).refusal == "it was stopped before it began"
            assert [one.source for one in declared(store) if one.waiting] == []
            for name in running(store):
                assert obeyed(store, name, Kind.STOP) == ""
            assert running(store) == []
        assert not is_scheduled(store), "it says when it ends"


def test_a_declaration_that_cannot_be_written_is_said(collection: Collection) -> None:
    collection.path.mkdir()
    (collection.path / "sources").write_text("in the way")
    with pytest.raises(SourceError, match=r"a\.toml cannot be written \(.+\)"):
        edit_source(collection.path, "a", 'seeds = ["http://a.example/"]')
