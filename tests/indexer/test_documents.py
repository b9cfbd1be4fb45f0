"""Several processes analyse as one does, and none of them outlives its work."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from indexer import Article, Index
from indexer.analysis import Analysis, documents_of, processes_for
from indexer.analysis.chain import Streams
from indexer.analysis.documents import Change
from indexer.analysis.worker import pack, unpack
from indexer.errors import SettingsError

DEMO = Path(__file__).parents[2] / "crawler" / "demo" / "articles"
TEXTS = [file.read_text(encoding="utf-8") for file in sorted(DEMO.glob("*/*.txt"))]

PROGRAM = """
from indexer import Article
from indexer.analysis import Analysis, documents_of

article = Article(url="http://x/1", title="催收", body="催收电话" * 10_000)
for _ in documents_of((("1", 1, article) for _ in range(100_000)), Analysis(), processes=2):
    print("analysing", flush=True)
"""


def changes(seed: int, count: int) -> Iterator[Change]:
    """Articles of all lengths, some without title or text, some deleted."""
    chance = random.Random(seed)
    for seq in range(count):
        size = chance.choice([0, 1, 20, 3000])
        start = chance.randrange(1000)
        text = chance.choice(TEXTS)[start : start + size]
        article = Article(url=f"http://x/{seq}", title=text[:10], body=text * chance.randrange(9))
        yield article.id, seq, article if chance.random() < 0.9 else None


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that this test has started."""
    processes: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        processes.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    return processes


@pytest.mark.parametrize("processes", [1, 3])
def test_several_processes_give_the_same_in_the_same_order(processes: int) -> None:
    analysis = Analysis()
    alone = list(documents_of(changes(1, 600), analysis, processes=0))
    assert list(documents_of(changes(1, 600), analysis, processes)) == alone
    assert list(documents_of([], analysis, processes)) == []


@pytest.mark.parametrize(
    "streams", [Streams([], []), Streams(["催收"], ["催收", "收"]), Streams(["a"], ["a", "", "b"])]
)
def test_streams_travel_unchanged(streams: Streams) -> None:
    assert unpack(*pack(streams)) == streams


def test_the_processes_end_when_nobody_wants_more(
    started: list[subprocess.Popen[bytes]],
) -> None:
    documents = documents_of(changes(2, 600), Analysis(), processes=2)
    next(documents)
    assert [process.poll() for process in started] == [None, None]
    documents.close()
    assert None not in [process.poll() for process in started]


def test_the_work_of_a_process_that_is_killed_is_done(
    started: list[subprocess.Popen[bytes]],
) -> None:
    documents = documents_of(changes(3, 600), Analysis(), processes=2)
    some = list(islice(documents, 10))
    started[1].kill()
    alone = list(documents_of(changes(3, 600), Analysis(), processes=0))
    assert [*some, *documents] == alone


def test_the_processes_have_the_dictionary(tmp_path: Path) -> None:
    dictionary = tmp_path / "words.txt"
    dictionary.write_text("笑搜引擎 10000\n", encoding="utf-8")
    article = Article(url="http://x/1", title="", body="用笑搜引擎找")
    ((_, document),) = documents_of([("1", 1, article)], Analysis(dictionary), processes=1)
    assert document
    assert document.body.words == ["用", "笑搜引擎", "找"]
    dictionary.write_bytes(b"\xff\xfe\xfd 1\n")
    with pytest.raises(SettingsError, match=r"words\.txt cannot be read"):
        list(documents_of([("1", 1, article)], Analysis(dictionary), processes=1))


@pytest.mark.parametrize(("ended_by", "tracebacks"), [(signal.SIGINT, 1), (signal.SIGKILL, 0)])
def test_the_processes_end_with_the_one_that_started_them(
    ended_by: signal.Signals, tracebacks: int
) -> None:
    command = [sys.executable, "-c", PROGRAM]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, start_new_session=True) as program:
        assert program.stdout
        assert program.stdout.readline() == "analysing\n"
        os.killpg(program.pid, ended_by)  # as a terminal does
        # They have the same standard error, so that its end is the end of all of them.
        _, errors = program.communicate(timeout=60)
    assert program.returncode == -ended_by
    assert errors.count("Traceback") == tracebacks


def test_an_index_made_by_several_processes_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [article for _, _, article in changes(4, 120) if article]
    with Index.open(tmp_path / "alone") as index:
        index.add(articles)
        expected = index.search("电话 door", limit=1000)
    monkeypatch.setattr("indexer.index.processes_for", lambda _articles: 2)
    with Index.open(tmp_path / "together") as index:
        reported: list[tuple[str, int, int | None]] = []
        index.add(articles, lambda *report: reported.append(report))
        found = index.search("电话 door", limit=1000)
        assert found.total
        assert found.hits == expected.hits
        assert index.check() == []
        assert reported[-1] == ("indexed", len(articles), len(articles))


def test_few_articles_are_not_worth_a_process() -> None:
    assert processes_for(100) == 0
    assert 0 <= processes_for(100_000) <= 4
    assert processes_for(100_000) != 1
