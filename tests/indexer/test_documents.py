"""Several processes analyse as one does, and none of them outlives its work."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer import Article, Index
from indexer.analysis import Analysis, Document, documents_of, processes_for, streams
from indexer.analysis.chain import Streams
from indexer.analysis.documents import Change
from indexer.analysis.numbering import Numbered, PairNumbering, WordNumbering
from indexer.analysis.tokens import Tokens, Vocabulary
from indexer.analysis.worker import join, pack, receive, send, split, unpack
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


def told(documents: Iterable[tuple[str, Document | None]]) -> list[tuple[str, Document | None]]:
    """The documents with their tokens as lists, however they came."""

    def listed(streams: Streams) -> Streams:
        return Streams([*streams.words], [*streams.pairs])

    return [
        (
            one,
            document
            and replace(document, title=listed(document.title), body=listed(document.body)),
        )
        for one, document in documents
    ]


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
    alone = told(documents_of(changes(1, 600), analysis, processes=0))
    assert told(documents_of(changes(1, 600), analysis, processes)) == alone
    assert told(documents_of([], analysis, processes)) == []


@settings(deadline=None)
@given(st.lists(st.lists(st.text("催收电𠀀々a1,. \n", max_size=20), max_size=4), max_size=3))
def test_numbered_streams_are_those_of_each_text(batches: list[list[str]]) -> None:
    words, pairs = WordNumbering(), PairNumbering()
    vocabularies = Vocabulary(), Vocabulary()
    for texts in batches:
        runs = [streams.runs(text) for text in texts]
        expected = [[run for run in one if run] for one in runs], [*map(streams.pairs_of, runs)]
        numbered = words.number(expected[0]), pairs.number(runs)
        for stream, vocabulary, lists in zip(numbered, vocabularies, expected, strict=True):
            vocabulary.tokens += stream.added
            assert len(set(vocabulary.tokens)) == len(vocabulary.tokens)
            ends = np.cumsum(stream.extents, dtype=int)
            there = [Tokens(vocabulary, one) for one in np.split(stream.numbers, ends)]
            assert [[*tokens] for tokens in there] == [*lists, []]
            for tokens in there:
                assert [tokens[place] for place in range(len(tokens))] == [*tokens]
                assert [*tokens[1:]] == [*tokens][1:]


@pytest.mark.parametrize("added", [[], ["催收"], ["a", "é"]])
def test_streams_travel_unchanged(added: list[str]) -> None:
    numbered = Numbered(added, np.array([2, 0, 1], np.int32), np.array([3, 0], np.int32))
    there = unpack(*pack(numbered))
    assert there.added == added
    assert there.numbers.tolist() == [2, 0, 1]
    assert there.extents.tolist() == [3, 0]


def test_messages_that_are_cut_off_are_none() -> None:
    stream = io.BytesIO()
    parts = [join(["", "催收"]), b"", b"abc"]
    send(stream, parts)
    whole = stream.getvalue()
    assert receive(io.BytesIO(whole)) == parts
    assert split(parts[0]) == ["", "催收"]
    for size in range(len(whole)):
        assert receive(io.BytesIO(whole[:size])) is None


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
    alone = told(documents_of(changes(3, 600), Analysis(), processes=0))
    assert told([*some, *documents]) == alone


def test_the_processes_have_the_dictionary(tmp_path: Path) -> None:
    dictionary = tmp_path / "words.txt"
    dictionary.write_text("笑搜引擎 10000\n", encoding="utf-8")
    article = Article(url="http://x/1", title="", body="用笑搜引擎找")
    ((_, document),) = documents_of([("1", 1, article)], Analysis(dictionary), processes=1)
    assert document
    assert [*document.body.words] == ["用", "笑搜引擎", "找"]
    analysis = Analysis(dictionary)
    dictionary.write_text("用笑\n", encoding="utf-8")  # the process would cut by other words
    ((_, document),) = documents_of([("1", 1, article)], analysis, processes=1)
    assert document
    assert [*document.body.words] == ["用", "笑搜引擎", "找"]
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
    monkeypatch.setattr("indexer.following.processes_for", lambda _articles: 2)
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
