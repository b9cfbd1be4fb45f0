"""What every article store does when many use it at once."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

from indexer.article import Article
from indexer.store import Counts, Store
from indexer.store.tables import versions

ONE = Article(url="http://x/1", title="", body="")
TWO = Article(url="http://x/2", title="", body="")


def test_threads_share_a_store(store: Store) -> None:
    def put(n: int) -> Counts:
        return store.put([Article(url=f"http://x/{n % 50}", title="t", body=str(n))])

    with ThreadPoolExecutor(8) as pool:
        counts = sum(pool.map(put, range(200)), Counts())
    assert counts.new == 50
    assert store.last_seq() == counts.new + counts.changed


WRITER = """
import random, sys
from pathlib import Path
from indexer.article import Article
from indexer.store import Store

location, name = sys.argv[1:]
chance = random.Random(name)
with Store.open(location if "://" in location else Path(location)) as store:
    for n in range(100):
        shared = f"http://shared/{chance.randrange(10)}"
        store.put([
            Article(url=f"http://{name}/{n}", title=name, body=str(n)),
            Article(url=shared, title=name, body=str(n)),
        ])
        if n % 7 == 0:
            store.delete([shared], purge=n % 2 == 0)
"""


def test_processes_that_write_at_once_lose_nothing(location: Path | str) -> None:
    followed: dict[str, Article] = {}
    cursor = 0
    with Store.open(location) as store:
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, str(location), name])
            for name in ("a", "b", "c")
        ]
        running = True
        while running:
            running = any(writer.poll() is None for writer in writers)
            while changes := store.changes(cursor, limit=7):
                seqs = [change.seq for change in changes]
                assert seqs == sorted(set(seqs))
                assert seqs[0] > cursor
                cursor = seqs[-1]
                for change in changes:
                    followed.pop(change.url, None)
                    if change.article:
                        followed[change.url] = change.article
            time.sleep(0.01)
        assert [writer.returncode for writer in writers] == [0, 0, 0]
        assert cursor == store.last_seq()
        assert followed == {article.url: article for article in store.articles()}
        own = {f"http://{name}/{n}" for name in "abc" for n in range(100)}
        assert own <= followed.keys()


def test_one_reads_one_state_while_another_writes(store: Store) -> None:
    store.put([ONE])
    with store.read() as connection:
        count = select(func.count()).select_from(versions)
        assert connection.scalar(count) == 1
        with ThreadPoolExecutor(1) as other:
            assert other.submit(store.put, [TWO]).result() == Counts(new=1)
            assert other.submit(store.count).result() == 2
        assert connection.scalar(count) == 1
    assert store.count() == 2
