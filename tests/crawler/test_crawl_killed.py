"""A crawl killed at any moment goes on, loses nothing and repeats only what was under way."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from crawler.limits import CONCURRENCY
from crawler.runs import last_run, tally
from crawler.visit import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.crawler.conftest import Collection, Site

COUNT = 60


def crawl_with_kills(site: Site, collection: Collection, kills: Sequence[int]) -> None:
    """Crawl, killing the process after so many requests each time, and check what is left."""
    paths = site.set_articles(COUNT)
    site.pause = 0.005
    collection.declare("site", f'seeds = ["{site.url}/"]')
    for count in kills:
        before = len(site.requests)
        with collection.start_crawl("site") as process:
            site.wait_for(min(before + count, COUNT))
            process.kill()
    code, complaint = collection.crawl("site")
    assert (code, complaint) == (0, "")
    visits = Counter(site.visited())
    with collection.store() as store:
        run = last_run(store, "site")
        assert run
        assert run.number == 1
        assert run.finished_at
        stored = [article.url for article in store.articles()]
        result = tally(store, "site", run)
        assert all(len(store.versions(url)) == 1 for url in stored)
    assert sorted(stored) == sorted(site.url + path for path in paths)
    assert visits.keys() == {*paths, "/", *(f"/?from={start}" for start in range(10, COUNT, 10))}
    assert visits.total() - len(visits) <= CONCURRENCY * len(kills)
    assert result.outcomes[Outcome.NEW] == COUNT
    assert sum(result.outcomes.values()) == len(visits)


@pytest.mark.parametrize("kills", [[1], [2, 15], [33], [50, 3]], ids=str)
def test_a_killed_crawl_goes_on(site: Site, collection: Collection, kills: list[int]) -> None:
    crawl_with_kills(site, collection, kills)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(25))
def test_a_crawl_killed_anywhere_goes_on(site: Site, collection: Collection, seed: int) -> None:
    dice = random.Random(seed)
    crawl_with_kills(site, collection, [dice.randint(1, COUNT // 2) for _ in range(3)])
