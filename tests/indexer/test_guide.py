"""The guide's file: it spares making, and whatever is in it does no harm."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer import Article, Index
from indexer import guide as module

ARTICLES = [
    Article(url="http://x/1", title="催收上门怎么办", body="遇到催收电话不要慌，先看证件。"),
    Article(url="http://x/2", title="银行的电话", body="银行的地址与电话，旅行之前先问。"),
]
ANOTHER = Article(url="http://x/3", title="防诈骗手册", body="诈骗的防范。")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Index.open(tmp_path) as index:
        index.add(ARTICLES)
        assert suggested(index, "cuish") == ["催收", "催收上门怎么办"]
    return tmp_path


@pytest.fixture
def opened(folder: Path) -> Iterator[Index]:
    with Index.open(folder) as index:
        yield index


def suggested(index: Index, text: str) -> list[str]:
    return [suggestion.text for suggestion in index.suggest(text)]


def file_of(folder: Path) -> Path:
    (file,) = folder.glob("whoosh/*/guide.arrays")
    return file


def made_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(module, "words_of", fail)


def test_another_process_reads_it_and_makes_nothing(
    opened: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_nothing(monkeypatch)
    assert suggested(opened, "cuish") == ["催收", "催收上门怎么办"]
    assert [notice.query for notice in opened.search("崔收").notices] == ["催收"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: b"{}",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content[:1000] + bytes(1000) + content[2000:],
        lambda content: bytes(len(content)),
    ],
)
def test_a_damaged_one_is_made_again(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    file = file_of(folder)
    file.write_bytes(damage(file.read_bytes()))
    with Index.open(folder) as index:
        assert suggested(index, "cuish") == ["催收", "催收上门怎么办"]


def test_one_of_another_moment_is_made_again(opened: Index) -> None:
    opened.add([ANOTHER])
    assert suggested(opened, "fzp") == ["防诈骗手册"]


def test_of_a_large_collection_the_old_one_answers_until_the_new_one_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SMALL", 0)
    go_on, done = threading.Event(), threading.Event()
    write_arrays = module.write_arrays

    def write(*arguments: object) -> None:
        assert go_on.wait(60)
        write_arrays(*arguments)  # type: ignore[arg-type]
        done.set()

    monkeypatch.setattr(module, "write_arrays", write)
    with Index.open(folder) as index:
        index.add([ANOTHER])
        assert suggested(index, "fzp") == []
        assert suggested(index, "cuish") == ["催收", "催收上门怎么办"]
        go_on.set()
        assert done.wait(60)
    with Index.open(folder) as index:
        made_nothing(monkeypatch)
        assert suggested(index, "fzp") == ["防诈骗手册"]


def test_an_index_that_is_closed_does_not_wait_for_what_is_being_made(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "_SMALL", 0)
    begun, go_on = threading.Event(), threading.Event()
    words_of = module.words_of

    def find_words(*arguments: object) -> object:
        begun.set()
        assert go_on.wait(60)
        return words_of(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "words_of", find_words)
    before = file_of(folder).read_bytes()
    index = Index.open(folder)
    index.add([ANOTHER])
    suggested(index, "fzp")
    assert begun.wait(60)
    closing = threading.Thread(target=index.close)
    closing.start()
    while not index._guide._closing.is_set():
        pass
    go_on.set()
    closing.join(60)
    assert not closing.is_alive()
    assert file_of(folder).read_bytes() == before
    assert not caplog.records


def test_what_cannot_be_written_is_kept_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(os.strerror(13))

    monkeypatch.setattr(module, "write_arrays", refuse)
    with Index.open(tmp_path) as index:
        index.add(ARTICLES)
        assert suggested(index, "cuish") == ["催收", "催收上门怎么办"]
        made_nothing(monkeypatch)
        assert suggested(index, "yinh") == ["银行", "银行的电话"]


def test_a_purged_article_is_erased_from_it(opened: Index, folder: Path) -> None:
    title = "上门怎么办".encode()
    assert title in file_of(folder).read_bytes()
    opened.delete(["http://x/1"], purge=True)
    assert not [*folder.glob("whoosh/*/guide.arrays")]
    assert suggested(opened, "cuish") == []
    assert title not in file_of(folder).read_bytes()


def test_a_rebuilt_index_has_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Index.open(folder) as index:
        index.rebuild()
    made_nothing(monkeypatch)
    with Index.open(folder) as index:
        assert suggested(index, "cuish") == ["催收", "催收上门怎么办"]
