"""Tantivy, through tantivy-py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from indexer.analysis import Document
from peers.peer import FACETS, LIMIT, SNIPPET_LENGTH, Peer, Searcher, pairs_text, words_text
from speedrun.queries import Query

_WRITER_MEMORY = 1_000_000_000  # bytes: enough for one segment
_TOKENIZER = "spaces"
_INDEX_OPTION = {"words": "freq", "pairs": "position"}
_FACET_VALUES = 10_000


class TantivyPeer(Peer):
    """Tantivy with one field for each stream of title and body together."""

    name = "tantivy"
    libraries = ("tantivy",)
    stores_text = True

    def build(self, documents: Iterable[Document], folder: Path, *, stored: bool) -> None:
        """See `Peer.build`. One thread, so one segment."""
        schema = make_schema(stored=stored)
        index = _registered(tantivy.Index(schema, str(folder)))
        writer = index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
        for document in documents:
            writer.add_document(row_of(document, stored=stored))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> Searcher:
        """See `Peer.open`."""
        return TantivySearcher(folder)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query in Tantivy's form.

    Attributes:
        query: The query.
        marks: The words that a snippet marks, as a query.
    """

    query: Any
    marks: Any


class TantivySearcher(Searcher):
    """An index of Tantivy."""

    def __init__(self, folder: Path) -> None:
        self._index = open_index(folder / "plain")
        self._searcher = self._index.searcher()
        self._schema = self._index.schema
        # Opening for the first result must not pay for the texts.
        self._with_text: Any = None
        self._text_folder = folder / "stored"

    def prepare(self, query: Query) -> Prepared:
        """See `Searcher.prepare`."""
        marks = [term(self._schema, "words", word) for word in query.marks]
        return Prepared(self._query(query), should(marks))

    def ids(self, prepared: Prepared) -> Any:
        """See `Searcher.ids`."""
        return self._searcher.search(prepared.query, LIMIT, count=False).hits

    def named(self, hits: Any) -> list[str]:
        """See `Searcher.named`."""
        return [self._searcher.doc(address)["id"][0] for _, address in hits]

    def stored(self, prepared: Prepared) -> list[Any]:
        """See `Searcher.stored`."""
        searcher = self._texts()
        hits = searcher.search(prepared.query, LIMIT, count=False).hits
        return [searcher.doc(address) for _, address in hits]

    def snippets(self, prepared: Prepared) -> list[str]:
        """See `Searcher.snippets`."""
        return snippets(self._texts(), self.stored(prepared), prepared.marks, self._schema)

    def count(self, prepared: Prepared) -> int:
        """See `Searcher.count`."""
        return int(self._searcher.search(prepared.query, 1, count=True).count)

    def facets(self, prepared: Prepared) -> dict[str, dict[str, int]]:
        """See `Searcher.facets`."""
        request = {
            name: {"terms": {"field": name, "size": _FACET_VALUES, "segment_size": _FACET_VALUES}}
            for name in FACETS
        }
        answer = self._searcher.aggregate(prepared.query, request)
        return {
            name: {
                bucket["key"]: bucket["doc_count"]
                for bucket in answer[name]["buckets"]
                if bucket["key"]
            }
            for name in FACETS
        }

    def replace(self, documents: Sequence[Document], old: Sequence[Document]) -> None:
        """See `Searcher.replace`."""
        writer = self._index.writer(heap_size=_WRITER_MEMORY // 10, num_threads=1)
        for document in old:
            writer.delete_documents_by_term("id", document.id)
        for document in documents:
            writer.add_document(row_of(document, stored=False))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _texts(self) -> Any:
        if self._with_text is None:
            self._with_text = open_index(self._text_folder).searcher()
        return self._with_text

    def _query(self, query: Query) -> Any:
        if query.join == "phrase":
            return tantivy.Query.phrase_query(self._schema, query.stream, list(query.tokens))
        terms = [term(self._schema, query.stream, token) for token in query.tokens]
        if query.join == "and":
            return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in terms])
        return should(terms)


def make_schema(*, stored: bool) -> Any:
    """The fields of a document; ``stored`` decides whether its text can be had back."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name, option in _INDEX_OPTION.items():
        builder.add_text_field(
            name,
            stored=stored and name == "words",
            tokenizer_name=_TOKENIZER,
            index_option=option,
        )
    if stored:
        builder.add_text_field("url", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_text_field("headline", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def row_of(document: Document, *, stored: bool) -> Any:
    """A document as Tantivy takes it."""
    row = tantivy.Document()
    row.add_text("id", document.id)
    for name in FACETS:
        row.add_text(name, getattr(document, name))
    row.add_text("words", words_text(document))
    row.add_text("pairs", pairs_text(document))
    if stored:
        row.add_text("url", document.url)
        row.add_text("headline", document.headline)
    return row


def open_index(folder: Path) -> Any:
    """An index that `TantivyPeer.build` made."""
    return _registered(tantivy.Index.open(str(folder)))


def term(schema: Any, field: str, token: str) -> Any:
    """A query for one token."""
    return tantivy.Query.term_query(schema, field, token, _INDEX_OPTION[field])


def should(parts: Sequence[Any]) -> Any:
    """A query for any of some others; of one, that one."""
    if len(parts) == 1:
        return parts[0]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])


def snippets(searcher: Any, documents: Sequence[Any], marks: Any, schema: Any) -> list[str]:
    """Snippets of documents, by Tantivy's generator."""
    generator = tantivy.SnippetGenerator.create(searcher, marks, schema, "words")
    generator.set_max_num_chars(SNIPPET_LENGTH)
    return [generator.snippet_from_doc(document).to_html() for document in documents]


def _registered(index: Any) -> Any:
    spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_TOKENIZER, spaces)
    return index
