"""How much work a page's markup makes for a parser, found out before one reads it."""

from __future__ import annotations

import re

from crawler.errors import ComplexityError

MOST_TAGS = 30_000
"""The most start tags a page may have; some pages list thousands of links, none are articles."""

MOST_ATTRIBUTES = 5_000
"""The most attributes a tag may have: libxml2 compares each with every other."""

_TAG = re.compile(r"<[a-zA-Z]")
# As browsers read it: a quote only begins a value after an equals sign. Possessive, so that no text
# is looked at twice.
_ATTRIBUTE = re.compile(
    r"""[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>]*+))?+"""
)


def check_complexity(text: str) -> None:
    """Let a page pass that can be parsed in a moment.

    Args:
        text: Its HTML.

    Raises:
        ComplexityError: It is made to keep a parser busy: `MOST_TAGS`, `MOST_ATTRIBUTES`.
    """
    if text.count("<") > MOST_TAGS and len(_TAG.findall(text)) > MOST_TAGS:
        raise ComplexityError(f"more than {MOST_TAGS} tags")
    # An attribute has at least two characters with what divides it from the next.
    if len(text) > 2 * MOST_ATTRIBUTES and _most_attributes(text) > MOST_ATTRIBUTES:
        raise ComplexityError(f"a tag with more than {MOST_ATTRIBUTES} attributes")


def _most_attributes(text: str) -> int:
    most = position = 0
    while tag := _TAG.search(text, position):
        position = tag.end()
        count = 0
        while (attribute := _ATTRIBUTE.match(text, position)) and count <= MOST_ATTRIBUTES:
            position = attribute.end()
            count += 1
        most = max(most, count)
    return most
