"""Pages are kept as they came, and a purge leaves nothing of them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from indexer import Article
from indexer.store import Copy, Store
from indexer.store.copies import keep_copies

URL = "https://jokes.example/a/7.html"
TIME = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "xiaosou.db") as opened:
        yield opened


def copy(url: str, content: bytes = b"<p>\xb0\xa1") -> Copy:
    return Copy(url, content, "gbk", TIME)


def test_a_page_comes_back_as_it_was_kept(store: Store) -> None:
    store.keep([copy(URL)])
    assert store.copies(URL) == [copy(URL)]
    assert store.copies(f"{URL}#joke-3") == [copy(URL)]
    assert store.copies("https://jokes.example/") == []


def test_the_pages_of_an_article_come_in_their_order(store: Store) -> None:
    pages = [copy(URL), copy(f"{URL}?p=10"), copy(f"{URL}?p=2")]
    store.keep(pages)
    assert store.copies(URL) == pages
    assert store.copies(pages[1].url) == []


def test_pages_are_kept_in_place_of_those_of_before(store: Store) -> None:
    store.keep([copy(URL), copy(f"{URL}?p=2"), copy(f"{URL}?p=3")])
    store.keep([copy(f"{URL}?p=3", b"its own")])
    now = [copy(URL, b"new"), copy(f"{URL}?p=2", b"new, too")]
    store.keep(now)
    assert store.copies(URL) == now
    assert store.copies(f"{URL}?p=3") == [copy(f"{URL}?p=3", b"its own")]
    assert list(store.all_copies()) == []
    store.put([Article(URL, "t", "b")])
    assert list(store.all_copies()) == now


def test_copies_are_compressed(store: Store, tmp_path: Path) -> None:
    store.keep([copy(URL, b"<p>the same again</p>" * 500_000)])
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 1_000_000


def test_a_deleted_article_keeps_its_copies_and_a_purged_one_does_not(store: Store) -> None:
    store.put([Article(f"{URL}#1", "t", "b")])
    store.keep([copy(URL), copy(f"{URL}?p=2")])
    assert list(store.all_copies()) == store.copies(URL)
    store.delete([f"{URL}#1"])
    assert len(store.copies(URL)) == 2
    assert list(store.all_copies()) == []
    store.delete([f"{URL}#1"], purge=True)
    assert store.copies(URL) == []


def test_nothing_of_a_purged_page_stays_in_the_files(tmp_path: Path) -> None:
    # With these numbers SQLite leaves a part of a page behind where its row once was.
    draw = random.Random(2)
    urls = [f"https://a.example/{number}" for number in range(300)]
    # What cannot be compressed is found in the file as it is.
    texts = [draw.randbytes(draw.randrange(150, 400)) for _ in urls]
    with Store.open(tmp_path / "xiaosou.db") as store:
        store.put(Article(url, "t", "b") for url in urls)
        with store.transaction() as transaction:
            for url, text in zip(urls, texts, strict=True):
                keep_copies(transaction.connection, [Copy(url, text, "", TIME)])
        for number in draw.sample(range(300), 200):
            texts[number] += draw.randbytes(draw.randrange(10, 300))
            store.keep([Copy(urls[number], texts[number], "", TIME)])
        purged = draw.sample(range(300), 150)
        content = read_files(tmp_path)
        assert all(texts[number][20:90] in content for number in purged)
        store.delete([urls[number] for number in purged], purge=True)
        content = read_files(tmp_path)
        assert not [number for number in purged if texts[number][20:90] in content]
        assert len(list(store.all_copies())) == 150
        assert store.verify() == []


def read_files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())
