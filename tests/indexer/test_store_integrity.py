"""What `Store.verify` finds in a store on SQLite that is not as it was left."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.article import Article
from indexer.store import Store

ARTICLES = [Article(url=f"http://x/{n}", title=f"t{n}", body=f"text {n} " * 50) for n in range(200)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "xiaosou.db"
    with Store.open(path) as store:
        store.put(ARTICLES)
        store.delete(["http://x/0"])
        store.delete(["http://x/1"], purge=True)
    return path


def problems(file: Path) -> list[str]:
    with Store.open(file) as store:
        return store.verify()


def change(file: Path, *statements: str) -> None:
    database = sqlite3.connect(file)
    for statement in statements:
        assert database.execute(statement).rowcount
    database.commit()
    database.close()


def test_all_is_well(file: Path) -> None:
    assert problems(file) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-8192] + bytes(4096) + content[-4096:],
        lambda content: content[:-4096] + b"\xff" * 4096,
    ],
)
def test_a_damaged_page(file: Path, damage: Callable[[bytes], bytes]) -> None:
    file.write_bytes(damage(file.read_bytes()))
    found = problems(file)
    assert found
    assert all(line.startswith("the store is damaged: ") for line in found)
    assert not any("\n" in line for line in found)


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (
            lambda content: content.replace(b"http://x/123", b"http://x/12z", 1),
            "missing from index",
        ),
        (lambda content: content[:36] + bytes([0, 0, 0, 9]) + content[40:], "reelist"),
    ],
    ids=["a row unlike its index", "a miscounted page"],
)
def test_damage_that_can_be_named(file: Path, damage: Callable[[bytes], bytes], part: str) -> None:
    file.write_bytes(damage(file.read_bytes()))
    found = problems(file)
    assert any(part in line for line in found)
    assert all(line.startswith("the store is damaged: ") for line in found)
    assert not any("\n" in line or "***" in line for line in found)


def test_a_version_without_an_article(file: Path) -> None:
    change(file, "DELETE FROM articles WHERE url = 'http://x/7'")
    assert problems(file) == ["row 8 of versions in the store belongs to nothing in articles"]


def test_an_article_without_its_text(file: Path) -> None:
    change(file, "DELETE FROM versions WHERE title IN ('t0', 't9')")
    assert problems(file) == [f"the store has lost the text of http://x/{n}" for n in (9, 0)]


def test_a_text_that_is_not_what_was_stored(file: Path) -> None:
    content = file.read_bytes()
    assert b"t9text 9 " in content
    file.write_bytes(content.replace(b"t9text 9 ", b"t9text 8 "))
    assert problems(file) == ["the store has another text of http://x/9 than was put into it"]
