"""A process that stands still amid a transaction in PostgreSQL, as on a machine that hangs."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from indexer.article import Article
from indexer.errors import StoreError
from indexer.store import Store

WRITER = """
import sys
from sqlalchemy import text
from indexer.article import Article
from indexer.errors import StoreError
from indexer.store import Store, postgresql

postgresql._LONGEST_SILENCE = sys.argv[2]
with Store.open(sys.argv[1]) as store:
    try:
        with store.transaction() as transaction:
            transaction.put([Article(url="http://x/stopped", title="", body="")])
            transaction.connection.execute(text("SELECT 1"))
            print("amid", flush=True)
            sys.stdin.readline()
    except StoreError as error:
        print(error, flush=True)
    else:
        print("committed", flush=True)
"""


@contextmanager
def stopped(url: str, silence: str) -> Iterator[subprocess.Popen[str]]:
    """A writer that stands still amid a transaction until it is told to go on."""
    command = [sys.executable, "-c", WRITER, url, silence]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        try:
            assert writer.stdout
            assert writer.stdout.readline() == "amid\n"
            writer.send_signal(signal.SIGSTOP)
            yield writer
        finally:
            writer.kill()


def outcome_of(writer: subprocess.Popen[str]) -> str:
    """What it says when it goes on."""
    writer.send_signal(signal.SIGCONT)
    return writer.communicate("\n")[0]


def urls_after(store: Store, cursor: int) -> list[str]:
    return [change.url.rpartition("/")[2] for change in store.changes(cursor)]


def put(store: Store, name: str) -> None:
    store.put([Article(url=f"http://x/{name}", title="", body="")])


def test_others_wait_for_a_writer_that_stands_still_no_longer_than_they_may(
    postgresql_url: str,
) -> None:
    with Store.open(f"{postgresql_url}&timeout=1") as store:
        put(store, "before")
        cursor = store.last_seq()
        with stopped(postgresql_url, "1h") as writer:
            with pytest.raises(StoreError, match="another program has been writing") as refused:
                put(store, "refused")
            assert "\n" not in str(refused.value)
            # Who reads waits for nobody, and sees nothing of what is not whole.
            assert urls_after(store, cursor) == []
            assert store.last_seq() == cursor
            assert outcome_of(writer) == "committed\n"
        put(store, "after")
        assert urls_after(store, cursor) == ["stopped", "after"]
        assert store.verify() == []


def test_a_writer_that_stands_still_for_too_long_loses_its_turn(postgresql_url: str) -> None:
    with Store.open(postgresql_url) as store:
        put(store, "before")
        cursor = store.last_seq()
        with stopped(postgresql_url, "1s") as writer:
            put(store, "meanwhile")
            assert urls_after(store, cursor) == ["meanwhile"]
            followed = store.last_seq()
            said = outcome_of(writer)
        assert "try again" in said
        assert said.count("\n") == 1
        put(store, "stopped")
        assert urls_after(store, followed) == ["stopped"]
        assert store.verify() == []
