"""A process that fills a collection: ``python -m scalerun.fill``, the parameters as JSON on stdin.

They are a `Deployment`, the ``corpus``, the number of ``articles``, and where the process of a
``node`` is known, that.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from harness.clock import process_seconds
from harness.corpus import Corpus, load_corpus, resample
from indexer import Article
from indexer.progress import Report
from indexer.store import Store
from scalerun.deployment import Deployment
from servingrun.server import cpu_of

_SEED = 1
_TOGETHER = 1000  # articles in one transaction
_TENTHS = 10


class NotEmptyError(Exception):
    """There are articles already, which would be measured, too."""


def fill(
    deployment: Deployment, corpus: Corpus, articles: int, node: int | None
) -> dict[str, float]:
    """Store articles, then index them.

    Args:
        deployment: Where, empty at first.
        corpus: What the articles are made from.
        articles: How many.
        node: The process of the cluster's node, where it is known.

    Returns:
        Seconds of storing and of indexing; processor time of indexing, that of the node apart; the
        bytes of store and index.

    Raises:
        NotEmptyError: The store is not empty.
        XiaosouError: Something cannot be written.
    """
    report = said(deployment.engine.partition(":")[0])
    deployment.open().close()
    empty = deployment.store_bytes()
    with deployment.open() as index:
        if index.store.last_seq():
            raise NotEmptyError(f"there are articles in the store of {deployment.engine} already")
        stored = _store(index.store, chosen(corpus, articles), articles, report)
        cpu, of_node, start = process_seconds(), _cpu(node), time.perf_counter()
        index.catch_up(report)
        indexed = time.perf_counter() - start
        cpu, of_node = process_seconds() - cpu, _cpu(node) - of_node
        known = index.stats()
    return {
        "articles": known.indexed,
        "storing": stored,
        "indexing": indexed,
        "indexing cpu": cpu,
        "indexing cpu of node": of_node,
        "index bytes": known.index_bytes,
        "store bytes": deployment.store_bytes() - empty,
    }


def chosen(corpus: Corpus, count: int) -> Iterator[Article]:
    """So many articles: some of the corpus, or made of its sentences when it has fewer."""
    known = corpus.articles
    if count <= len(known):
        return iter(random.Random(_SEED).sample(known, count))
    return islice(resample(known, -(-count // len(known)), _SEED), count)


def said(name: str) -> Report:
    """Prints each tenth of long work."""
    before: dict[str, int] = {}
    begun = time.monotonic()

    def report(stage: str, done: int, total: int | None) -> None:
        tenth = done * _TENTHS // total if total else 0
        if tenth != before.get(stage, 0):
            before[stage] = tenth
            seconds = time.monotonic() - begun
            print(f"{name}: {done:,} of {total:,} {stage}, {seconds:.0f} s", file=sys.stderr)

    return report


def _store(store: Store, articles: Iterable[Article], count: int, report: Report) -> float:
    """Store articles; the seconds that took, without those of making them."""
    seconds, done = 0.0, 0
    remaining = iter(articles)
    while batch := list(islice(remaining, _TOGETHER)):
        start = time.perf_counter()
        store.put(batch)
        seconds += time.perf_counter() - start
        done += len(batch)
        report("stored", done, count)
    return seconds


def _cpu(node: int | None) -> float:
    return cpu_of(node) if node else 0.0


def main() -> None:
    """Fill, and print the figures as a line of JSON."""
    given: dict[str, Any] = json.load(sys.stdin)
    deployment = Deployment(**given["deployment"])
    corpus = load_corpus(Path(given["corpus"]))
    print(json.dumps(fill(deployment, corpus, given["articles"], given["node"])))


if __name__ == "__main__":
    main()
