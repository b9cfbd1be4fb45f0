"""The documents of many articles, analysed by several processes."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import BinaryIO, Self, cast

from indexer.analysis.chain import Analysis, Streams
from indexer.analysis.document import Document, assemble, document_of
from indexer.analysis.numbering import Numbered
from indexer.analysis.signature import SIZE
from indexer.analysis.tokens import Tokens, Vocabulary
from indexer.analysis.worker import join, receive, send, unpack
from indexer.article import Article

Change = tuple[str, int, Article | None]
"""An article's id, the seq of the change, and the article, or None where it was deleted."""

_FEW = 3000  # articles that one process analyses before others have started
_MOST = 4  # processes; whoever indexes what they analyse does not keep up with more
_BATCH = 200_000  # characters that are sent together
_PROGRAM = "from indexer.analysis.worker import main; main()"

_log = logging.getLogger(__name__)


def processes_for(articles: int) -> int:
    """How many processes should analyse so many articles: 0 when this one does it quicker."""
    cores = _cores()
    return min(cores, _MOST) if articles > _FEW and cores > 1 else 0


def documents_of(
    changes: Iterable[Change], analysis: Analysis, processes: int
) -> Generator[tuple[str, Document | None], None, None]:
    """Analyse articles, in their order and in bounded memory.

    Args:
        changes: The articles; a deleted one has no document.
        analysis: The analysis.
        processes: How many processes shall do it; with 0 this one does. They end with the
            iterator, which is therefore to be closed when it is not read to its end.

    Raises:
        SettingsError: The dictionary of extra words cannot be read.
        OSError: No process can be started.
    """
    if not processes:
        for identity, seq, article in changes:
            yield identity, document_of(article, seq, analysis) if article else None
        return
    with ExitStack() as started:
        workers = [started.enter_context(_Worker(analysis)) for _ in range(processes)]
        batches = _batches(changes)
        # A worker has one batch at a time and gets the next when its answer was read, so that
        # never both sides wait for the other to read.
        busy: deque[tuple[_Worker, list[Change]]] = deque()
        for worker, batch in zip(workers, batches, strict=False):
            worker.give(batch)
            busy.append((worker, batch))
        while busy:
            worker, batch = busy.popleft()
            following = next(batches, None)  # read while the worker is at work
            documents = worker.take(batch)
            if following:
                worker.give(following)
                busy.append((worker, following))
            yield from documents


class _Worker:
    """A process that analyses. It ends with the block, and with this process whatever happens."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        command = [sys.executable, "-P", "-c", _PROGRAM]
        if analysis.dictionary:
            command += [str(analysis.dictionary.path), analysis.dictionary.digest]
        self._process = subprocess.Popen(  # noqa: S603 - this Python, and our program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            process_group=0,  # Ctrl-C is for this process, which then ends the others
        )
        self._questions = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        self._words, self._pairs = Vocabulary(), Vocabulary()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        with suppress(BrokenPipeError):  # what it was given last may still be in the buffer
            self._questions.close()
        self._answers.close()
        self._process.wait()

    def give(self, batch: list[Change]) -> None:
        """Have a batch analysed."""
        texts: list[str] = []
        for _, _, article in batch:
            texts += (article.title, article.body) if article else ("", "")
        with suppress(BrokenPipeError):  # of a process that has ended: `take` notices it
            send(self._questions, [join(texts)])

    def take(self, batch: list[Change]) -> list[tuple[str, Document | None]]:
        """The documents of the batch that was given."""
        parts = receive(self._answers)
        if parts is None:
            _log.warning("a process of the analysis ended early; this one does its work")
            return list(documents_of(batch, self._analysis, processes=0))
        words = _tokens(self._words, unpack(*parts[:3]))
        pairs = _tokens(self._pairs, unpack(*parts[3:6]))
        streams = map(Streams, words, pairs)
        signatures = parts[6]
        documents: list[tuple[str, Document | None]] = []
        for number, (identity, seq, article) in enumerate(batch):
            title, body = next(streams), next(streams)
            signature = signatures[number * SIZE : (number + 1) * SIZE]
            document = assemble(article, seq, title, body, signature) if article else None
            documents.append((identity, document))
        return documents


def _tokens(vocabulary: Vocabulary, numbered: Numbered) -> Iterator[Tokens]:
    """The tokens of each text, out of a stream of many."""
    vocabulary.tokens += numbered.added
    begin = 0
    for extent in numbered.extents.tolist():
        yield Tokens(vocabulary, numbered.numbers[begin : begin + extent])
        begin += extent


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    batch: list[Change] = []
    size = 0
    for change in changes:
        article = change[2]
        batch.append(change)
        size += len(article.title) + len(article.body) if article else 1
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
