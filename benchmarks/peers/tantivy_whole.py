"""Whole searches through tantivy-py: xiaosou's analysis and plan, executed by Tantivy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import tantivy
from whoosh import query

from indexer.analysis import Analysis
from indexer.query import Plan, plan
from indexer.query.nodes import Character, Titled
from peers.peer import LIMIT
from peers.tantivy import open_index, should, snippets, term
from speedrun.workspace import Workspace

_ALL_WORDS_LENGTH = 3  # as match="auto" has it


class TantivyWhole:
    """The same analysis and plan, executed by Tantivy, with its stored texts and snippets.

    It counts all matches, as `Index.search` does.
    """

    def __init__(self, workspace: Workspace) -> None:
        index = open_index(workspace.engine("tantivy") / "stored")
        self._searcher = index.searcher()
        self._schema = index.schema
        self._analysis = Analysis()

    def search(self, text: str) -> list[tuple[Any, str]]:
        """See `WholeSearch.search`."""
        understood = plan(text, self._analysis)
        hits = self._matching(understood, lambda asked: self._best(asked))
        documents = [self._searcher.doc(address) for _, address in hits]
        marks = self._marks(understood)
        if not marks:
            return [(document, "") for document in documents]
        shown = snippets(self._searcher, documents, should(marks), self._schema)
        return list(zip(documents, shown, strict=True))

    def total(self, text: str) -> int:
        """See `WholeSearch.total`."""
        understood = plan(text, self._analysis)
        return int(self._matching(understood, lambda asked: self._count(asked)))

    def ids(self, answer: list[tuple[Any, str]]) -> list[str]:
        """See `WholeSearch.ids`."""
        return [document["id"][0] for document, _ in answer]

    def _matching(self, understood: Plan, ask: Callable[[Any], Any]) -> Any:
        """All words, or any of them for a long query or one that finds nothing."""
        if understood.length <= _ALL_WORDS_LENGTH:
            found = ask(translate(understood.all_words, self._schema))
            if found or understood.length < 2:
                return found
        return ask(translate(understood.any_word, self._schema))

    def _best(self, asked: Any) -> Any:
        return self._searcher.search(asked, LIMIT, count=True).hits

    def _count(self, asked: Any) -> int:
        return int(self._searcher.search(asked, 1, count=True).count)

    def _marks(self, understood: Plan) -> list[Any]:
        words = [*understood.words]
        for phrase in understood.phrases:
            words += self._analysis.analyse(phrase).words
        return [term(self._schema, "words", word) for word in dict.fromkeys(words)]


def translate(node: query.Query, schema: Any) -> Any:
    """A tree of a plan as a query of Tantivy.

    Raises:
        TypeError: Plans do not have such nodes.
    """
    asked: Any
    match node:
        case query.Term():
            asked = term(schema, node.fieldname, node.text)
            if node.boost != 1:
                asked = tantivy.Query.boost_query(asked, node.boost)
        case query.Or():
            asked = should([translate(part, schema) for part in node.subqueries])
        case query.And():
            parts = [(tantivy.Occur.Must, translate(part, schema)) for part in node.subqueries]
            asked = tantivy.Query.boolean_query(parts)
        case query.AndMaybe():
            must, maybe = (translate(part, schema) for part in (node.a, node.b))
            parts = [(tantivy.Occur.Must, must), (tantivy.Occur.Should, maybe)]
            asked = tantivy.Query.boolean_query(parts)
        case query.ConstantScoreQuery():
            asked = tantivy.Query.const_score_query(translate(node.child, schema), node.score)
        case Character() if node.share == 1:
            found = tantivy.Query.regex_query(schema, node.fieldname, _prefixed(node.text))
            asked = tantivy.Query.const_score_query(found, node.boost)
        case Character() | Titled():
            # It cannot score many terms as one, nor look at the title alone: these only rank.
            asked = tantivy.Query.empty_query()
        case query.Prefix():
            asked = tantivy.Query.regex_query(schema, node.fieldname, _prefixed(node.text))
        case query.Phrase():
            asked = tantivy.Query.phrase_query(schema, node.fieldname, list(node.words))
        case query.Sequence():
            *words, last = node.subqueries
            patterns = [*(re.escape(word.text) for word in words), _prefixed(last.text)]
            asked = tantivy.Query.regex_phrase_query(schema, last.fieldname, patterns)
        case _ if node is query.NullQuery:
            asked = tantivy.Query.empty_query()
        case _:
            raise TypeError(f"a plan has a node that the benchmark does not know: {node!r}")
    return asked


def _prefixed(text: str) -> str:
    return re.escape(text) + ".*"
