"""The syntax of queries as plugins of `whoosh.qparser`: how text is cut into nodes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from whoosh import qparser, query
from whoosh.qparser import syntax
from whoosh.qparser.taggers import RegexTagger

from indexer.analysis.document import FACET_FIELDS
from indexer.query.dates import DATE_FIELDS, parse_date

ALIASES = {"intitle": "title", "inurl": "url"}
"""Other names of fields."""

VALUE_FIELDS = (*FACET_FIELDS, "url")
"""The fields that are compared with one value."""

FIELDS = (*VALUE_FIELDS, *DATE_FIELDS, "title", *ALIASES)
"""All names that may stand before a colon."""

MOST_EDITS = 2
"""The edits of a fuzzy word at most."""

_KIN = str.maketrans(
    {
        **dict.fromkeys("“”„＂「」『』", '"'),
        "：": ":",
        "（": "(",
        "）": ")",
        "｜": "|",
        "\u3000": " ",
        "\0": " ",
        **dict.fromkeys(
            map(chr, range(0xD800, 0xE000)), " "
        ),  # lone surrogates, which no database takes
    }
)
MARKS = re.compile(r"[-\"“”„＂「」『』():（）：|｜~^*?\0]|AND|OR|NOT")
"""Finds what may be syntax; a text without it is but words."""

_WORD_END = r'\s"()|'
# What may stand before an operator: nothing, a space, a parenthesis; before a field also a minus.
_BEGIN, _FIELD_BEGIN = r"(?<![^\s(|])", r"(?<![^\s(|\-])"
_VALUE = re.compile(
    rf"{_FIELD_BEGIN}(?P<name>{'|'.join(name for name in FIELDS if 'title' not in name)}):"
    rf'(?:"(?P<quoted>[^"]+)"|(?P<plain>[^{_WORD_END}]+))',
    re.IGNORECASE,
)
_PHRASE = r'"(?P<text>[^"]*)"(?:~(?P<slop>\d{1,3})(?!\w))?(?:\^(?P<boost>\d{1,3}(?:\.\d{1,3})?))?'
_WORD = rf"[^{_WORD_END}]+"
_PLAIN = r"(?!(?:AND|OR|NOT)\b)[^\W_]++(?!\S)"
_BOOSTED = re.compile(r"(?P<text>.*\w\S*)\^(?P<boost>\d{1,3}(?:\.\d{1,3})?)")
_FUZZY = re.compile(r"(?P<text>[^\W_]{2,})~(?P<edits>\d?)")
_PATTERN = re.compile(r"(?=.*\w)(?:[^\W_]|[*?])+")


def translate(text: str) -> str:
    """A query whose full-width marks are replaced by their ASCII kin, as long as before."""
    return text.translate(_KIN)


class SyntaxPlugin(qparser.Plugin):  # type: ignore[misc]
    """Everything but white space and parentheses."""

    def __init__(self) -> None:
        prefix, infix = syntax.PrefixOperator, syntax.InfixOperator
        operator = qparser.OperatorsPlugin.OpTagger
        around = r'(?<![^\s()|"]){}(?![^\s()|"])'
        # Operators are applied in this order: the first bind tightest.
        self._operators = [
            operator(rf"{_FIELD_BEGIN}(?i:(?:in)?title):(?=[^\s)|])", _InTitle, prefix),
            operator(rf"{_BEGIN}-(?=[^\s\-)|])", syntax.NotGroup, prefix),
            operator(around.format("NOT"), syntax.NotGroup, prefix),
            operator(around.format("AND"), syntax.AndGroup, infix),
            operator(around.format("OR") + r"|\|+", syntax.OrGroup, infix),
        ]
        self._taggers = [
            # Most of a query is spaces and words of letters alone, which are nothing else.
            _Tagger(r"\s+", lambda _match: syntax.Whitespace()),
            _Tagger(_PLAIN, lambda match: _text(match.group())),
            *self._operators,
            _Tagger(_VALUE, _value_node),
            _Tagger(_PHRASE, _phrase_node),
            _Tagger(_WORD, _word_node),
        ]
        self._structure = qparser.OperatorsPlugin(
            [(tagger, 0) for tagger in self._operators], clean=True
        )

    def taggers(self, _parser: qparser.QueryParser) -> list[tuple[RegexTagger, int]]:
        """What cuts the text; what comes first is tried first."""
        return [(tagger, place) for place, tagger in enumerate(self._taggers)]

    def filters(self, _parser: qparser.QueryParser) -> list[tuple[Callable[..., Any], int]]:
        """What makes a tree of the pieces, after parentheses have."""
        return [(_spell_out, 500), (self._structure.do_operators, 600)]


class _Tagger(RegexTagger):  # type: ignore[misc]
    def __init__(self, pattern: str | re.Pattern[str], create: Callable[[Any], Any]) -> None:
        super().__init__(pattern)
        self._create = create

    def create(self, _parser: qparser.QueryParser, match: Any) -> syntax.SyntaxNode:
        return self._create(match)


class _Leaf(syntax.SyntaxNode):  # type: ignore[misc]
    """A piece that becomes one node of the tree.

    Args:
        make: Makes it, given the field.
    """

    has_fieldname = True
    startchar = endchar = None  # unknown where it does not come from the text as it is

    def __init__(self, make: Callable[[str], query.Query]) -> None:
        self._make = make
        self.fieldname: str | None = None

    def query(self, parser: qparser.QueryParser) -> query.Query:
        return self._make(self.fieldname or parser.fieldname)


class _InTitle(syntax.GroupNode):  # type: ignore[misc]
    """What stands after ``title:``."""

    def query(self, parser: qparser.QueryParser) -> query.Query:
        (node,) = self
        node.set_fieldname("title")
        return node.query(parser)


def _text(text: str) -> _Leaf:
    return _Leaf(lambda field: query.Term(field, text))


def _value_node(match: Any) -> syntax.SyntaxNode:
    name = match["name"].lower()
    name, value = ALIASES.get(name, name), match["quoted"] or match["plain"]
    if name not in DATE_FIELDS:
        return _Leaf(lambda _field: query.Term(name, value))
    found = parse_date(name, value, datetime.now(UTC))
    if found is None:
        return _text(match.group())
    return _Leaf(lambda _field: found)


def _phrase_node(match: Any) -> syntax.SyntaxNode:
    slop = int(match["slop"] or 0) + 1
    boost = float(match["boost"] or 1)
    return _Leaf(lambda field: query.Phrase(field, [match["text"]], slop=slop, boost=boost))


def _word_node(match: Any) -> syntax.SyntaxNode:
    text, boost = match.group(), 1.0
    boosted = _BOOSTED.fullmatch(text)
    if boosted:
        text, boost = boosted["text"], float(boosted["boost"])
    fuzzy = _FUZZY.fullmatch(text)
    if fuzzy:
        word, edits = fuzzy["text"], min(int(fuzzy["edits"] or 1), MOST_EDITS)
        return _Leaf(lambda field: query.FuzzyTerm(field, word, boost=boost, maxdist=edits))
    if is_pattern(text):
        return _Leaf(lambda field: query.Wildcard(field, text, boost=boost))
    return _Leaf(lambda field: query.Term(field, text, boost=boost))


def is_pattern(text: str) -> bool:
    """Whether a word has wildcards; question marks at its end alone are those of a sentence."""
    wild = "*" in text or "?" in text.strip("?")
    return wild and _PATTERN.fullmatch(text) is not None


def _spell_out(parser: qparser.QueryParser, group: syntax.GroupNode) -> syntax.GroupNode:
    """Take operators for words where they have nothing to operate on."""
    following: syntax.SyntaxNode | None = None
    for place in range(len(group) - 1, -1, -1):
        node = group[place]
        if isinstance(node, syntax.GroupNode):
            group[place] = node = _spell_out(parser, node)
        elif isinstance(node, syntax.Operator) and not _operates(node, group, place, following):
            group[place] = node = _text(node.text.lower())
        following = node
    return group


def _operates(
    node: syntax.Operator,
    group: syntax.GroupNode,
    place: int,
    following: syntax.SyntaxNode | None,
) -> bool:
    """Whether an operator has something to its right and, where it needs that, to its left."""
    if following is None or isinstance(following, syntax.InfixOperator):
        return False
    if isinstance(node, syntax.PrefixOperator):
        return not isinstance(following, syntax.Operator) or (
            following.grouptype is _InTitle and node.grouptype is not _InTitle
        )
    return place > 0 and not isinstance(group[place - 1], syntax.Operator)
