"""Builds one engine's index in a process of its own, and tells in one line of JSON what it took.

python -m speedrun.build WORKSPACE ENGINE tokens|text plain|stored
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from harness.clock import process_seconds
from harness.memory import peak, resident
from indexer import Index
from indexer.analysis import Document
from peers.all import load_peer
from speedrun.documents import analysed
from speedrun.tokens import read_tokens
from speedrun.workspace import Workspace

_STORED_TOGETHER = 1000


def build_from_tokens(workspace: Workspace, engine: str, form: str) -> dict[str, Any]:
    """Index the tokens of a workspace.

    Args:
        workspace: Where everything is.
        engine: The engine's name.
        form: ``plain``, or ``stored`` for an index with the texts.
    """
    return _build(workspace, engine, form, read_tokens(workspace.tokens))


def build_from_text(workspace: Workspace, engine: str) -> dict[str, Any]:
    """Index the articles of a workspace, analysis included.

    xiaosou indexes from its store, as it always does; putting the articles there is told apart.
    The other engines get the same streams from the same analysis.
    """
    if engine != "xiaosou":
        return _build(workspace, engine, "from-text", analysed(workspace))
    articles = workspace.articles()
    with Index.open(workspace.collection) as index:
        start = time.perf_counter()
        while batch := list(islice(articles, _STORED_TOGETHER)):
            index.store.put(batch)
        stored = time.perf_counter() - start
        before = resident()
        cpu, start = process_seconds(), time.perf_counter()
        index.catch_up()
        wall, cpu = time.perf_counter() - start, process_seconds() - cpu
    return {"wall": wall, "cpu": cpu, "rss_before": before, "rss_peak": peak(), "storing": stored}


def _build(
    workspace: Workspace, engine: str, form: str, documents: Iterable[Document]
) -> dict[str, Any]:
    peer = load_peer(engine)
    folder = workspace.engine(engine) / form
    folder.mkdir(parents=True)
    before = resident()
    cpu, start = process_seconds(), time.perf_counter()
    seconds = peer.build(documents, folder, stored=form == "stored")
    wall, cpu = time.perf_counter() - start, process_seconds() - cpu
    return {
        "wall": wall if seconds is None else seconds,
        "cpu": cpu,
        "rss_before": before,
        "rss_peak": peak(),
        "bytes": _bytes_by_suffix(folder),
    }


def _bytes_by_suffix(folder: Path) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for file in folder.rglob("*"):
        if file.is_file():
            sizes[file.suffix] += file.stat().st_size
    return sizes


def main() -> None:
    """Build what the arguments say."""
    folder, engine, source, form = sys.argv[1:]
    workspace = Workspace(Path(folder))
    if source == "text":
        facts = build_from_text(workspace, engine)
    else:
        facts = build_from_tokens(workspace, engine, form)
    print(json.dumps(facts))


if __name__ == "__main__":
    main()
