"""What is purged leaves the files of a store on SQLite."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from indexer.article import Article
from indexer.store import Store

SECRET = "一个不该留下的秘密"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "xiaosou.db"


def left_of(texts: Iterable[str], file: Path) -> list[str]:
    """Those texts that a file of the store still has."""
    content = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert content
    return [text for text in texts if text.encode() in content]


def test_every_version_leaves_while_the_store_is_open(file: Path) -> None:
    article = Article(url="http://x/1", title=SECRET, body=SECRET * 3000, author=SECRET)
    with Store.open(file) as store:
        store.put([article])
        store.put([replace(article, title="", body=SECRET)])
        assert left_of([SECRET], file) == [SECRET]
        store.delete([article.url], purge=True)
        assert left_of([SECRET, "该留下的"], file) == []


def test_a_purge_inside_a_transaction_leaves_too(file: Path) -> None:
    article = Article(url="http://x/1", title="", body=SECRET)
    with Store.open(file) as store:
        store.put([article])
        with store.transaction() as transaction:
            transaction.delete([article.url], purge=True)
        assert left_of([SECRET], file) == []


@pytest.mark.parametrize(("shortest", "longest"), [(0, 100), (200, 600), (1000, 6000)])
def test_nothing_is_left_among_neighbours(file: Path, shortest: int, longest: int) -> None:
    # SQLite moves rows that remain when others are deleted; copies must not stay behind.
    chance = random.Random(longest)
    live: list[Article] = []
    gone: list[Article] = []
    with Store.open(file) as store:
        for step in range(30):
            added = [
                Article(
                    url=f"http://x/{step}/{n}",
                    title=f"secret {step} {n}.",
                    body="x" * chance.randint(shortest, longest),
                )
                for n in range(chance.randint(10, 50))
            ]
            store.put(added)
            live += added
            chance.shuffle(live)
            for _ in range(2):
                cut = chance.randint(0, min(20, len(live)))
                store.delete([article.url for article in live[:cut]], purge=True)
                gone += live[:cut]
                del live[:cut]
        store.put(gone[:10])  # they come back as new ones
        live, gone = live + gone[:10], gone[10:]
        assert len(gone) > 200
        assert left_of([article.title for article in gone], file) == []
        assert store.load(article.id for article in live) == {one.id: one for one in live}
        assert store.verify() == []


def test_while_others_read_it_says_that_the_log_still_has_it(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    article = Article(url="http://x/1", title="", body=SECRET)
    with Store.open(f"sqlite:///{file}?timeout=0.1") as store:
        store.put([article])
        with store.read() as connection, caplog.at_level(logging.WARNING):
            connection.execute(text("SELECT 1 FROM articles")).all()
            assert store.delete([article.url], purge=True) == 1
        assert [record.getMessage() for record in caplog.records] == [
            f"what was purged stays in {file}-wal until nobody uses the store"
        ]
        assert left_of([SECRET], file) == [SECRET]
    assert left_of([SECRET], file) == []
