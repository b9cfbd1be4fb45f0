"""The user's dictionary: what changes in it is indexed anew, and nothing else, on every engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from whoosh.query import Prefix

from indexer import Article, Index
from indexer.errors import SettingsError
from indexer.ownwords import KeptWords, OwnWords
from indexer.query.fields import WORDS

Open = Callable[[], Index]

ARTICLES = [
    Article(url="http://x/1", title="笑搜引擎", body="用笑搜引擎找笑话。"),
    Article(url="http://x/2", title="笑话", body="他们笑，搜引擎盖也没有用。"),
    Article(url="http://x/3", title="", body="邻里公益的催收电话怎么办，公益热线。"),
    Article(url="http://x/4", title="公益", body="笑一笑，十年少。"),
    Article(url="http://x/5", title="Search engines", body="Nothing of it here."),
]


class Collection:
    """A collection with a dictionary."""

    def __init__(self, folder: Path, open_index: Open) -> None:
        folder.mkdir()
        self._file = folder / "words.txt"
        (folder / "settings.toml").write_text('dictionary = "words.txt"', encoding="utf-8")
        self.write("")
        self.open = open_index

    def write(self, words: str) -> None:
        self._file.write_text(words, encoding="utf-8")

    def remove(self) -> None:
        self._file.unlink()


@pytest.fixture
def collection(tmp_path: Path, open_index: Open) -> Collection:
    return Collection(tmp_path / "index", open_index)


def words(index: Index) -> Mapping[str, int]:
    """The words that the index has, with the number of articles that have each."""
    engine = index._live.generation().engine
    return dict(engine.expand(Prefix(WORDS, "")))


def codes(index: Index, query: str) -> list[str]:
    return [notice.code for notice in index.search(query).notices]


def test_only_articles_with_a_changed_word_are_indexed_anew(collection: Collection) -> None:
    index = collection.open()
    index.add(ARTICLES)
    plain = words(index)
    assert "笑搜引擎" not in plain
    collection.write("笑搜引擎\n邻里公益 500 n\nsearch\n")
    assert index.catch_up() == 2
    assert index.catch_up() == 0
    changed = words(index)
    assert (changed["笑搜引擎"], changed["邻里公益"]) == (1, 1)
    assert index.check() == []
    index.rebuild()
    assert words(index) == changed
    collection.write("笑搜引擎\n")
    index.delete(["http://x/5"])
    assert "邻里公益" not in words(index)
    collection.write("")
    assert index.catch_up() == 1
    index.add(ARTICLES)
    assert words(index) == plain


def test_whoever_has_the_collection_open_learns_of_it(
    collection: Collection, engine_name: str
) -> None:
    index = collection.open()
    index.add(ARTICLES)
    other = collection.open()
    assert other.search("笑搜引擎").total == 2  # 搜 and 引擎 are words of their own
    collection.write("笑搜引擎\n")
    assert codes(other, "笑搜引擎") == []
    newcomer = collection.open()
    assert codes(newcomer, "笑搜引擎") == (["stale"] if not is_volatile(newcomer) else [])
    if is_volatile(index):  # each has documents of its own
        other.catch_up()
    else:
        assert "run xiaosou index" in newcomer.check()[0]
        index.catch_up()
    if "://" in engine_name:  # a cluster, which is asked once a second at most
        time.sleep(1.1)
    results = other.search("笑搜引擎")
    assert [hit.article.url for hit in results] == ["http://x/1"]
    assert not results.notices
    assert other.explain("笑搜引擎", url="http://x/1").words == ("笑搜引擎",)


def is_volatile(index: Index) -> bool:
    return index._live.generation().engine.volatile


def test_what_one_began_another_ends_by_the_dictionary_of_then(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = collection.open()
    index.add(ARTICLES)
    plain = words(index)
    collection.write("笑搜引擎\n")
    keeping = type(index._live.generation().own_words)
    put, kept = keeping.put, []

    def put_once(self: KeptWords, own: OwnWords) -> None:
        if kept:
            raise KeyboardInterrupt
        kept.append(own)
        put(self, own)

    with monkeypatch.context() as dying:
        dying.setattr(keeping, "put", put_once)
        with pytest.raises(KeyboardInterrupt):
            index.catch_up()
    assert words(index)["笑搜引擎"] == 1
    collection.write("")
    assert index.catch_up() == 1
    assert words(index) == plain


def test_articles_that_were_not_indexed_yet_are_indexed_once(collection: Collection) -> None:
    index = collection.open()
    index.add(ARTICLES)
    index.store.put([Article(url="http://x/1", title="新的", body="笑搜引擎更新了。")])
    index.store.delete(["http://x/2"])
    collection.write("笑搜引擎\n搜引擎盖\n")
    index.catch_up()
    assert words(index)["笑搜引擎"] == 1
    assert index.check() == []
    assert index.stats().behind == 0


@pytest.mark.parametrize("content", [b"\xff\xfe\xfd", None])
def test_a_dictionary_that_cannot_be_read_stops_indexing_and_no_search(
    collection: Collection, content: bytes | None
) -> None:
    index = collection.open()
    index.add(ARTICLES)
    collection.write("笑搜引擎\n")
    index.catch_up()
    if content is None:
        collection.remove()
    else:
        collection._file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"words\.txt cannot be read"):
        index.add([Article(url="http://x/6", title="", body="新的")])
    assert index.search("笑搜引擎").total == 1
    collection.write("笑搜引擎\n")
    assert index.catch_up() == 1
