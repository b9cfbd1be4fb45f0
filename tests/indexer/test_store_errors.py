"""What a person reads when the store on SQLite cannot be used: one line, and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from indexer.article import Article
from indexer.errors import StoreError, StoreVersionError
from indexer.store import Store

ONE = Article(url="http://x/1", title="催收", body="第一篇")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "xiaosou.db"


def assert_one_line_about(file: Path, caught: pytest.ExceptionInfo[StoreError]) -> None:
    message = str(caught.value)
    assert message.startswith(f"the store {file} cannot be used: ")
    assert "\n" not in message


def put_with_pages(store: Store, most: int, article: Article) -> None:
    """Put an article while the file may not grow beyond some pages."""
    with store.transaction() as transaction:
        transaction.connection.execute(text(f"PRAGMA max_page_count = {most}"))
        transaction.put([article])


def test_a_file_that_is_no_database(file: Path) -> None:
    file.write_text("something else " * 100, encoding="utf-8")
    with pytest.raises(StoreError, match=r"name another folder") as caught:
        Store.open(file)
    assert_one_line_about(file, caught)


def test_a_folder_in_the_place_of_the_file(file: Path) -> None:
    file.mkdir()
    with pytest.raises(StoreError, match=r"must be readable and writable") as caught:
        Store.open(file)
    assert_one_line_about(file, caught)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    file = tmp_path / "file" / "xiaosou.db"
    with pytest.raises(StoreError, match=r"cannot be made") as caught:
        Store.open(file)
    assert_one_line_about(file, caught)


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://me:secret@host/db", "sqlite://", "sqlite:///:memory:"]
)
def test_a_url_that_cannot_be_does_not_show_the_password(url: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///file.db") as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_store_locked_for_too_long_can_still_be_read(file: Path) -> None:
    with Store.open(f"sqlite:///{file}?timeout=0.1") as store:
        with store.transaction(), pytest.raises(StoreError, match=r"another program") as caught:
            store.put([ONE])
        assert_one_line_about(file, caught)
        assert store.count() == 0


def test_a_store_that_is_read_only(file: Path) -> None:
    with Store.open(file) as store:
        store.put([ONE])
        with Store.open(f"sqlite:///file:{file}?mode=ro&uri=true") as read_only:
            assert read_only.get(ONE.url) == ONE
            with pytest.raises(StoreError, match=r"must be writable"):
                read_only.delete([ONE.url])


def test_a_full_disk_loses_nothing(file: Path) -> None:
    with Store.open(file) as store:
        store.put([ONE])
        big = Article(url="http://x/2", title="", body="x" * 100_000)
        with pytest.raises(StoreError, match=r"make room on the disk") as caught:
            put_with_pages(store, 1, big)
        assert_one_line_about(file, caught)
        assert list(store.articles()) == [ONE]
        assert store.verify() == []


def test_a_store_that_a_newer_program_wrote(file: Path) -> None:
    Store.open(file).close()
    database = sqlite3.connect(file)
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    with pytest.raises(StoreVersionError, match=r"newer xiaosou, at revision 9999"):
        Store.open(file)


def test_other_errors_in_a_transaction_stay_what_they_are(file: Path) -> None:
    with (
        Store.open(file) as store,
        pytest.raises(FileNotFoundError, match=r"^mine$"),
        store.transaction(),
    ):
        raise FileNotFoundError("mine")


@pytest.mark.parametrize("name", ["a?b=c.db", "100%41.db", "a#b.db", "空 格.db", "a'b\".db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    with Store.open(tmp_path / "folder" / name) as store:
        store.put([ONE])
    assert [file.name for file in (tmp_path / "folder").iterdir()] == [name]
    with Store.open(tmp_path / "folder" / name) as store:
        assert store.get(ONE.url) == ONE
