"""The store on SQLite: files that are not as they should be, kills, and migrations."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from indexer.article import Article
from indexer.errors import StoreError, StoreVersionError
from indexer.store import Store, migrations


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "xiaosou.db"
    file.write_text("something else " * 100, encoding="utf-8")
    with pytest.raises(StoreError, match=r"name another folder") as caught:
        Store.open(file)
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match=r"cannot be used"):
        Store.open(tmp_path / "file" / "xiaosou.db")


@pytest.mark.parametrize(
    "url", ["nonsense", "postgresql://me:secret@host/db", "sqlite://", "sqlite:///:memory:"]
)
def test_a_url_that_cannot_be_is_one_clear_line_without_the_password(url: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///file.db") as caught:
        Store.open(url)
    assert "secret" not in str(caught.value)


def test_a_database_locked_for_too_long_is_one_clear_line(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/xiaosou.db?timeout=0.1") as store, store.transaction():
        with pytest.raises(StoreError, match=r"another program has been writing"):
            store.put([Article(url="http://x/", title="", body="")])
        assert store.count() == 0  # readers go on


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "xiaosou.db"
    Store.open(file).close()
    database = sqlite3.connect(file)
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    with pytest.raises(StoreVersionError, match=r"newer xiaosou"):
        Store.open(file)


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


def test_the_migrations_make_the_tables_that_are_declared(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from indexer.store.tables import METADATA

    with Store.open(tmp_path / "xiaosou.db") as store, store.read() as reading:
        assert compare_metadata(MigrationContext.configure(reading), METADATA) == []


def test_processes_that_open_a_new_store_at_once_all_succeed(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.store import Store;"
        "Store.open(Path(sys.argv[1])).close()"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "xiaosou.db")]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate()[1] for process in processes]
    assert errors == [""] * 4


WRITER = """
import sys
from pathlib import Path
from indexer.article import Article
from indexer.store import Store

with Store.open(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    for n in range(10_000):
        pair = [Article(url=f"http://x/{n}/{half}", title="t", body="b" * 1000) for half in "ab"]
        store.put(pair)
        if n % 3 == 0:
            store.delete([article.url for article in pair], purge=n % 2 == 0)
"""


def kill_writers(file: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(times):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.5))
            os.kill(process.pid, signal.SIGKILL)
        with Store.open(file) as store:
            assert store.verify() == []
            urls = {article.url for article in store.articles()}
            # What was written together is there together.
            assert all(url[:-1] + half in urls for url in urls for half in "ab")


def test_a_killed_writer_leaves_whole_transactions(tmp_path: Path) -> None:
    kill_writers(tmp_path / "xiaosou.db", 5, seed=1)


@pytest.mark.long
def test_writers_killed_at_many_points_leave_whole_transactions(tmp_path: Path) -> None:
    kill_writers(tmp_path / "xiaosou.db", 100, seed=2)
