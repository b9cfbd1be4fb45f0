"""What a collection does when many processes search it while others write."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexer import Index

COMMITS = 12
TOGETHER = 5  # articles of a commit
WRITERS = ("甲", "乙")

WRITER = """
import sys
from indexer import Article, Index

folder, engine, name, commits, together = sys.argv[1:]
with Index.open(folder, engine=engine) as index:
    print("ready", flush=True)
    for n in range(int(commits)):
        index.add(
            Article(url=f"http://{name}/{n}/{k}", title=f"第{n}批", body=f"催收电话{name}")
            for k in range(int(together))
        )
        if n == int(commits) // 2:
            index.rebuild()
"""

# Every thread: a commit is found whole or not at all, what was found once is found again, each hit
# has its article, and the total is that of the hits.
READER = """
import sys
from threading import Event, Thread
from indexer import Index

folder, engine, together = sys.argv[1:]
done, faults = Event(), []

def search(index):
    seen = 0
    try:
        while not done.is_set():
            results = index.search("催收", limit=1000, facets=["site"])
            urls = [hit.article.url for hit in results]
            assert results.total == len(urls) == len(set(urls)), (results.total, urls)
            assert len(urls) % int(together) == 0, urls
            assert len(urls) >= seen, (seen, urls)
            seen = len(urls)
    except Exception as fault:
        faults.append(repr(fault))

with Index.open(folder, engine=engine) as index:
    threads = [Thread(target=search, args=[index]) for _ in range(3)]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.read()
    done.set()
    for thread in threads:
        thread.join()
sys.exit("\\n".join(faults) or None)
"""


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a program and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize(("engine", "commits"), [("whoosh", COMMITS), ("opensearch", 6)])
def test_processes_search_while_others_write(
    tmp_path: Path, engine: str, commits: int, request: pytest.FixtureRequest
) -> None:
    if engine == "opensearch":
        engine = request.getfixturevalue("cluster_address")
    # All articles are alike.
    (tmp_path / "settings.toml").write_text("collapse = false\n", encoding="utf-8")
    Index.open(tmp_path, engine=engine).close()
    readers = [start(READER, tmp_path, engine, TOGETHER) for _ in range(2)]
    writers = [start(WRITER, tmp_path, engine, name, commits, TOGETHER) for name in WRITERS]
    for process in (*writers, *readers):
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    with Index.open(tmp_path, engine=engine) as index:
        assert index.search("催收", limit=0).total == len(WRITERS) * commits * TOGETHER
        assert index.check() == []
