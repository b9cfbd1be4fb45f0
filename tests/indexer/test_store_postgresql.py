"""A store in PostgreSQL: what its users read when something is wrong, and what only it can do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from postgresqlserver import Server
from sqlalchemy import text

from indexer.article import Article
from indexer.errors import StoreError, StoreVersionError
from indexer.store import Copy, Store
from indexer.store.connection import lock
from indexer.store.orders import Kind, give_order, last_edit, open_orders
from indexer.store.schedules import Declaration, declare, declared
from indexer.store.tables import METADATA, hosts

ONE = Article(url="http://x/1", title="催收", body="第一篇")
ONE_TIME = datetime(2024, 3, 5, tzinfo=UTC)
SECRET = "s3cr3t/word"


@pytest.fixture
def store(postgresql_url: str) -> Iterator[Store]:
    with Store.open(postgresql_url) as opened:
        yield opened


def assert_clear(caught: pytest.ExceptionInfo[StoreError]) -> None:
    message = str(caught.value)
    assert message.startswith("the store postgresql://")
    assert " cannot be used: " in message
    assert "\n" not in message
    assert SECRET not in message


# What is wrong


@pytest.mark.parametrize(
    "place", ["{user}:{secret}@{host}/x", "{host}/x?user={user}&password={secret}"]
)
def test_a_wrong_password_is_not_shown(postgresql: Server, place: str) -> None:
    given = {"user": "postgres", "secret": "s3cr3t%2Fword", "host": f"127.0.0.1:{postgresql.port}"}
    with pytest.raises(
        StoreError, match=r"password authentication failed .* \(the server runs, but"
    ) as caught:
        Store.open(f"postgresql://{place.format(**given)}")
    assert_clear(caught)


def test_a_server_that_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"see that the server runs") as caught:
        Store.open(f"postgresql://me:s3cr3t%2Fword@/x?host={tmp_path}")
    assert_clear(caught)


def test_a_database_that_is_not_there(postgresql: Server) -> None:
    with pytest.raises(StoreError, match=r"does not exist \(the server runs, but") as caught:
        Store.open(postgresql.url("nothing"))
    assert_clear(caught)


def test_a_database_with_another_encoding(postgresql: Server) -> None:
    name = postgresql.make_database("TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'")
    with pytest.raises(StoreError, match=r"its encoding is not UTF8") as caught:
        Store.open(postgresql.url(name))
    assert_clear(caught)
    postgresql.run(f"DROP DATABASE {name}")


@pytest.mark.parametrize("query", ["timeout=soon", "tiemout=3"])
def test_a_parameter_that_is_none(postgresql_url: str, query: str) -> None:
    with pytest.raises(StoreError, match=r"soon|tiemout") as caught:
        Store.open(f"{postgresql_url}&{query}&password={SECRET}")
    assert "\n" not in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_user_without_rights(postgresql: Server, empty_postgresql_url: str) -> None:
    postgresql.run("DROP ROLE IF EXISTS guest")
    postgresql.run("CREATE ROLE guest LOGIN")
    with pytest.raises(StoreError, match=r"needs the rights") as caught:
        Store.open(empty_postgresql_url.replace("postgres@", "guest@"))
    assert_clear(caught)


def test_psycopg_is_asked_for_where_it_is_missing() -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from indexer.store import Store\n"
        "Store.open('postgresql://me:s3cr3t@host/x')"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "pip install 'xiaosou[cluster]'" in run.stderr.splitlines()[-1]
    assert "s3cr3t" not in run.stderr.splitlines()[-1]


def test_without_postgresql_its_driver_is_not_loaded(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from indexer.store import Store;"
        "Store.open(Path(sys.argv[1])).close(); print('psycopg' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "xiaosou.db")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_store_locked_for_too_long_can_still_be_read(postgresql_url: str) -> None:
    with Store.open(f"{postgresql_url}&timeout=0.1") as store:
        with store.transaction() as transaction:
            transaction.put([ONE])
            with pytest.raises(StoreError, match=r"another program") as caught:
                store.put([ONE])
        assert_clear(caught)
        assert store.count() == 1


def test_a_store_that_a_newer_program_wrote(store: Store, postgresql_url: str) -> None:
    with store.transaction() as transaction:
        transaction.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreVersionError, match=r"newer xiaosou, at revision 9999"):
        Store.open(postgresql_url)


# What it lives through


def test_a_lost_connection_is_one_error_and_then_all_works(
    store: Store, postgresql: Server
) -> None:
    store.put([ONE])
    with ThreadPoolExecutor(4) as pool:  # several connections wait to be used
        assert list(pool.map(store.get, [ONE.url] * 20)) == [ONE] * 20
    for use in (lambda: store.get(ONE.url), store.count, lambda: store.put([ONE])):
        postgresql.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{postgresql_name(store)}'"
        )
        with pytest.raises(StoreError, match=r"try again") as caught:
            use()
        assert_clear(caught)
        for _ in range(6):
            use()
    assert store.verify() == []


def postgresql_name(store: Store) -> str:
    with store.read() as connection:
        return str(connection.execute(text("SELECT current_database()")).scalar_one())


def test_a_server_that_crashed_is_used_again(own_postgresql: Server) -> None:
    own_postgresql.run("CREATE DATABASE x")
    with Store.open(own_postgresql.url("x")) as store:
        store.put([ONE])
        with store.read() as connection:
            process = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        os.kill(process, signal.SIGKILL)  # at which the server ends all others and begins anew
        with pytest.raises(StoreError, match=r"try again") as caught:
            store.get(ONE.url)
        assert_clear(caught)
        wait_for(own_postgresql)
        assert store.get(ONE.url) == ONE
        assert store.verify() == []


def wait_for(server: Server) -> None:
    for _ in range(500):
        with suppress(psycopg.OperationalError):
            server.run("SELECT 1")
            return
        time.sleep(0.02)


def test_a_writer_that_falls_silent_keeps_nobody_waiting(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.store.postgresql._LONGEST_SILENCE", "2s")

    def fall_silent() -> None:
        with store.transaction() as transaction:
            transaction.put([ONE])
            transaction.connection.execute(text("SELECT 1"))
            store.put([Article(url="http://x/2", title="", body="")])  # waits for the other

    with pytest.raises(StoreError, match=r"try again"):
        fall_silent()
    assert [article.url for article in store.articles()] == ["http://x/2"]


def test_a_forked_process_has_connections_of_its_own(postgresql_url: str) -> None:
    program = """
import os, sys
from indexer.article import Article
from indexer.store import Store

def put(name):
    for number in range(30):
        store.put([Article(url=f"http://{name}/{number}", title="", body="")])

store = Store.open(sys.argv[1])
put("before")
child = os.fork()
put("child" if child == 0 else "parent")
if child == 0:
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
put("after")
print(store.count())
"""
    command = [sys.executable, "-c", program, postgresql_url]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "120\n"


# What it does otherwise than SQLite


def test_text_is_ordered_as_in_sqlite(store: Store, tmp_path: Path) -> None:
    names = ["b", "B", "a", "é", "e", "#", "$", "催", "ａ", "𠮷", "_", "-", "a-b", "ab"]
    copies = [Copy(f"http://x/{name}", b"", "", ONE_TIME) for name in names]
    orders = []
    with Store.open(tmp_path / "xiaosou.db") as other:
        for kept in (store, other):
            kept.put([Article(url=copy.url, title="", body="") for copy in copies])
            for copy in copies:
                kept.keep([copy])
            orders.append([copy.url for copy in kept.all_copies()])
            assert len(kept.ids_located("X/B")) == 2
    assert orders[0] == orders[1] == sorted(copy.url for copy in copies)
    with store.read() as connection:
        ordered = text(
            "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = "
            "'public' AND data_type IN ('text', 'character varying') AND table_name = ANY (:names)"
        )
        names = list(METADATA.tables)
        assert connection.execute(ordered, {"names": names}).scalars().all() == ["C"]


def test_what_postgresql_cannot_keep_becomes_a_sign(store: Store) -> None:
    row = {"origin": "http://x", "robots": "a\0b\ufeff𠮷"}
    with store.transaction() as transaction:
        transaction.connection.execute(hosts.insert(), [row])
    with store.read() as connection:
        assert connection.execute(hosts.select()).one().robots == "a\ufffdb\ufeff𠮷"


def test_a_purge_makes_room_at_once(store: Store) -> None:
    big = Article(url=ONE.url, title="", body="".join(map(chr, range(0x4E00, 0x9000))))
    size = text("SELECT pg_total_relation_size('versions')")
    sizes = []
    for _ in range(8):
        store.put([big])
        with store.read() as connection:
            sizes.append(connection.execute(size).scalar_one())
        assert store.delete([big.url], purge=True) == 1
    assert sizes[-1] == sizes[2]
    with store.read() as connection:
        level = connection.execute(text("SHOW transaction_isolation")).scalar_one()
    assert level == "repeatable read"


def test_of_orders_that_come_at_once_one_stays(store: Store) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: give_order(store, "a", Kind.EDIT, "text"), range(12)))
        list(pool.map(lambda _: declare(store, [Declaration("a", "text")]), range(12)))
    assert len(open_orders(store)) == 1
    assert last_edit(store, "a") == open_orders(store)[0]
    assert [one.source for one in declared(store)] == ["a"]


# Migrations


def test_the_migrations_make_the_tables_that_are_declared(store: Store) -> None:
    with store.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_migration_that_fails_changes_nothing(
    postgresql: Server, empty_postgresql_url: str
) -> None:
    where = empty_postgresql_url
    with psycopg.connect(where) as connection:
        connection.execute("CREATE TABLE pages (mine int)")
    with pytest.raises(StoreError, match=r"already exists") as caught:
        Store.open(where)
    assert_clear(caught)
    with psycopg.connect(where) as connection:
        tables = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 2200")
        assert tables.fetchall() == [("pages",)]


def test_processes_that_open_a_new_store_at_once_all_succeed(empty_postgresql_url: str) -> None:
    program = "import sys; from indexer.store import Store; Store.open(sys.argv[1]).close()"
    command = [sys.executable, "-c", program, empty_postgresql_url]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate()[1] for process in processes]
    assert errors == [""] * 4


def test_a_lock_is_held_to_the_end_of_the_transaction(postgresql_url: str) -> None:
    with Store.open(f"{postgresql_url}&timeout=0.1") as store:

        def take(name: str) -> None:
            with store.transaction() as transaction:
                lock(transaction.connection, name)

        with store.transaction() as transaction:
            lock(transaction.connection, "source a")
            lock(transaction.connection, "source a")
            take("source b")
            with pytest.raises(StoreError, match=r"another program"):
                take("source a")
        take("source a")
