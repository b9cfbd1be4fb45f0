"""Whole searches through tantivy-py: xiaosou's analysis and plan, executed by Tantivy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import tantivy
from whoosh import query

from indexer.analysis import Analysis
from indexer.query import Plan, plan
from peers.peer import LIMIT
from peers.tantivy import open_index, should, snippets, term
from speedrun.workspace import Workspace

_ALL_WORDS_LENGTH = 3  # as match="auto" has it
_STREAM = {
    "title": "words",
    "body": "words",
    "title_pairs": "pairs",
    "body_pairs": "pairs",
    "words": "words",
    "pairs": "pairs",
}


class TantivyWhole:
    """The same analysis and plan, executed by Tantivy, with its stored texts and snippets."""

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
        return self._searcher.search(asked, LIMIT, count=False).hits

    def _count(self, asked: Any) -> int:
        return int(self._searcher.search(asked, 1, count=True).count)

    def _marks(self, understood: Plan) -> list[Any]:
        words = [*understood.words]
        for phrase in understood.phrases:
            words += self._analysis.analyse(phrase).words
        return [term(self._schema, "words", word) for word in dict.fromkeys(words)]


def translate(node: query.Query, schema: Any) -> Any:
    """A tree of a plan as a query of Tantivy, over one field a stream.

    Raises:
        TypeError: Plans do not have such nodes.
    """
    parts: list[Any]
    match node:
        case query.Term():
            return _boosted(term(schema, _STREAM[node.fieldname], node.text), node.boost)
        case query.Or():
            parts = _distinct(node.subqueries, schema)
            return _boosted(should(parts), node.boost)
        case query.And():
            parts = _distinct(node.subqueries, schema)
            return tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in parts])
        case query.AndMaybe():
            must, maybe = (translate(part, schema) for part in (node.a, node.b))
            return tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, must), (tantivy.Occur.Should, maybe)]
            )
        case query.ConstantScoreQuery():
            return tantivy.Query.const_score_query(translate(node.child, schema), node.score)
        case query.Prefix():
            pattern = re.escape(node.text) + ".*"
            return tantivy.Query.regex_query(schema, _STREAM[node.fieldname], pattern)
        case query.Phrase():
            field = _STREAM[node.fieldname]
            asked = tantivy.Query.phrase_query(schema, field, list(node.words))
            return _boosted(asked, node.boost)
        case query.Sequence():
            *words, last = node.subqueries
            patterns = [re.escape(word.text) for word in words]
            patterns.append(re.escape(last.text) + ".*")
            field = _STREAM[last.fieldname]
            return tantivy.Query.regex_phrase_query(schema, field, patterns)
        case _:
            if node == query.NullQuery:
                return tantivy.Query.empty_query()
            raise TypeError(f"a plan has a node that the benchmark does not know: {node!r}")


def _distinct(nodes: list[query.Query], schema: Any) -> list[Any]:
    """Nodes translated, those over title and body once."""
    chosen: dict[Any, query.Query] = {}
    for node in nodes:
        chosen.setdefault(_without_field(node), node)
    return [translate(node, schema) for node in chosen.values()]


def _without_field(node: query.Query) -> Any:
    """What a node asks of a stream, whatever the field of it."""
    match node:
        case query.Term() | query.Prefix():
            return type(node), _STREAM[node.fieldname], node.text
        case query.Phrase():
            return type(node), _STREAM[node.fieldname], tuple(node.words)
        case query.Sequence() | query.And() | query.Or():
            return type(node), tuple(_without_field(part) for part in node.subqueries)
        case _:
            return id(node)


def _boosted(asked: Any, boost: float) -> Any:
    return asked if boost == 1 else tantivy.Query.boost_query(asked, boost)
