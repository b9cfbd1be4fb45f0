"""The query language: from text to a tree of words, phrases and fields.

docs/query-language.md describes it. The parser is `whoosh.qparser` with the plugins of
`indexer.query.syntax`. Its tree has these nodes of `whoosh.query`, their texts as typed:

- `Term` on ``text`` or ``title``: words; on a field of `VALUE_FIELDS`: one of its values;
- `Phrase` on ``text`` or ``title``, with one word, the text between the quotes;
- `Wildcard` and `FuzzyTerm` on ``text`` or ``title``: one word;
- `NumericRange` on ``published``;
- `And`, `Or` and `Not` around them. The root is an `And` of what stands side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from whoosh import qparser, query
from whoosh.qparser import syntax

from indexer.query.syntax import MARKS, SyntaxPlugin, translate

MAX_CHARACTERS = 2000
"""The most characters that are read of a query."""

MAX_DEPTH = 20
"""How deep parentheses may be nested."""

TEXT = "text"
"""The name of the field that stands for title and body, before expansion."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as a tree.

    Attributes:
        tree: The root, an `And` of the query's parts.
        cut: Whether it was too long or too deep, and something was left out.
    """

    tree: query.And
    cut: bool


def parse(text: str) -> Parsed:
    """Parse a query; any text is one."""
    if not MARKS.search(text) and len(text) <= MAX_CHARACTERS:
        return Parsed(query.And([query.Term(TEXT, text)]), False)
    parser = _parser()
    nodes = parser.tag(translate(text[:MAX_CHARACTERS]))
    flattened = _flatten(nodes)
    tree = parser.filterize(nodes).query(parser)
    if type(tree) is not query.And:
        tree = query.And([tree])
    return Parsed(tree, len(text) > MAX_CHARACTERS or flattened)


def _flatten(nodes: syntax.GroupNode) -> bool:
    """Leave out parentheses that are nested too deep; tell whether there were any."""
    brackets = qparser.GroupPlugin
    depth = 0
    kept: list[syntax.SyntaxNode] = []
    for node in nodes:
        if isinstance(node, brackets.CloseBracket):
            depth -= depth > 0
            if depth >= MAX_DEPTH:
                continue
        elif isinstance(node, brackets.OpenBracket):
            depth += 1
            if depth > MAX_DEPTH:
                continue
        kept.append(node)
    too_deep = len(kept) < len(nodes)
    nodes[:] = kept
    return too_deep


@cache
def _parser() -> qparser.QueryParser:
    """The parser, which threads share: it keeps nothing of what it parses."""
    plugins = [qparser.WhitespacePlugin(), qparser.GroupPlugin(), SyntaxPlugin()]
    return qparser.QueryParser(TEXT, None, plugins=plugins)
