"""A store opens with every later program, and many may open it at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from indexer.article import Article
from indexer.errors import StoreError
from indexer.store import Store, migrations
from indexer.store.tables import METADATA

ONE = Article(
    url="http://x/1",
    title="催收",
    body="第一篇\n第二段",
    published=datetime(2024, 3, 5, 7, 30, 15, 123456, tzinfo=UTC),
)

CONFIG = Config()
CONFIG.set_main_option("script_location", str(Path(migrations.__file__).parent))
SCRIPTS = ScriptDirectory.from_config(CONFIG)
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "xiaosou.db"


def make_store_of(file: Path, revision: str) -> None:
    """A store as the program of that revision wrote it, with an article in it."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        CONFIG.attributes["connection"] = connection
        command.upgrade(CONFIG, revision)
    engine.dispose()
    database = sqlite3.connect(file)
    database.execute("UPDATE counter SET seq = 7")
    database.execute(
        "INSERT INTO articles (id, url, seq, state, version, hash, updated_at)"
        "VALUES (?, ?, 7, 'live', 1, ?, '2024-03-05 08:00:00.000000')",
        [ONE.id, ONE.url, ONE.content_hash],
    )
    database.execute(
        "INSERT INTO versions (article_id, number, stored_at, title, body, site, category,"
        " language, author, published) VALUES (?, 1, '2024-03-05 08:00:00.000000', ?, ?,"
        " '', '', '', '', '2024-03-05 07:30:15.123456')",
        [ONE.id, ONE.title, ONE.body],
    )
    database.commit()
    database.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_store_of_every_revision_keeps_its_articles(file: Path, revision: str) -> None:
    make_store_of(file, revision)
    for _ in range(2):
        with Store.open(file) as store:
            assert list(store.articles()) == [ONE]
            assert [version.article for version in store.versions(ONE.url)] == [ONE]
            assert store.last_seq() == 7
            assert store.verify() == []


def test_a_migration_that_fails_changes_nothing(file: Path) -> None:
    make_store_of(file, "0001")
    database = sqlite3.connect(file)
    database.execute("CREATE TABLE pages (mine)")  # 0002 makes runs, then pages
    database.commit()
    with pytest.raises(StoreError, match=r"table pages already exists"):
        Store.open(file)
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}
    assert "runs" not in tables
    assert database.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    database.close()


def test_head_is_the_newest_revision() -> None:
    assert SCRIPTS.get_current_head() == migrations.HEAD
    assert sorted(REVISIONS) == REVISIONS[::-1], "revisions are compared as text"


def test_the_migrations_make_the_tables_that_are_declared(file: Path) -> None:
    with Store.open(file) as store, store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_alembic_is_loaded_only_when_there_is_something_to_do(file: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.store import Store;"
        "Store.open(Path(sys.argv[1])).close(); print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(file)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]
    assert [run.stdout.strip() for run in runs] == ["True", "False"]


def test_processes_that_open_a_new_store_at_once_all_succeed(file: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.store import Store;"
        "Store.open(Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", program, str(file)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate()[1] for process in processes]
    assert errors == [""] * 4


def test_threads_that_open_new_stores_at_once_all_succeed(tmp_path: Path) -> None:
    barrier = Barrier(6)

    def open_one(file: Path) -> int:
        barrier.wait()
        with Store.open(file) as store:
            return store.put([ONE]).new

    for repeat in range(5):
        files = [tmp_path / f"{repeat}-{n}.db" for n in range(3)]
        with ThreadPoolExecutor(6) as pool:
            assert sum(pool.map(open_one, files * 2)) == 3


def test_switching_to_the_log_waits_for_others(file: Path) -> None:
    # Where a reader is in the way, SQLite fails at once instead of waiting as it does elsewhere.
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("CREATE TABLE other (x)")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM other").fetchall()
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(Store.open, file)
        with pytest.raises(TimeoutError):
            opening.result(timeout=0.3)
        reader.execute("COMMIT")
        opening.result().close()
    # Only a look at the database tells this connection.
    reader.execute("SELECT * FROM other").fetchall()
    assert reader.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
    reader.close()
