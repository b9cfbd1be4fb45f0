"""The frontier: what a run has visited and has still to visit, whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from crawler.frontier import Frontier
from crawler.runs import count_articles, count_pages, last_run, tally
from crawler.source import Source
from crawler.visit import Outcome, Pending, Visit
from indexer import Article
from indexer.errors import StoreError
from indexer.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOT = "http://a.example/"
SOURCE = Source("a", (ROOT,))


def url(name: object) -> str:
    return f"{ROOT}{name}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "xiaosou.db") as opened:
        yield opened


def take_all(frontier: Frontier) -> list[str]:
    taken = []
    while page := frontier.take():
        taken.append(page.url)
    return taken


def visit(frontier: Frontier, *links: str, article: str = "") -> str:
    """Visit the next page; it has these links and, if there is a text, an article."""
    page = frontier.take()
    assert page
    found = (Article(page.url, "title", article),) if article else ()
    frontier.record(Visit(page, Outcome.LISTING, articles=found, links=links))
    return page.url


def test_a_run_begins_with_the_seeds(store: Store) -> None:
    frontier = Frontier.open(store, replace(SOURCE, seeds=(url(1), url(2))))
    assert take_all(frontier) == [url(1), url(2)]


def test_a_page_is_given_once(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    assert frontier.take() == Pending(ROOT)
    assert frontier.take() is None
    assert not frontier.has_pending()


def test_links_are_visited_once_in_the_order_found(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    visit(frontier, url("b"), url("a"), url("b"), ROOT)
    visit(frontier, url("c"), url("a"))
    assert take_all(frontier) == [url("a"), url("c")]


def test_more_pages_than_are_read_together_are_all_given(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    links = [url(number) for number in range(350)]
    visit(frontier, *links)
    assert take_all(frontier) == links


def test_where_a_page_moved_to_is_visited_too(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    page = frontier.take()
    assert page
    frontier.record(Visit(page, Outcome.MOVED, status=302, moved_to=url("new")))
    assert frontier.take() == Pending(url("new"), hops=1)


def test_an_unfinished_run_goes_on_with_what_it_has_not_visited(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    visit(frontier, url("a"), url("b"))
    frontier.take()  # under way when the process is killed
    resumed = Frontier.open(store, SOURCE)
    assert resumed.visited == 1
    assert take_all(resumed) == [url("a"), url("b")]


def test_a_new_run_visits_every_page_again(store: Store) -> None:
    first = Frontier.open(store, SOURCE)
    visit(first, url("a"))
    visit(first)
    first.finish()
    second = Frontier.open(store, SOURCE)
    assert second.visited == 0
    assert take_all(second) == [ROOT, url("a")]


def test_new_pages_come_before_those_known(store: Store) -> None:
    old = [url(number) for number in range(300)]
    first = Frontier.open(store, SOURCE)
    visit(first, *old)
    for page in old:
        visit(first, article=page)
    first.finish()
    second = Frontier.open(store, SOURCE)
    visit(second, *old, url("new"))
    taken = take_all(second)
    assert sorted(taken) == sorted([*old, url("new")])
    assert taken.index(url("new")) <= 100


def test_a_run_visits_no_more_pages_than_allowed(store: Store) -> None:
    source = replace(SOURCE, max_pages=2)
    frontier = Frontier.open(store, source)
    visit(frontier, url("a"), url("b"), url("c"))
    visit(frontier)
    assert not frontier.has_pending()
    frontier.finish()
    second = Frontier.open(store, source)
    assert take_all(second) == [ROOT, url("b")], "the seeds, then what waits longest"


def test_what_the_source_no_longer_covers_is_forgotten(store: Store) -> None:
    wide = Frontier.open(store, replace(SOURCE, hosts=("b.example",)))
    visit(wide, "http://b.example/1", url("a"))
    assert take_all(Frontier.open(store, SOURCE)) == [url("a")]


def test_a_seed_added_during_a_run_is_visited(store: Store) -> None:
    visit(Frontier.open(store, SOURCE))
    assert take_all(Frontier.open(store, replace(SOURCE, seeds=(ROOT, url("b"))))) == [url("b")]


def test_sources_do_not_share_pages(store: Store) -> None:
    visit(Frontier.open(store, SOURCE), url("shared"))
    other = Frontier.open(store, Source("b", (url("shared"),)))
    assert take_all(other) == [url("shared")]


def test_the_store_decides_what_came_of_an_article(store: Store) -> None:
    outcomes = []
    for body in ("first", "first", "second"):
        frontier = Frontier.open(store, SOURCE)
        visit(frontier, article=body)
        frontier.finish()
        run = last_run(store, "a")
        assert run
        outcomes.append(set(tally(store, "a", run).outcomes))
    assert outcomes == [{Outcome.NEW}, {Outcome.UNCHANGED}, {Outcome.CHANGED}]
    assert len(store.versions(ROOT)) == 2


def test_a_purged_page_is_not_given(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    visit(frontier, url("a"), url("b"))
    store.put([Article(url("a"), "t", "b")])
    store.delete([url("a")], purge=True)
    assert take_all(frontier) == [url("b")]
    run = last_run(store, "a")
    assert run
    assert tally(store, "a", run).outcomes[Outcome.EXCLUDED] == 1


def test_an_article_purged_while_it_was_fetched_stays_away(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    page = frontier.take()
    assert page
    store.put([Article(ROOT, "t", "b")])
    store.delete([ROOT], purge=True)
    frontier.record(Visit(page, Outcome.LISTING, articles=(Article(ROOT, "t", "b"),)))
    assert store.get(ROOT) is None


def test_an_article_stays_when_its_page_fails(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    visit(frontier, article="text")
    frontier.finish()
    frontier = Frontier.open(store, SOURCE)
    frontier.record(Visit(Pending(ROOT), Outcome.FAILED, "HTTP 404 Not Found", 404))
    assert store.get(ROOT)
    assert count_articles(store, "a") == 1
    store.delete([ROOT])
    assert count_articles(store, "a") == 0


def test_a_visit_is_recorded_whole_or_not_at_all(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    page = frontier.take()
    assert page
    with store.transaction() as transaction:
        transaction.connection.execute(
            text(
                "CREATE TRIGGER fault BEFORE INSERT ON pages WHEN NEW.url LIKE '%/fault' "
                "BEGIN SELECT RAISE(ABORT, 'no more room'); END"
            )
        )
    found = Article(ROOT, "title", "text")
    links = (url("a"), url("fault"))
    with pytest.raises(StoreError):
        frontier.record(Visit(page, Outcome.LISTING, articles=(found,), links=links))
    assert store.count() == 0
    assert take_all(Frontier.open(store, SOURCE)) == [ROOT]


def test_a_tally_says_what_failed_and_why(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    visit(frontier, *(url(number) for number in range(4)), article="text")
    for outcome, reason in (
        (Outcome.FAILED, "HTTP 404 Not Found"),
        (Outcome.FAILED, "HTTP 404 Not Found"),
        (Outcome.FAILED, "no answer in 30 s"),
        (Outcome.EXCLUDED, "forbidden by robots.txt"),
    ):
        page = frontier.take()
        assert page
        frontier.record(Visit(page, outcome, reason))
    run = last_run(store, "a")
    assert run
    result = tally(store, "a", run)
    assert result.fetched == 1
    assert str(result) == (
        "1 new, 0 changed, 0 unchanged, 3 failed (2 × HTTP 404 Not Found, 1 × no answer in 30 s), "
        "1 excluded (1 × forbidden by robots.txt)"
    )


def test_a_run_has_a_beginning_and_an_end(store: Store) -> None:
    assert last_run(store, "a") is None
    frontier = Frontier.open(store, SOURCE)
    begun = last_run(store, "a")
    assert begun
    assert begun.finished_at is None
    visit(frontier)
    frontier.finish()
    ended = last_run(store, "a")
    assert ended
    assert ended.number == begun.number
    assert ended.finished_at
    assert ended.finished_at >= ended.started_at
    assert last_run(store, "b") is None


def test_the_pages_of_a_run_are_counted_while_it_goes_on(store: Store) -> None:
    frontier = Frontier.open(store, SOURCE)
    visit(frontier, url("a"), url("b"), url("c"))
    visit(frontier, article="text")
    run = last_run(store, "a")
    assert run
    assert count_pages(store, "a", run) == (2, 2, 1)


@settings(max_examples=40, deadline=None)
@given(
    graph=st.dictionaries(
        st.integers(0, 12), st.lists(st.integers(0, 12), max_size=6), min_size=1, max_size=13
    ),
    kills=st.lists(st.integers(1, 4), max_size=6),
    width=st.integers(1, 4),
)
def test_every_page_is_visited_once_a_run_wherever_it_is_killed(
    tmp_path_factory: pytest.TempPathFactory,
    graph: dict[int, list[int]],
    kills: list[int],
    width: int,
) -> None:
    source = Source("a", (url(0),))
    reachable, ahead = set(), [0]
    while ahead:
        if (page := ahead.pop()) not in reachable:
            reachable.add(page)
            ahead.extend(graph.get(page, []))
    with Store.open(tmp_path_factory.mktemp("frontier") / "xiaosou.db") as store:
        for _ in range(2):
            visited: list[str] = []
            lives = [*kills, 1000]
            while lives:
                frontier, left, under_way = Frontier.open(store, source), lives.pop(0), []
                while left:
                    while len(under_way) < width and (page := frontier.take()):
                        under_way.append(page)
                    if not under_way:
                        lives.clear()
                        break
                    page, left = under_way.pop(0), left - 1
                    number = int(page.url.removeprefix(ROOT))
                    links = tuple(url(link) for link in graph.get(number, []))
                    frontier.record(Visit(page, Outcome.LISTING, links=links))
                    visited.append(page.url)
            assert not frontier.has_pending()
            frontier.finish()
            assert sorted(visited) == sorted(url(number) for number in reachable)
