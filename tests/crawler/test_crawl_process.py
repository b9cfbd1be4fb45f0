"""A crawl as a process: revisits, politeness, locks, faults and its ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from crawler.runs import Tally, last_run, tally
from crawler.visit import Outcome

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site


def result_of(collection: Collection, name: str = "site") -> Tally:
    with collection.store() as store:
        run = last_run(store, name)
        assert run
        assert run.finished_at
        return tally(store, name, run)


def declare(collection: Collection, site: Site, more: str = "") -> None:
    collection.declare("site", f'seeds = ["{site.url}/"]\n{more}')


# Revisits


def test_a_second_crawl_visits_every_page_again_without_duplicates(
    site: Site, collection: Collection
) -> None:
    paths = site.set_articles(8)
    declare(collection, site)
    collection.crawl("site")
    site.forget_requests()
    site.set_article(paths[3], "改过的标题")
    del site.pages[paths[4]]
    site.set_article("/a/new.html", "新的笑话")
    site.set_list("/", [*paths, "/a/new.html"])
    code, _ = collection.crawl("site")
    assert code == 0
    assert sorted(site.visited()) == sorted(["/", *paths, "/a/new.html"])
    outcomes = result_of(collection).outcomes
    assert outcomes == {
        Outcome.NEW: 1,
        Outcome.CHANGED: 1,
        Outcome.UNCHANGED: 6,
        Outcome.MISSING: 1,
        Outcome.LISTING: 1,
    }
    with collection.store() as store:
        assert store.count() == 9, "what its site no longer has stays, for now"
        assert len(store.versions(site.url + paths[3])) == 2
        assert len(store.versions(site.url + paths[0])) == 1


def test_a_purged_page_is_not_fetched_again(site: Site, collection: Collection) -> None:
    paths = site.set_articles(3)
    declare(collection, site)
    collection.crawl("site")
    with collection.store() as store:
        store.delete([site.url + paths[1]], purge=True)
    site.forget_requests()
    collection.crawl("site")
    assert sorted(site.visited()) == sorted(["/", paths[0], paths[2]])
    with collection.store() as store:
        assert store.count() == 2


# Politeness


def test_the_delay_of_the_source_is_kept(site: Site, collection: Collection) -> None:
    site.set_articles(4)
    declare(collection, site, "delay = 0.25")
    assert collection.crawl("site") == (0, "")
    gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 5
    assert min(gaps) > 0.2


def test_a_robots_txt_that_moved_is_obeyed(site: Site, collection: Collection) -> None:
    site.set_list("/", ["/secret.html"])
    site.set_article("/secret.html", "secret")
    site.move("/robots.txt", "/rules.txt", 301)
    site.set("/rules.txt", "User-agent: xiaosou\nDisallow: /secret", Content_Type="text/plain")
    declare(collection, site)
    assert collection.crawl("site") == (0, "")
    assert "/secret.html" not in site.visited()


def test_no_more_pages_are_visited_than_allowed(site: Site, collection: Collection) -> None:
    site.set_articles(20)
    declare(collection, site, "max_pages = 7")
    assert collection.crawl("site") == (0, "")
    assert len(site.visited()) == 7
    assert sum(result_of(collection).outcomes.values()) == 7


# When nothing can be had


def test_a_source_without_a_page_that_can_be_had_fails_in_one_line(
    site: Site, collection: Collection
) -> None:
    declare(collection, site)
    code, complaint = collection.crawl("site")
    assert code == 1
    assert complaint == (
        "xiaosou: nothing could be fetched from site: 1 × HTTP 404 Not Found; "
        "check its seeds and hosts\n"
    )


def test_a_site_that_is_down_fails_in_one_line(collection: Collection) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    collection.declare("site", f'seeds = ["http://127.0.0.1:{port}/"]')
    code, complaint = collection.crawl("site")
    assert code == 1
    assert complaint.count("\n") == 1
    assert "the connection was refused" in complaint


def test_a_site_that_forbids_everything_fails_in_one_line(
    site: Site, collection: Collection
) -> None:
    site.set_articles(3)
    site.set("/robots.txt", "User-agent: *\nDisallow: /", Content_Type="text/plain")
    declare(collection, site)
    code, complaint = collection.crawl("site")
    assert code == 1
    assert "forbidden by robots.txt" in complaint
    assert site.visited() == []


def test_a_site_that_moved_elsewhere_says_where(site: Site, collection: Collection) -> None:
    site.move("/", "https://www.elsewhere.example/home")
    declare(collection, site)
    code, complaint = collection.crawl("site")
    assert code == 1
    assert "moved out of bounds, to https://www.elsewhere.example/home" in complaint


# Locks, faults and ends


def test_two_crawls_of_one_source_share_its_pages(site: Site, collection: Collection) -> None:
    paths = site.set_articles(20)
    declare(collection, site, "delay = 0.4")
    with collection.start_crawl("site") as first, collection.start_crawl("site") as second:
        assert [first.wait(), second.wait()] == [0, 0]
    visited = [path for path in site.visited() if path.endswith(".html")]
    assert sorted(visited) == sorted(paths), "each once"
    with collection.store() as store:
        run = last_run(store, "site")
        assert run
        assert run.number == 1
        assert run.finished_at


def test_a_store_that_fails_ends_the_crawl_and_the_next_goes_on(
    site: Site, collection: Collection
) -> None:
    paths = site.set_articles(20)
    declare(collection, site)
    with collection.store() as store, store.transaction() as transaction:
        transaction.connection.execute(
            text(
                "CREATE TRIGGER fault BEFORE UPDATE ON pages WHEN NEW.url LIKE '%/a/7.html' "
                "BEGIN SELECT RAISE(ABORT, 'no more room'); END"
            )
        )
    code, complaint = collection.crawl("site")
    assert code == 1
    assert complaint.startswith("xiaosou: the store ")
    assert "no more room" in complaint
    assert complaint.count("\n") == 1
    with collection.store() as store:
        assert store.get(site.url + paths[7]) is None
        with store.transaction() as transaction:
            transaction.connection.execute(text("DROP TRIGGER fault"))
    assert collection.crawl("site") == (0, "")
    with collection.store() as store:
        assert store.count() == 20


# SIGINT is taken as SIGTERM is.
@pytest.mark.parametrize(
    "number",
    [signal.SIGKILL, signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)],
    ids=str,
)
def test_a_crawl_ends_with_the_command_that_started_it(
    site: Site, collection: Collection, number: signal.Signals
) -> None:
    paths = site.set_articles(30)
    site.pause = 0.1
    declare(collection, site, "delay = 0.2")  # so that a busy machine has the time to end it
    # The articles are much alike.
    (collection.path / "settings.toml").write_text("collapse = false\n", encoding="utf-8")
    command = [*collection.command, "crawl", "--index", str(collection.path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        site.wait_for(6)
        process.send_signal(number)
    time.sleep(0.3)
    count = len(site.requests)
    assert count < 30
    time.sleep(0.3)
    assert len(site.requests) == count, "nothing goes on"
    site.pause = 0
    declare(collection, site)
    ended = collection.run("crawl")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "site: 30 new, 0 changed, 0 unchanged, 0 failed\n"
    found = collection.run("search", "笑话", "--limit", "100", "--json")
    assert found.stdout.count(f'"url": "{site.url}/a/') == len(paths)
