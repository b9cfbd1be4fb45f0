"""What becomes of articles whose pages are gone, and of runs in which most pages fail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from crawler.frontier import MOST_SILENCES, Frontier
from crawler.runs import last_run, tally
from crawler.source import Source
from crawler.visit import Outcome, Pending, Visit
from indexer import Article
from indexer.store import Store
from indexer.store.tables import pages, runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = "http://a.example/"
SOURCE = Source("a", (ROOT,), interval=timedelta(days=1), longest_interval=timedelta(days=3))
ARTICLES = [f"{ROOT}a/{number}.html" for number in range(6)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "xiaosou.db") as opened:
        yield opened


def answer(page: Pending, **different: dict[str, Any]) -> Visit:
    """What the site answers: its list and its articles, but for what is different."""
    name = page.url.removeprefix(ROOT)
    if page.url == ROOT:
        found: dict[str, Any] = {"outcome": Outcome.LISTING, "links": tuple(ARTICLES)}
    else:
        found = {
            "outcome": Outcome.LISTING,
            "articles": (Article(page.url, name, f"text of {name}"),),
        }
    number = name.removeprefix("a/").removesuffix(".html")
    return Visit(page, **{"status": 200, **found, **different.get(f"p{number}", {})})


def crawl(store: Store, *, complete: bool = True, **different: dict[str, Any]) -> list[str]:
    """Crawl the site; the paths visited."""
    frontier, visited = Frontier.open(store, SOURCE, complete=complete), []
    while page := frontier.take():
        frontier.record(answer(page, **different))
        visited.append(page.url.removeprefix(ROOT))
    frontier.finish()
    return visited


def here(store: Store) -> list[int]:
    """The numbers of the articles that are in the store."""
    return [number for number, url in enumerate(ARTICLES) if store.get(url)]


MISSING = {"articles": (), "outcome": Outcome.FAILED, "status": 404, "missing": True}
SOFT_404 = {**MISSING, "status": 200}
TO_FRONT = {"articles": (), "outcome": Outcome.MOVED, "status": 302, "moved_to": ROOT}
GONE = {**MISSING, "status": 410}
MOVED = {"articles": (), "outcome": Outcome.MOVED, "status": 301, "moved_to": f"{ROOT}new.html"}
NOINDEX = {"articles": (), "reason": "noindex"}
ELSEWHERE = {"articles": (), "outcome": Outcome.EXCLUDED, "canonical": ARTICLES[0]}


@pytest.mark.parametrize("different", [MISSING, SOFT_404, TO_FRONT], ids=str)
def test_a_page_that_is_missing_twice_is_gone(store: Store, different: dict[str, Any]) -> None:
    crawl(store)
    crawl(store, p2=different)
    assert here(store) == [0, 1, 2, 3, 4, 5]
    crawl(store, p2=different)
    assert here(store) == [0, 1, 3, 4, 5]
    assert [version.article.url for version in store.versions(ARTICLES[2])] == [ARTICLES[2]]
    crawl(store)
    assert here(store) == [0, 1, 2, 3, 4, 5], "it is back"


def test_a_page_that_was_only_missing_once_is_not_gone(store: Store) -> None:
    crawl(store)
    for _ in range(3):
        crawl(store, p2=MISSING)
        crawl(store)
    assert here(store) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("different", [GONE, MOVED, NOINDEX, ELSEWHERE], ids=str)
def test_what_the_site_says_is_gone_is_gone_at_once(
    store: Store, different: dict[str, Any]
) -> None:
    crawl(store)
    crawl(store, p2=different)
    assert here(store) == [0, 1, 3, 4, 5]


@pytest.mark.parametrize(
    "different",
    [
        {"articles": (), "outcome": Outcome.FAILED, "status": 500},
        {"articles": (), "outcome": Outcome.FAILED, "status": None},
        {"articles": (), "outcome": Outcome.FAILED, "status": 403},
        {"articles": (), "outcome": Outcome.MOVED, "status": 302, "moved_to": ARTICLES[0]},
        {"articles": ()},
    ],
    ids=str,
)
def test_a_page_that_fails_otherwise_keeps_its_article(
    store: Store, different: dict[str, Any]
) -> None:
    crawl(store)
    for _ in range(4):
        crawl(store, p2=different)
    assert here(store) == [0, 1, 2, 3, 4, 5]


def test_a_run_in_which_most_pages_fail_takes_nothing_out_and_says_so(store: Store) -> None:
    crawl(store)
    for _ in range(4):
        crawl(store, p0=GONE, p1=GONE, p2=MISSING, p3=MISSING)
    assert here(store) == [0, 1, 2, 3, 4, 5]
    run = last_run(store, "a")
    assert run
    assert run.trouble == "4 of 7 pages failed"
    crawl(store, p0=GONE, p2=MISSING)
    assert here(store) == [1, 2, 3, 4, 5], "what was missing in those runs does not count"
    run = last_run(store, "a")
    assert run
    assert run.trouble == ""


def test_a_site_that_is_down_is_not_asked_for_ever(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    page = frontier.take()
    assert page
    links = tuple(f"{ROOT}{number}/x.html" for number in range(500))
    frontier.record(Visit(page, Outcome.LISTING, status=200, links=links))
    failures = 0
    while page := frontier.take():
        frontier.record(Visit(page, Outcome.FAILED, "no answer in 30 s"))
        failures += 1
    assert failures == MOST_SILENCES
    assert frontier.is_silent
    assert frontier.finish() == "the site does not answer"


def test_a_page_with_the_text_of_another_is_left_out(store: Store) -> None:
    same = {"articles": (Article(ARTICLES[3], "a/1.html", "text of a/1.html"),)}
    crawl(store, p3=same)
    assert here(store) == [0, 1, 2, 4, 5]
    crawl(store, p3=same, p1=GONE)
    crawl(store, p3=same, p1=GONE)
    assert here(store) == [0, 2, 3, 4, 5], "once the other is gone it counts"


def test_a_canonical_page_that_fails_leaves_the_article_where_it_is(store: Store) -> None:
    broken = {**MISSING, "missing": False}
    crawl(store, p0=broken, p2={"canonical": ARTICLES[0]})
    crawl(store, p0=broken, p2={"canonical": ARTICLES[0]})
    assert here(store) == [1, 2, 3, 4, 5]


# Which pages are due


def shift(store: Store, days: float) -> None:
    """Let so many days pass, as far as the frontier can tell."""
    with store.transaction() as transaction:
        connection = transaction.connection
        for row in connection.execute(pages.select()).all():
            due = row.due_at and row.due_at - timedelta(days=days)
            connection.execute(update(pages).where(pages.c.id == row.id).values(due_at=due))


def test_a_run_of_what_is_due_visits_seeds_and_what_is_due(store: Store) -> None:
    assert len(crawl(store, complete=False)) == 7
    assert crawl(store, complete=False) == [""]
    shift(store, 1)
    assert len(crawl(store, complete=False)) == 7, "after the shortest interval"
    shift(store, 1)
    assert crawl(store, complete=False) == [""], "what did not change is due later"
    shift(store, 0.3)
    assert len(crawl(store, complete=False)) == 7


def test_a_page_that_changes_is_due_sooner_than_one_that_does_not(store: Store) -> None:
    for number in range(4):
        crawl(store, p1={"articles": (Article(ARTICLES[1], "a/1", f"text {number}"),)})
    with store.read() as connection:
        after = {row.url: row.interval for row in connection.execute(pages.select())}
    day = 86_400
    assert after[ARTICLES[1]] == day
    assert after[ARTICLES[2]] == pytest.approx(1.4**3 * day)


def test_an_answer_of_not_modified_is_an_article_unchanged_or_a_list(store: Store) -> None:
    validators = {"etag": '"1"', "last_modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    crawl(store, p=validators, p1=validators)
    frontier = Frontier.open(store, SOURCE)
    while page := frontier.take():
        if page.url in {ROOT, ARTICLES[1]}:
            assert page.etag == '"1"'
            assert page.last_modified == validators["last_modified"]
        else:
            assert (page.etag, page.last_modified) == ("", "")
        frontier.record(Visit(page, Outcome.UNCHANGED, status=304))
    frontier.finish()
    run = last_run(store, "a")
    assert run
    assert tally(store, "a", run).outcomes == {Outcome.LISTING: 1, Outcome.UNCHANGED: 6}
    frontier = Frontier.open(store, SOURCE)
    assert frontier.take() == Pending(ROOT, etag='"1"', last_modified=validators["last_modified"])


def test_a_run_that_did_not_finish_becomes_complete_when_asked_to(store: Store) -> None:
    crawl(store)
    Frontier.open(store, SOURCE, complete=False)
    assert len(crawl(store, complete=True)) == 7
    with store.read() as connection:
        complete = [row.complete for row in connection.execute(runs.select())]
    assert complete == [True, True]


def test_times_are_counted_from_the_beginning_of_a_run(store: Store) -> None:
    before = datetime.now(UTC)
    crawl(store)
    run = last_run(store, "a")
    assert run
    with store.read() as connection:
        due = {row.due_at for row in connection.execute(pages.select())}
    assert due == {run.started_at + timedelta(days=0.9)}
    assert run.started_at >= before
