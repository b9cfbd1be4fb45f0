"""What every article store does."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.article import Article, article_id
from indexer.errors import StoreError
from indexer.store import Copy, Counts, Store
from indexer.store.tables import counter, runs

ONE = Article(
    url="http://x/1",
    title="催收",
    body="第一篇\n第二段 𠮷 👍🏽",
    site="站",
    category="类",
    language="zh",
    author="李",
    published=datetime(2024, 3, 5, 7, 30, 15, 123456, tzinfo=UTC),
)
TWO = Article(url="http://x/2", title="Two", body="")


def test_what_is_put_is_there_unchanged(store: Store) -> None:
    assert store.put([ONE, TWO]) == Counts(new=2)
    assert store.get(ONE.url) == ONE
    assert store.load([TWO.id, ONE.id, "nothing"]) == {ONE.id: ONE, TWO.id: TWO}
    assert list(store.articles()) == [ONE, TWO]
    assert store.get("http://nowhere/") is None
    assert store.count() == 2


def test_unchanged_content_makes_no_version_and_no_change(store: Store) -> None:
    store.put([ONE])
    seq = store.last_seq()
    assert store.put([ONE]) == Counts(unchanged=1)
    assert store.last_seq() == seq
    assert [version.number for version in store.versions(ONE.url)] == [1]


def test_changed_content_makes_a_version(store: Store) -> None:
    store.put([ONE])
    changed = replace(ONE, body="别的")
    assert store.put([changed, TWO]) == Counts(new=1, changed=1)
    assert store.get(ONE.url) == changed
    assert [version.article for version in store.versions(ONE.url)] == [ONE, changed]
    first, second = (version.stored_at for version in store.versions(ONE.url))
    assert first <= second <= datetime.now(UTC)


@pytest.mark.parametrize("alphabet", [range(0x21, 0x7F), range(0x4E00, 0x9FFF)])
def test_the_longest_urls_are_kept(store: Store, alphabet: range) -> None:
    chance = random.Random(1)  # so that no database can make them shorter
    count = min(2048, 2600 // len(chr(alphabet[0]).encode()))
    urls = ["".join(chr(chance.choice(alphabet)) for _ in range(count)) for _ in range(3)]
    store.put(Article(url=url, title="", body="") for url in urls)
    for url in urls:
        store.keep([Copy(url, b"page", "", datetime.now(UTC))])
    assert [article.url for article in store.articles()] == urls
    assert [copy.url for copy in store.all_copies()] == sorted(urls)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x"},
        {"body": "x"},
        {"site": "x"},
        {"category": "x"},
        {"language": "en"},
        {"author": "x"},
        {"published": None},
    ],
)
def test_every_field_counts_as_content(store: Store, change: dict[str, str | None]) -> None:
    store.put([ONE])
    assert store.put([replace(ONE, **change)]) == Counts(changed=1)  # type: ignore[arg-type]


def test_the_last_of_two_with_one_url_counts(store: Store) -> None:
    assert store.put([ONE, replace(ONE, title="last")]) == Counts(new=1)
    article = store.get(ONE.url)
    assert article
    assert article.title == "last"
    assert len(store.versions(ONE.url)) == 1


def test_changes_follow_each_other_in_order(store: Store) -> None:
    store.put([ONE, TWO])
    store.put([replace(ONE, title="again")])
    store.delete([TWO.url])
    changes = store.changes(0)
    assert [(change.url, change.article and change.article.title) for change in changes] == [
        (ONE.url, "again"),
        (TWO.url, None),
    ]
    assert [change.seq for change in changes] == [3, 4]
    assert store.last_seq() == 4
    assert store.changes(3)[0].id == article_id(TWO.url)
    assert store.changes(4) == []
    assert [change.seq for change in store.changes(0, limit=1)] == [3]


def test_a_deleted_article_leaves_a_tombstone_and_can_come_back(store: Store) -> None:
    store.put([ONE])
    assert store.delete([ONE.url, "http://nowhere/"]) == 1
    assert store.delete([ONE.url]) == 0
    assert store.get(ONE.url) is None
    assert store.count() == 0
    assert list(store.articles()) == []
    assert len(store.versions(ONE.url)) == 1
    assert store.put([ONE]) == Counts(new=1)
    assert len(store.versions(ONE.url)) == 1
    assert store.get(ONE.url) == ONE


@pytest.mark.parametrize("deleted_before", [False, True])
def test_a_purge_erases_every_version(store: Store, deleted_before: bool) -> None:
    store.put([ONE, TWO])
    if deleted_before:
        store.delete([ONE.url])
    assert store.delete([ONE.url], purge=True) == 1
    assert store.delete([ONE.url], purge=True) == 0
    assert store.versions(ONE.url) == []
    assert store.get(ONE.url) is None
    assert store.purged([ONE.url, TWO.url, "http://nowhere/"]) == {ONE.url}
    assert store.changes(2)[0].article is None
    assert store.put([ONE]) == Counts(new=1)
    assert store.purged([ONE.url]) == set()
    assert store.get(ONE.url) == ONE


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    def put_and_fail() -> None:
        with store.transaction() as transaction:
            transaction.put([ONE])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        put_and_fail()
    assert store.count() == 0
    assert store.last_seq() == 0


def test_many_articles_at_once(store: Store) -> None:
    def many() -> Iterator[Article]:
        return (Article(url=f"http://x/{n}", title=str(n), body="") for n in range(3000))

    assert store.put(many()) == Counts(new=3000)
    assert store.put(many()) == Counts(unchanged=3000)
    assert len(store.load(article.id for article in many())) == 3000
    assert len(list(store.articles())) == 3000
    assert store.delete(article.url for article in many()) == 3000


def test_reopening_keeps_everything(location: Path | str) -> None:
    with Store.open(location) as store:
        store.put([ONE])
    with Store.open(location) as store:
        assert store.get(ONE.url) == ONE
        assert store.verify() == []


def test_who_reads_cannot_write(store: Store) -> None:
    for _ in range(2):  # also where the same connection has written before
        with pytest.raises(StoreError, match=r"readonly|read-only"), store.read() as connection:
            connection.execute(counter.update().values(seq=7))
        store.put([ONE])
        assert store.last_seq() == 1


def test_rows_of_others_commit_with_the_articles(store: Store) -> None:
    started = datetime(2024, 3, 5, 9, 30, tzinfo=timezone(timedelta(hours=8)))

    def record(*, fails: bool) -> None:
        with store.transaction() as transaction:
            transaction.put([ONE])
            transaction.connection.execute(runs.insert().values(source="s", started_at=started))
            if fails:
                raise RuntimeError

    with pytest.raises(RuntimeError):
        record(fails=True)
    with store.read() as connection:
        assert connection.execute(runs.select()).all() == []
    record(fails=False)
    with store.read() as connection:
        run = connection.execute(runs.select()).one()
    assert run.started_at == started
    assert run.started_at.tzinfo == UTC
    assert store.get(ONE.url) == ONE


def test_a_time_without_a_zone_is_not_stored(store: Store) -> None:
    naive = datetime(2024, 3, 5, 9, 30)
    with pytest.raises(StoreError, match=r"needs a zone"), store.transaction() as transaction:
        transaction.connection.execute(runs.insert().values(source="s", started_at=naive))


def test_what_changes_while_all_are_read_is_not_missed(store: Store) -> None:
    many = [Article(url=f"http://x/{n}", title="", body="") for n in range(1500)]
    store.put(many)
    reading = store.articles()
    assert next(reading) == many[0]
    changed = [replace(article, title="changed") for article in (many[0], many[-1])]
    store.put(changed)
    store.delete([many[-2].url])
    assert list(reading) == many[1:-2] + changed


def test_memory_does_not_grow_with_the_collection(store: Store) -> None:
    def many() -> Iterator[Article]:
        return (Article(url=f"http://x/{n}", title="", body=str(n) * 1000) for n in range(10_000))

    size = sum(len(article.body) for article in many())
    tracemalloc.start()
    try:
        for batch in range(10):
            store.put(article for article in islice(many(), batch * 1000, (batch + 1) * 1000))
        assert sum(len(article.body) for article in store.articles()) == size
        assert store.verify() == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size / 2


# Any text an article may hold, also what databases and encodings stumble over.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    given_articles=st.lists(
        st.builds(
            Article,
            url=TEXTS.filter(bool),
            title=TEXTS,
            body=TEXTS,
            author=TEXTS,
            published=st.none() | st.datetimes(timezones=st.timezones()),
        ),
        unique_by=lambda article: article.url,
        max_size=5,
    )
)
def test_any_text_and_time_comes_back(store: Store, given_articles: list[Article]) -> None:
    store.put(given_articles)
    for article in given_articles:
        assert store.get(article.url) == article
    urls = [article.url for article in given_articles]
    assert store.delete(urls, purge=True) == len(urls)
    assert store.purged(urls) == set(urls)
