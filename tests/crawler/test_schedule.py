"""When sources are due, and the process that crawls them then."""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.runs import Run, last_run
from crawler.schedule import NOW, Schedule, due_at
from crawler.source import Source

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site

SOURCE = Source("a", ("http://a.example/",), interval=timedelta(hours=6))
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_source_never_crawled_is_due() -> None:
    assert due_at(SOURCE, None) == NOW


def test_a_crawl_that_was_cut_short_is_due() -> None:
    assert due_at(SOURCE, Run(1, NOON, None)) == NOW


def test_a_source_is_due_an_interval_after_its_crawl_began() -> None:
    run = Run(1, NOON, NOON + timedelta(hours=2))
    assert due_at(SOURCE, run) == NOON + timedelta(hours=6)


def test_what_is_due_is_crawled_and_indexed_and_then_waited_for(
    site: Site, collection: Collection
) -> None:
    site.set_articles(3)
    collection.declare("site", f'seeds = ["{site.url}/"]\ninterval = "30s"')
    schedule = Schedule(collection.path)
    assert schedule.pause() == timedelta()
    schedule.crawl_due()
    assert timedelta(seconds=10) < schedule.pause() <= timedelta(seconds=30)
    assert collection.run("search", "笑话").stdout.count("笑话第") >= 3
    count = len(site.requests)
    schedule.crawl_due()
    assert len(site.requests) == count


def test_nothing_is_waited_for_longer_than_a_minute(collection: Collection) -> None:
    assert Schedule(collection.path).pause() == timedelta(minutes=1)


def test_a_crawl_that_fails_is_tried_again_after_its_interval(
    collection: Collection, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    collection.declare("down", f'seeds = ["http://127.0.0.1:{port}/"]\ninterval = "40s"')
    schedule = Schedule(collection.path)
    schedule.crawl_due()
    assert timedelta(seconds=20) < schedule.pause() <= timedelta(seconds=40)


def test_a_crawl_that_is_killed_is_not_tried_again_at_once(
    site: Site, collection: Collection, caplog: pytest.LogCaptureFixture
) -> None:
    site.set_articles(3)
    collection.declare("site", f'seeds = ["{site.url}/"]\ninterval = "40s"\ndelay = 5')
    schedule = Schedule(collection.path)
    with collection.killing_crawls_after(site, 1):
        schedule.crawl_due()
    assert "was ended by signal 9" in caplog.text
    with collection.store() as store:
        run = last_run(store, "site")
    assert run
    assert run.finished_at is None
    assert schedule.pause() > timedelta(seconds=20)


def test_a_wrong_declaration_is_reported_once_and_the_others_are_crawled(
    site: Site, collection: Collection, caplog: pytest.LogCaptureFixture
) -> None:
    site.set_articles(1)
    collection.declare("bad", "seeds = 1")
    collection.declare("site", f'seeds = ["{site.url}/"]')
    schedule = Schedule(collection.path)
    with caplog.at_level(logging.ERROR):
        schedule.crawl_due()
        schedule.pause()
    assert len(site.visited()) == 2
    assert caplog.text.count("bad.toml: seeds") == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=str)
def test_the_process_crawls_when_it_is_time_and_ends_cleanly(
    site: Site, collection: Collection, number: signal.Signals
) -> None:
    site.set_articles(3)
    collection.declare("site", f'seeds = ["{site.url}/"]\ninterval = "1s"')
    command = [*collection.command, "schedule", "--index", str(collection.path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        site.wait_for(12)  # two crawls, and the third has begun
        site.pause = 20.0
        site.wait_for(13)
        before = time.monotonic()
        process.send_signal(number)
        _, log = process.communicate(timeout=30)
        assert time.monotonic() - before < 10, "it does not wait for the crawl"
    assert process.returncode == 0
    assert "site: 3 new, 0 changed, 0 unchanged, 0 failed" in log
    assert "site: 0 new, 0 changed, 3 unchanged, 0 failed" in log
    assert "Traceback" not in log
    assert not collection.crawling()
