"""When sources are due, and the process that crawls them then."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from crawler.child import Children
from crawler.runs import Run, last_run
from crawler.schedule import FILE_NAME, NOW, Schedule, due_at
from crawler.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


@contextmanager
def start(collection: Collection) -> Iterator[subprocess.Popen[str]]:
    command = [*collection.command, "schedule", "--index", str(collection.path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def stop(process: subprocess.Popen[str]) -> str:
    """Tell it to end; its log."""
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in log
    return log


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def finished(collection: Collection, number: int = 1) -> bool:
    """Whether a run of the site has finished."""
    with collection.store() as store:
        run = last_run(store, "site")
    return bool(run and run.number >= number and run.finished_at)


def test_a_wrong_declaration_is_reported_once_and_the_others_have_a_time(
    collection: Collection, caplog: pytest.LogCaptureFixture
) -> None:
    collection.declare("bad", "seeds = 1")
    collection.declare("good", 'seeds = ["http://127.0.0.1:1/"]')
    schedule = Schedule(collection.path)
    with caplog.at_level(logging.ERROR):
        schedule.read_sources()
        schedule.read_sources()
    assert caplog.text.count("bad.toml: seeds") == 1
    assert schedule.times().keys() == {"good"}


def test_a_source_gets_a_new_time_when_its_interval_changes_and_none_when_it_is_gone(
    site: Site, collection: Collection
) -> None:
    site.set_articles(1)
    collection.declare("site", f'seeds = ["{site.url}/"]')
    schedule = Schedule(collection.path)
    schedule.read_sources()
    before = datetime.now(UTC)
    assert schedule.times()["site"] <= before, "it was never crawled"
    assert collection.crawl("site") == (0, "")
    collection.declare("site", f'seeds = ["{site.url}/"]\ninterval = "6h"')
    schedule.read_sources()
    assert schedule.times()["site"] >= before + timedelta(hours=6)
    (collection.path / "sources" / "site.toml").unlink()
    schedule.read_sources()
    assert schedule.times() == {}


def test_what_is_due_is_crawled_and_indexed_and_an_outage_is_made_up_for_once(
    site: Site, collection: Collection
) -> None:
    site.set_articles(3)
    collection.declare("site", f'seeds = ["{site.url}/"]\ninterval = "1h"')
    with start(collection) as process:
        wait_for(lambda: finished(collection))
        wait_for(lambda: "笑话第" in collection.run("search", "笑话").stdout)
        time.sleep(0.5)
        log = stop(process)
    assert "site: 3 new, 0 changed, 0 unchanged, 0 failed" in log
    stored = SQLAlchemyJobStore(f"sqlite:///{collection.path / FILE_NAME}")
    stored.start(BackgroundScheduler(timezone=UTC), "default")
    job = stored.lookup_job("site")
    assert job.next_run_time > datetime.now(UTC) + timedelta(minutes=50)
    job.next_run_time -= timedelta(hours=5)
    stored.update_job(job)
    stored.shutdown()
    site.forget_requests()
    with start(collection) as process:
        wait_for(lambda: finished(collection, 2))
        time.sleep(2)
        stop(process)
    assert site.visited().count("/") == 1


def test_the_schedule_survives_a_crawl_that_is_killed(site: Site, collection: Collection) -> None:
    site.set_articles(3)
    site.pause = 0.2
    collection.declare("site", f'seeds = ["{site.url}/"]\ninterval = "2s"')
    with start(collection) as process:
        with collection.killing_crawls_after(site, 2):
            pass
        site.pause = 0
        wait_for(lambda: finished(collection))
        time.sleep(1)
        log = stop(process)
    assert "site: failed, see " in log
    kept = (collection.path / "logs" / "site.log").read_text()
    assert "the crawl of site was ended by signal 9; the next goes on with it" in kept
    with collection.store() as store:
        assert store.count() == 3


def test_the_process_ends_at_once_with_the_crawls_it_has_begun(
    site: Site, collection: Collection
) -> None:
    site.set_articles(3)
    site.pause = 20.0
    collection.declare("site", f'seeds = ["{site.url}/"]')
    with start(collection) as process:
        site.wait_for(1)
        before = time.monotonic()
        stop(process)
        assert time.monotonic() - before < 15, "it does not wait for the crawl"
    wait_for(lambda: not collection.crawling())


def test_a_crawl_is_ended_when_its_time_is_over(
    site: Site, collection: Collection, caplog: pytest.LogCaptureFixture
) -> None:
    site.set_articles(3)
    site.pause = 20.0
    collection.declare("site", f'seeds = ["{site.url}/"]')
    (collection.path / "settings.toml").write_text("crawl_minutes = 0")
    Children().run(str(collection.path), "site")
    assert "site: ended after 0 minutes; the next crawl goes on with it" in caplog.text
    wait_for(lambda: not collection.crawling())


def test_a_log_does_not_grow_for_ever(collection: Collection) -> None:
    logs = collection.path / "logs"
    logs.mkdir(parents=True)
    (logs / "none.log").write_text("x" * (2 << 20))
    Children().run(str(collection.path), "none")
    assert (logs / "none.old.log").stat().st_size == 2 << 20
    assert "there is no source 'none'" in (logs / "none.log").read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory")
def test_what_asks_for_more_memory_than_a_crawl_may_have_fails() -> None:
    program = (
        "from crawler.crawl import _limit_memory\n_limit_memory(1000)\n"
        "try:\n    bytearray(1200 << 20)\nexcept MemoryError:\n    print('failed')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "failed\n"
