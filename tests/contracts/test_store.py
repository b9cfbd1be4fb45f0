"""What every article store does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from indexer.article import Article, article_id
from indexer.store import Counts, Store

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


def sqlite(folder: Path) -> Path:
    return folder / "deep" / "xiaosou.db"


# A later store on another database joins here.
STORES: list[Callable[[Path], Path | str]] = [sqlite]


@pytest.fixture(params=STORES, ids=lambda make: make.__name__)
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    place: Path | str = request.param(tmp_path)
    return place


@pytest.fixture
def store(location: Path | str) -> Iterator[Store]:
    with Store.open(location) as opened:
        yield opened


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


def test_purged_text_leaves_the_files(tmp_path: Path) -> None:
    secret = "一个不该留下的秘密" * 300
    with Store.open(sqlite(tmp_path)) as store:
        store.put([replace(ONE, body=secret), TWO])
        store.put([replace(ONE, body=secret + "改")])
        store.delete([ONE.url], purge=True)
        files = list(sqlite(tmp_path).parent.iterdir())
        assert files
        assert not any("该留下的秘密".encode() in file.read_bytes() for file in files)


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


def test_threads_share_a_store(store: Store) -> None:
    def put(n: int) -> Counts:
        return store.put([Article(url=f"http://x/{n % 50}", title="t", body=str(n))])

    with ThreadPoolExecutor(8) as pool:
        counts = sum(pool.map(put, range(200)), Counts())
    assert counts.new == 50
    assert store.last_seq() == counts.new + counts.changed


WRITER = """
import sys
from indexer.article import Article
from indexer.store import Store
location, name = sys.argv[1:]
with Store.open(location if "://" in location else __import__("pathlib").Path(location)) as store:
    for n in range(100):
        store.put([Article(url=f"http://{name}/{n}", title=name, body=str(n))])
"""


def test_processes_that_write_at_once_lose_nothing(location: Path | str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(location), name]) for name in "abc"
    ]
    seen: list[str] = []
    cursor = 0
    with Store.open(location) as store:
        while True:
            running = any(writer.poll() is None for writer in writers)
            for change in store.changes(cursor, limit=7):
                seen.append(change.url)
                cursor = change.seq
            if not running and cursor == store.last_seq():
                break
        assert [writer.returncode for writer in writers] == [0, 0, 0]
        assert sorted(seen) == sorted(f"http://{name}/{n}" for name in "abc" for n in range(100))


class StoreAgainstModel(RuleBasedStateMachine):
    """Any sequence of steps leaves what a dictionary of articles would have."""

    articles = st.builds(
        Article,
        url=st.sampled_from(["http://x/1", "http://x/2", "http://x/3"]),
        title=st.sampled_from(["a", "b"]),
        body=st.just(""),
    )
    urls = st.sampled_from(["http://x/1", "http://x/2", "http://x/3", "http://x/4"])

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "xiaosou.db")
        self.model: dict[str, Article] = {}
        self.versions: dict[str, list[Article]] = {}
        self.follower: dict[str, Article] = {}
        self.cursor = 0

    @rule(given=st.lists(articles, max_size=4))
    def put(self, given: list[Article]) -> None:
        newest = {article.url: article for article in given}
        counts = self.store.put(given)
        same = {url for url, article in newest.items() if self.model.get(url) == article}
        assert counts.unchanged == len(same)
        assert counts.changed == len(newest.keys() & self.model.keys()) - len(same)
        assert counts.new == len(newest.keys() - self.model.keys())
        for url, article in newest.items():
            if self.versions.setdefault(url, [])[-1:] != [article]:
                self.versions[url].append(article)
        self.model |= newest

    @rule(gone=st.lists(urls, max_size=3), purge=st.booleans())
    def delete(self, gone: list[str], purge: bool) -> None:
        kept = {url for url, versions in self.versions.items() if versions}
        expected = set(gone) & (kept if purge else self.model.keys())
        assert self.store.delete(gone, purge=purge) == len(expected)
        for url in gone:
            self.model.pop(url, None)
            if purge:
                self.versions[url] = []

    @rule()
    def follow(self) -> None:
        for change in self.store.changes(self.cursor):
            assert change.seq > self.cursor
            self.cursor = change.seq
            self.follower.pop(change.url, None)
            if change.article:
                self.follower[change.url] = change.article
        assert self.follower == self.model

    @invariant()
    def has_what_the_model_has(self) -> None:
        assert {article.url: article for article in self.store.articles()} == self.model
        for url, versions in self.versions.items():
            assert [version.article for version in self.store.versions(url)] == versions

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestStoreAgainstModel = StoreAgainstModel.TestCase
TestStoreAgainstModel.settings = settings(deadline=None, max_examples=50, stateful_step_count=15)
