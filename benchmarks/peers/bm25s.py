"""bm25s: precomputed scores in sparse matrices. It knows neither AND, phrases nor updates."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from bm25s.tokenization import Tokenized

from indexer.analysis import Document
from indexer.query.fields import BM25_B, BM25_K1
from peers.peer import LIMIT, Peer, Searcher
from speedrun.queries import Query

_IDS = "ids.json"


class BM25SPeer(Peer):
    """The words stream of title and body together, with numba where that is installed."""

    name = "bm25s"
    libraries = ("bm25s", "numba")
    updates = False

    def build(self, documents: Iterable[Document], folder: Path, *, stored: bool) -> None:  # noqa: ARG002 - it stores no text
        """See `Peer.build`; only the words stream."""
        places: dict[str, int] = {}
        ids, corpus = [], []
        for document in documents:
            ids.append(document.id)
            words = [*document.title.words, *document.body.words]
            corpus.append([places.setdefault(word, len(places)) for word in words])
        index = bm25s.BM25(k1=BM25_K1, b=BM25_B, backend=_backend())
        index.index(Tokenized(corpus, places), show_progress=False)
        index.save(folder, show_progress=False)
        (folder / _IDS).write_text(json.dumps(ids), encoding="utf-8")

    def open(self, folder: Path) -> Searcher:
        """See `Peer.open`."""
        return BM25SSearcher(folder / "plain")


class BM25SSearcher(Searcher):
    """An index of bm25s."""

    operations = frozenset(("ids", "count"))

    def __init__(self, folder: Path) -> None:
        self._index = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        self._index.backend = _backend()
        self._ids: list[str] = json.loads((folder / _IDS).read_text(encoding="utf-8"))

    def prepare(self, query: Query) -> list[int] | None:
        """See `Searcher.prepare`."""
        if query.join not in ("term", "or"):
            return None
        return [self._index.vocab_dict[token] for token in query.tokens]

    def ids(self, prepared: list[int]) -> Any:
        """See `Searcher.ids`."""
        documents, scores = self._index.retrieve(
            [prepared], k=min(LIMIT, len(self._ids)), show_progress=False, sorted=True
        )
        return documents[0], scores[0]

    def named(self, hits: Any) -> list[str]:
        """See `Searcher.named`."""
        return [self._ids[int(number)] for number, score in zip(*hits, strict=True) if score > 0]

    def count(self, prepared: list[int]) -> int:
        """See `Searcher.count`."""
        return int(np.count_nonzero(self._index.get_scores_from_ids(prepared)))


def _backend() -> str:
    return "numba" if find_spec("numba") else "numpy"
