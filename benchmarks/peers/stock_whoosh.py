"""Whoosh as it comes: its own writer and searcher, on the schema that xiaosou's index has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whoosh import highlight, index, query, scoring

from indexer.analysis import Document
from indexer.engines.whoosh.schema import make_schema, row_of
from indexer.query.fields import BM25_B, BM25_K1, PAIRS_FIELD, TEXT_FIELDS
from peers.peer import FACETS, LIMIT, Peer, Searcher
from speedrun.queries import Query
from speedrun.tokens import read_tokens

_WRITER_MEMORY = 1024  # megabytes: enough for one segment
_GAP_MARK = "|"  # the schema's analyzer leaves it out, and with it a gap between positions


class StockWhooshPeer(Peer):
    """Stock Whoosh, fed the same streams in the same schema."""

    name = "whoosh"
    libraries = ("Whoosh",)

    def build(self, documents: Iterable[Document], folder: Path, *, stored: bool) -> None:  # noqa: ARG002 - it stores url and title only
        """See `Peer.build`."""
        writer = index.create_in(str(folder), make_schema()).writer(limitmb=_WRITER_MEMORY)
        for document in documents:
            writer.add_document(**_row(document))
        writer.commit()

    def open(self, folder: Path) -> Searcher:
        """See `Peer.open`."""
        return StockWhooshSearcher(folder)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query in Whoosh's form.

    Attributes:
        query: The query.
        marks: The words that a snippet marks, as a query.
    """

    query: Any
    marks: Any


class StockWhooshSearcher(Searcher):
    """An index of Whoosh, searched by Whoosh."""

    def __init__(self, folder: Path) -> None:
        self._index = index.open_dir(str(folder / "plain"))
        self._searcher = self._open()
        self._tokens_folder = folder.parent / "tokens"
        self._bodies: dict[str, str] = {}

    def prepare(self, query_: Query) -> Prepared:
        """See `Searcher.prepare`."""
        marks = query.Or([query.Term("body", word) for word in query_.marks])
        return Prepared(tree(query_), marks)

    def ids(self, prepared: Prepared) -> Any:
        """See `Searcher.ids`."""
        return self._searcher.search(prepared.query, limit=LIMIT).top_n

    def named(self, hits: Any) -> list[str]:
        """See `Searcher.named`."""
        return [self._searcher.stored_fields(number)["id"] for _, number in hits]

    def judge(self, prepared: Prepared) -> dict[str, list[float]]:
        """The scores of its ten best hits by its own exhaustive evaluation, and of those it gave.

        Returns:
            What `speedrun.agreement.is_right` takes.
        """
        search = self._searcher.search
        every = search(prepared.query, limit=None).top_n
        scores = {number: score for score, number in every}
        given = search(prepared.query, limit=LIMIT).top_n
        return {
            "best": [score for score, _ in every[:LIMIT]],
            "scores": [scores[number] for _, number in given],
        }

    def stored(self, prepared: Prepared) -> list[dict[str, Any]]:
        """See `Searcher.stored`; the texts are not in the index."""
        return [hit.fields() for hit in self._searcher.search(prepared.query, limit=LIMIT)]

    def snippets(self, prepared: Prepared) -> list[str]:
        """See `Searcher.snippets`; the texts lie ready in memory, at no cost."""
        results = self._searcher.search(prepared.query, limit=LIMIT)
        results.q = prepared.marks
        results.fragmenter = highlight.ContextFragmenter(maxchars=160, surround=30)
        bodies = self._texts()
        return [hit.highlights("body", text=bodies[hit["id"]], top=1) for hit in results]

    def count(self, prepared: Prepared) -> int:
        """See `Searcher.count`."""
        return sum(1 for _ in self._searcher.docs_for_query(prepared.query))

    def facets(self, prepared: Prepared) -> dict[str, dict[str, int]]:
        """See `Searcher.facets`."""
        results = self._searcher.search(prepared.query, limit=1, groupedby=list(FACETS))
        return {
            name: {value: len(numbers) for value, numbers in results.groups(name).items() if value}
            for name in FACETS
        }

    def replace(self, documents: Sequence[Document], old: Sequence[Document]) -> None:
        """See `Searcher.replace`."""
        writer = self._index.writer(limitmb=_WRITER_MEMORY)
        with closing(writer.searcher()) as searcher:
            for document in old:
                writer.delete_by_term("id", document.id, searcher=searcher)
        for document in documents:
            writer.add_document(**_row(document))
        writer.commit()
        self._searcher = self._open()

    def _open(self) -> Any:
        return self._index.searcher(weighting=scoring.BM25F(B=BM25_B, K1=BM25_K1))

    def _texts(self) -> dict[str, str]:
        if not self._bodies:
            tokens = read_tokens(self._tokens_folder)
            self._bodies = {
                fields["id"]: " ".join(tokens.part("body-words", number))
                for number, fields in enumerate(tokens.fields)
            }
        return self._bodies


def _row(document: Document) -> dict[str, Any]:
    row = row_of(document)
    for field, pairs_field in PAIRS_FIELD.items():
        streams = getattr(document, field)
        row[field] = list(streams.words)  # Whoosh takes a list as tokens that are ready
        row[pairs_field] = " ".join(token or _GAP_MARK for token in streams.pairs)
    return row


def tree(query_: Query) -> Any:
    """A query as a tree over the fields of both title and body."""
    fields = TEXT_FIELDS if query_.stream == "words" else list(PAIRS_FIELD.values())
    if query_.join == "phrase":
        return query.Or([query.Phrase(field, list(query_.tokens)) for field in fields])
    parts = [query.Or([query.Term(field, token) for field in fields]) for token in query_.tokens]
    if query_.join == "and":
        return query.And(parts)
    return query.Or([leaf for part in parts for leaf in part.subqueries])
