"""The query language: from text to a tree of words and phrases.

For now: words separated by spaces, and ``"phrases"`` in any kind of double quotes. Everything else
is text.
"""

from __future__ import annotations

from functools import cache

from whoosh import qparser, query
from whoosh.qparser.taggers import RegexTagger

TEXT = "text"
"""The name of the field that stands for title and body, before expansion."""

MAX_CHARACTERS = 1000
MAX_PARTS = 64
"""The most that is read of a query: characters, and then words and phrases."""


def parse(text: str) -> tuple[list[query.Query], bool]:
    """Parse a query; any text is one.

    Returns:
        Its parts in order, each a `Term` (what stands between spaces) or a `Phrase` (whose only
        word is the text between the quotes), both as typed; and whether it was too long and
        something was left out.
    """
    tree = _parser().parse(text[:MAX_CHARACTERS], normalize=False)
    parts = list(tree.leaves())
    return parts[:MAX_PARTS], len(text) > MAX_CHARACTERS or len(parts) > MAX_PARTS


@cache
def _parser() -> qparser.QueryParser:
    """The parser, which threads share: it keeps nothing of what it parses."""
    return qparser.QueryParser(TEXT, None, plugins=[qparser.WhitespacePlugin(), _QuotesPlugin()])


class _QuotesPlugin(qparser.Plugin):  # type: ignore[misc]
    """Takes what stands between quotes as it is, to be analysed as a whole."""

    def __init__(self) -> None:
        self._tagger = _QuotesTagger('["“”„＂「『](?P<text>[^"“”„＂」』]*)["“”„＂」』]')

    def taggers(self, _parser: qparser.QueryParser) -> list[tuple[RegexTagger, int]]:
        return [(self._tagger, 0)]


class _QuotesTagger(RegexTagger):  # type: ignore[misc]
    def create(self, _parser: qparser.QueryParser, match: object) -> qparser.syntax.SyntaxNode:
        return _QuotedNode(match.group("text"))  # type: ignore[attr-defined]


class _QuotedNode(qparser.syntax.TextNode):  # type: ignore[misc]
    def query(self, _parser: qparser.QueryParser) -> query.Query:
        return query.Phrase(TEXT, [self.text])
