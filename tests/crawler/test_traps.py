"""Sites without an end cost a crawl tens of pages, and others lose nothing by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.frontier import Frontier
from crawler.pattern import is_endless, pattern_of
from crawler.source import Source
from crawler.visit import Outcome, Visit
from indexer import Article
from indexer.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROOT = "http://a.example"
SOURCE = Source("a", (f"{ROOT}/",))


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/", "/"),
        ("/a.html", "/*.html"),
        ("/jokes/17.html", "/jokes/#.html"),
        ("/2026/11/title-of-it.html", "/#/#/*.html"),
        ("/calendar/2026/11", "/calendar/#/#"),
        ("/b/c/d/e/f", "/b/c/*/*/*"),
        ("/list?page=3&sort=up", "/*?page&sort"),
        ("/a/550e8400-e29b-41d4-a716-446655440000/", "/a/#/"),
    ],
)
def test_pages_that_are_made_alike_have_one_pattern(path: str, pattern: str) -> None:
    found = pattern_of(f"http://a.example{path}")
    assert found == f"a.example{pattern}"


@pytest.mark.parametrize(
    ("path", "endless"),
    [
        ("/a/b/c/", False),
        ("/2026/11/25/2026", False),
        ("/a/a/a/a/b", True),
        ("/a/b/a/b/a/b/a/b", True),
        ("/x" * 3, False),
        ("".join(f"/{number}" for number in range(21)), True),
    ],
)
def test_a_path_that_repeats_itself_is_endless(path: str, endless: bool) -> None:
    assert is_endless(f"{ROOT}{path}") is endless
    assert SOURCE.covers(f"{ROOT}{path}") is not endless


def crawl(tmp_path: Path, answer: Callable[[str], tuple[list[str], str]], most: int = 1000) -> int:
    """Crawl a site given as a function from paths to links and text; how many articles it had.

    The pages visited are counted in ``crawl.visited``.
    """
    with Store.open(tmp_path / "xiaosou.db") as store:
        frontier = Frontier.open(store, SOURCE)
        VISITED.clear()
        while (page := frontier.take()) and len(VISITED) < most:
            path = page.url.removeprefix(ROOT)
            VISITED.append(path)
            links, text = answer(path)
            articles = (Article(page.url, "a title", text),) if text else ()
            found = tuple(f"{ROOT}{link}" for link in links)
            visit = Visit(page, Outcome.LISTING, status=200, articles=articles, links=found)
            frontier.record(visit)
        assert frontier.finish() == ""
        return store.count()


VISITED: list[str] = []


def with_articles(links: list[str]) -> Callable[[str], tuple[list[str], str]]:
    """A front page that also leads to twenty articles."""
    articles = [f"/jokes/{number}.html" for number in range(20)]

    def answer(path: str) -> tuple[list[str], str]:
        if path == "/":
            return [*links, *articles], ""
        return ["/"], f"text of {path}" if path in articles else ""

    return answer


def test_a_calendar_costs_tens_of_pages(tmp_path: Path) -> None:
    site = with_articles(["/calendar/2026/1"])

    def answer(path: str) -> tuple[list[str], str]:
        if not path.startswith("/calendar/"):
            return site(path)
        _, _, year, month, *_ = path.split("/")
        later = int(year) * 12 + int(month)
        months = [f"/calendar/{at // 12}/{at % 12 + 1}" for at in (later, later - 2)]
        days = [f"/calendar/{year}/{month}/{day}" for day in range(1, 31)]
        return [*months, *days, "/"], ""

    assert crawl(tmp_path, answer) == 20
    assert len([path for path in VISITED if path.startswith("/calendar")]) < 100


def test_parameters_without_end_cost_tens_of_pages(tmp_path: Path) -> None:
    site = with_articles(["/shop?color=1"])

    def answer(path: str) -> tuple[list[str], str]:
        if not path.startswith("/shop?"):
            return site(path)
        number = int(path.rpartition("=")[2])
        return [f"/shop?color={number * 3 + step}" for step in range(3)], ""

    assert crawl(tmp_path, answer) == 20
    assert len(VISITED) < 100


def test_sessions_in_the_address_cost_tens_of_pages(tmp_path: Path) -> None:
    site = with_articles(["/view?session=1"])

    def answer(path: str) -> tuple[list[str], str]:
        if not path.startswith("/view?"):
            return site(path)
        number = int(path.rpartition("=")[2])
        return [f"/view?session={number * 2 + step}" for step in range(2)], "the same text again"

    assert crawl(tmp_path, answer) == 21
    assert len(VISITED) < 100


def test_a_list_of_any_length_is_read_to_its_end(tmp_path: Path) -> None:
    def answer(path: str) -> tuple[list[str], str]:
        if path.startswith("/jokes/"):
            return ["/"], f"text of {path}"
        number = int(path.rpartition("=")[2]) if "=" in path else 1
        articles = [f"/jokes/{number}-{item}.html" for item in range(3)]
        return [*articles, *([f"/list?page={number + 1}"] if number < 80 else [])], ""

    assert crawl(tmp_path, answer) == 240


def test_a_list_whose_pages_are_all_linked_at_once_is_read_to_its_end(tmp_path: Path) -> None:
    def answer(path: str) -> tuple[list[str], str]:
        if path.startswith("/jokes/"):
            return ["/"], f"text of {path}"
        if path == "/":
            return [f"/list?page={number}" for number in range(80)], ""
        number = int(path.rpartition("=")[2])
        return [f"/jokes/{number}-{item}.html" for item in range(3)], ""

    assert crawl(tmp_path, answer) == 240
