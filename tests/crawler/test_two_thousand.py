"""A site of 2,000 articles: killed three times, visited again, and within its memory."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from crawler.limits import CONCURRENCY

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site

COUNT = 2000
KILLS = 3


def finish(collection: Collection) -> float:
    """Crawl to the end; the most megabytes of memory that took."""
    measured = collection.measure_crawl("site")
    assert measured.complaint == ""
    assert measured.code == 0
    return measured.megabytes


@pytest.mark.long
def test_two_thousand_articles_survive_three_kills_and_are_not_fetched_again_unchanged(
    site: Site, collection: Collection
) -> None:
    paths = site.set_articles(COUNT, page_size=20)
    site.answer_conditionally = True
    collection.declare("site", f'seeds = ["{site.url}/"]\narticles = "/a/"')
    dice = random.Random(7)
    for _ in range(KILLS):
        before = len(site.requests)
        with collection.start_crawl("site") as process:
            site.wait_for(before + dice.randint(100, 500))
            process.kill()
    megabytes = finish(collection)
    visits = Counter(site.visited())
    with collection.store() as store:
        stored = {article.url for article in store.articles()}
    assert stored == {site.url + path for path in paths}
    repeated = visits.total() - len(visits)
    site.forget_requests()
    megabytes = max(megabytes, finish(collection))
    again = dict(zip(site.visited(), site.statuses, strict=True))
    assert repeated <= CONCURRENCY * KILLS
    assert sorted(path for path in again if "/a/" in path) == sorted(paths)
    assert set(again.values()) == {304}
    assert megabytes <= 300
