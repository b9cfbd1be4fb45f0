"""A process killed at any moment of indexing leaves a collection that can be completed."""

from __future__ import annotations

import gc
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer import Article, Index
from indexer.errors import GenerationError

PROGRAM = """
import sys
from indexer import Article, Index

with Index.open(sys.argv[1]) as index:
    print("ready", flush=True)
    for batch in range(30):
        index.add(
            Article(url=f"http://x/{batch}/{n}", title=f"批次{batch}", body=f"催收电话 {n} " * 20)
            for n in range(40)
        )
        index.add([Article(url="http://x/same", title=f"版本{batch}", body="总是同一篇")])
        index.delete([f"http://x/{batch}/0"])
        if batch % 10 == 9:
            index.rebuild()
print("done", flush=True)
"""


def run_and_kill(folder: Path, seconds: float) -> bool:
    """Run the program and kill it after some time; tells whether it had ended before."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        os.kill(process.pid, signal.SIGKILL)
        return process.stdout.readline() == "done\n"


def assert_complete(folder: Path) -> None:
    with Index.open(folder) as index:
        index.catch_up()
        assert index.check() == []
        articles = list(index.store.articles())
        assert index.search("催收", limit=0).total == sum("催收" in a.body for a in articles)
        assert index.search("同一篇", limit=0).total == sum("同一篇" in a.body for a in articles)
        index.rebuild()
        assert index.check() == []


def kill_often(folder: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(times):
        run_and_kill(folder, chance.uniform(0.0, 2.0))
        assert_complete(folder)


def test_killed_at_a_few_points(tmp_path: Path) -> None:
    kill_often(tmp_path / "index", 4, seed=1)


@pytest.mark.long
def test_killed_at_many_points(tmp_path: Path) -> None:
    for seed in range(10):
        kill_often(tmp_path / f"index{seed}", 10, seed)


# Whoosh leaves a file open when it cannot read it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", [b"", b"x" * 100, bytes(5000)])
@pytest.mark.parametrize("files", ["*.trm", "*.toc"])
def test_a_damaged_index_says_so_and_is_made_again(
    tmp_path: Path, files: str, damage: bytes
) -> None:
    folder = tmp_path / "index"
    with Index.open(folder) as index:
        index.add([Article(url="http://x/1", title="催收", body="催收")])
        generation = Path(index.stats().location)
    for file in generation.glob(files):
        file.write_bytes(damage)
    with Index.open(folder) as index:
        with pytest.raises(GenerationError, match="xiaosou index --rebuild"):
            index.search("催收")
        gc.collect()
        index.rebuild()
        assert index.search("催收").total == 1
        assert index.check() == []
