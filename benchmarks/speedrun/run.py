"""A run: everything that is measured, step by step, into one record."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from harness.corpus import Corpus, resample
from harness.record import Record, begin_record
from indexer import Article
from indexer.analysis import Analysis
from indexer.jsonlines import write
from indexer.progress import Report
from peers.all import load_peer
from peers.peer import Peer, Searcher
from peers.stock_whoosh import StockWhooshSearcher
from speedrun import whole
from speedrun.children import build, open_fresh
from speedrun.documents import analysed
from speedrun.latency import measure_queries, measure_whole
from speedrun.queries import Query, make_queries, make_texts
from speedrun.tokens import Tokens, read_tokens, write_tokens
from speedrun.truth import Truth
from speedrun.updates import measure_updates
from speedrun.workspace import Workspace

_SEED = 4
_QUERIES = 100  # of each class
_TEXTS = 20  # of each kind
_OPENINGS = 3
_STOCK = "whoosh"


class Run:
    """One run of the benchmark.

    Args:
        corpus: What to measure with.
        scale: How many times the articles; more than once leaves out stock Whoosh.
        engines: The engines' names.
        folder: An empty folder.
        report: Told about the progress.
    """

    def __init__(
        self, corpus: Corpus, scale: int, engines: Sequence[str], folder: Path, report: Report
    ) -> None:
        self._corpus = corpus
        self._scale = scale
        self._report = report
        self._workspace = Workspace(folder)
        self._left_out: dict[str, str] = {}
        self._peers = dict(self._present(engines))
        self._built = {name: peer for name, peer in self._peers.items() if not peer.index_of}

    def measure(self) -> Record:
        """Measure everything.

        Raises:
            ChildError: A process of a measurement failed.
            CorpusTooSmallError: The corpus does not give enough queries.
            UpdateError: An engine does not find what was put in.
        """
        libraries = [name for peer in self._peers.values() for name in peer.libraries]
        record = begin_record("speed", self._corpus, libraries, self._options())
        record["left_out"] = self._left_out
        _lay_out(self._articles(), self._workspace, self._report)
        tokens = read_tokens(self._workspace.tokens)
        analysis = Analysis()
        queries = make_queries(tokens, analysis, _QUERIES)
        texts = make_texts(self._corpus.articles, analysis, _TEXTS)
        record |= {"queries": [asdict(query) for query in queries], "texts": texts}
        record["builds"] = list(self._build(len(tokens)))
        record["openings"] = list(self._open(queries, texts))
        searchers = {
            name: peer.open(self._workspace.engine(peer.index_of or name))
            for name, peer in self._peers.items()
        }
        record["engines"] = list(searchers)
        record["calls"] = measure_queries(searchers, queries, self._report)
        record["whole"] = measure_whole(self._whole(), texts, self._report)
        record["exact"] = list(self._judge(record, queries, tokens, searchers))
        record["updates"] = measure_updates(
            {name: searchers[name] for name, peer in self._peers.items() if peer.updates}, tokens
        )
        for searcher in searchers.values():
            searcher.close()
        return record

    def _present(self, engines: Iterable[str]) -> Iterator[tuple[str, Peer]]:
        for name in engines:
            if name == _STOCK and self._scale > 1:
                self._left_out[name] = "it takes hours at this scale"
                continue
            try:
                peer = load_peer(name)
            except ImportError as error:
                self._left_out[name] = f"{error.name} is not installed"
                continue
            missing = peer.missing()
            if peer.index_of and peer.index_of not in engines:
                self._left_out[name] = f"{peer.index_of} was not asked for"
            elif missing:
                self._left_out[name] = missing
            else:
                yield name, peer

    def _options(self) -> dict[str, Any]:
        articles = len(self._corpus.articles) * self._scale
        return {"scale": self._scale, "seed": _SEED, "articles": articles}

    def _articles(self) -> Iterable[Article]:
        if self._scale == 1:
            return self._corpus.articles
        return resample(self._corpus.articles, self._scale, _SEED)

    def _build(self, articles: int) -> Iterator[dict[str, Any]]:
        for name, peer in self._built.items():
            for form in ("plain", "stored") if peer.stores_text else ("plain",):
                self._report(f"{name}: index {form}", 0, 1)
                facts = build(self._workspace, name, "tokens", form)
                yield {**facts, "articles": articles, "once": False}
                self._report(f"{name}: index {form}", 1, 1)
        for name in filter(self._built.__contains__, whole.PEERS):
            self._report(f"{name}: index from text", 0, 1)
            facts = build(self._workspace, name, "text")
            yield {**facts, "articles": articles, "once": False}
            self._report(f"{name}: index from text", 1, 1)
        if self._scale > 1 and "xiaosou" in self._peers:
            yield from self._build_once()

    def _build_once(self) -> Iterator[dict[str, Any]]:
        """The corpus itself, for what becomes of times at this scale."""
        workspace = Workspace(self._workspace.folder / "once")
        workspace.folder.mkdir()
        _lay_out(self._corpus.articles, workspace, self._report)
        for source in ("tokens", "text"):
            facts = build(workspace, "xiaosou", source)
            yield {**facts, "articles": len(self._corpus.articles), "once": True}
        shutil.rmtree(workspace.folder)

    def _open(self, queries: list[Query], texts: list[str]) -> Iterator[dict[str, Any]]:
        tasks: list[tuple[str, str, tuple[str, ...]]] = [(name, "open", ()) for name in self._built]
        tasks += [(name, "whole", ()) for name in whole.PEERS if name in self._peers]
        if "xiaosou" in self._peers:
            tasks.append(("xiaosou", "whole", ("rjieba",)))
        one_of_each = [next(group) for _, group in groupby(queries, key=lambda query: query.kind)]
        given: dict[str, Any] = {"queries": one_of_each[1:2], "texts": texts[:1]}
        modules = {
            task: open_fresh(self._workspace, task[0], task[1], **given, blocked=task[2])["modules"]
            for task in tasks
        }
        for done in range(_OPENINGS):
            for name, task, blocked in tasks:
                facts = open_fresh(
                    self._workspace,
                    name,
                    task,
                    **given,
                    blocked=blocked,
                    modules=modules[name, task, blocked],
                )
                del facts["modules"]
                yield facts
            self._report("openings", done + 1, _OPENINGS)
        for name in self._built:
            facts = open_fresh(self._workspace, name, "memory", queries=queries)
            del facts["modules"]
            yield facts

    def _whole(self) -> dict[str, whole.WholeSearch]:
        return {
            name: whole.load_whole(name, self._workspace)
            for name, peer in whole.PEERS.items()
            if peer in self._peers
        }

    def _judge(
        self,
        record: Record,
        queries: list[Query],
        tokens: Tokens,
        searchers: dict[str, Searcher],
    ) -> Iterator[dict[str, Any]]:
        """Exhaustive evaluation, which takes too long at a greater scale."""
        if self._scale > 1:
            return
        truth = Truth(tokens)
        rows = [
            row
            for row in record["calls"]
            if row["operation"] == "ids" and row["engine"].startswith(("xiaosou", _STOCK))
        ]
        for done, row in enumerate(rows, start=1):
            query, searcher = queries[row["query"]], searchers[row["engine"]]
            if isinstance(searcher, StockWhooshSearcher):
                facts = searcher.judge(searcher.prepare(query))
            else:
                facts = truth.judge(query, row["ids"])
            yield {"query": row["query"], "engine": row["engine"], **facts}
            self._report("exhaustive evaluation", done, len(rows))


def _lay_out(articles: Iterable[Article], workspace: Workspace, report: Report) -> None:
    """Put articles and their tokens into a workspace."""
    write(articles, workspace.articles_file, report)
    write_tokens(analysed(workspace), workspace.tokens)
