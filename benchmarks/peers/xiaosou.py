"""xiaosou's own engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import query

from harness.clock import Timing
from indexer.analysis import Document, fold
from indexer.engines.whoosh import WhooshEngine, kernel
from indexer.index import STORE_FILE
from indexer.query import Found, Plan, Request
from indexer.query.fields import PAIRS, WORDS
from indexer.snippet import make_snippet
from indexer.store import Store
from peers.peer import FACETS, LIMIT, Peer, Searcher
from speedrun.queries import Query


class XiaosouPeer(Peer):
    """The Whoosh engine of this project."""

    name = "xiaosou"
    libraries: tuple[str, ...] = ("xiaosou", "numpy", "jieba", "rjieba", "opencc", "PyStemmer")

    def build(self, documents: Iterable[Document], folder: Path, *, stored: bool) -> None:  # noqa: ARG002 - the store has the texts
        """See `Peer.build`."""
        engine = WhooshEngine(folder)
        engine.apply(((document.id, document) for document in documents), 1)
        engine.close()

    def open(self, folder: Path) -> Searcher:
        """See `Peer.open`."""
        return XiaosouSearcher(folder)


class WithoutKernelPeer(XiaosouPeer):
    """The same index, searched by numpy alone, as where no compiler was there at installation."""

    name = "xiaosou without kernel"
    libraries = ()
    updates = False
    index_of = "xiaosou"

    def missing(self) -> str | None:
        """See `Peer.missing`."""
        if kernel.compiled is None:
            return "the kernel is not compiled, so that xiaosou itself is without it"
        return None

    def open(self, folder: Path) -> Searcher:
        """See `Peer.open`."""
        return WithoutKernelSearcher(folder)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query in xiaosou's form.

    Attributes:
        best: Asks for the ten best hits.
        count: Asks for the number of hits only.
        facets: Asks for the number of hits by the values of `FACETS`.
        plan: What a snippet marks.
    """

    best: Request
    count: Request
    facets: Request
    plan: Plan


class XiaosouSearcher(Searcher):
    """A generation, and the store that has its articles."""

    def __init__(self, folder: Path) -> None:
        self._engine = WhooshEngine(folder / "plain")
        self._store_file = folder / "text" / STORE_FILE
        self._store: Store | None = None
        self._cursor = 1

    def prepare(self, query_: Query) -> Prepared:
        """See `Searcher.prepare`."""
        asked = tree(query_)
        is_phrase = query_.join == "phrase"
        return Prepared(
            best=_request(asked, LIMIT, ()),
            count=_request(asked, 0, ()),
            facets=_request(asked, 0, FACETS),
            plan=Plan(
                all_words=asked,
                any_word=asked,
                length=len(query_.tokens),
                content=query_.tokens,
                words=() if is_phrase else query_.marks,
                phrases=(fold(query_.text.strip('"')),) if is_phrase else (),
            ),
        )

    def ids(self, prepared: Prepared) -> Found:
        """See `Searcher.ids`."""
        return self._engine.find(prepared.best)

    def named(self, hits: Found) -> list[str]:
        """See `Searcher.named`."""
        return [match.id for match in hits.matches]

    def stored(self, prepared: Prepared) -> list[Any]:
        """See `Searcher.stored`."""
        matches = self._engine.find(prepared.best).matches
        articles = self._texts().load(match.id for match in matches)
        return [articles[match.id] for match in matches]

    def snippets(self, prepared: Prepared) -> list[str]:
        """See `Searcher.snippets`."""
        return [make_snippet(article.body, prepared.plan) for article in self.stored(prepared)]

    def count(self, prepared: Prepared) -> int:
        """See `Searcher.count`."""
        return self._engine.find(prepared.count).total

    def facets(self, prepared: Prepared) -> dict[str, dict[str, int]]:
        """See `Searcher.facets`; the most frequent values only."""
        found = self._engine.find(prepared.facets)
        return {name: dict(counts) for name, counts in found.facets.items()}

    def replace(self, documents: Sequence[Document], old: Sequence[Document]) -> None:  # noqa: ARG002 - the ids are enough
        """See `Searcher.replace`."""
        self._cursor += 1
        self._engine.apply(((document.id, document) for document in documents), self._cursor)

    def close(self) -> None:
        """See `Searcher.close`."""
        self._engine.close()
        if self._store:
            self._store.close()

    def _texts(self) -> Store:
        if self._store is None:
            self._store = Store.open(self._store_file)
        return self._store


class WithoutKernelSearcher(XiaosouSearcher):
    """The same without the compiled kernel while something is timed."""

    def run(self, operation: str, prepared: Any) -> tuple[Timing, Any]:
        """See `Searcher.run`."""
        compiled, kernel.compiled = kernel.compiled, None
        try:
            return super().run(operation, prepared)
        finally:
            kernel.compiled = compiled


def tree(query_: Query) -> query.Query:
    """A query as a tree on a stream, title and body as one."""
    stream = WORDS if query_.stream == "words" else PAIRS
    if query_.join == "phrase":
        return query.Phrase(stream, list(query_.tokens))
    terms = [query.Term(stream, token) for token in query_.tokens]
    if len(terms) == 1:
        return terms[0]
    return query.And(terms) if query_.join == "and" else query.Or(terms)


def _request(asked: query.Query, limit: int, facets: tuple[str, ...]) -> Request:
    return Request(asked, filters={}, facets=facets, sort="relevance", limit=limit, offset=0)
