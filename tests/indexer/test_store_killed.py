"""A writer killed at any moment leaves whole transactions in a store on SQLite."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.store import Store

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
