"""Headings such as "site - category - title", which say where an article stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DASH = "\\-\u2010-\u2015\u2212\ufe63\uff0d"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WIDE = f"{_HAN}\u3008-\u3011\uff08\uff09"

# A hyphen, a dot or a slash separates only between spaces: "e-mail", "约翰·洛克菲勒" and "24/7" are
# one word. An underscore separates what is Chinese, or between spaces: "snake_case" is one word.
_SEPARATOR = re.compile(
    rf"""
      (?P<dash>  \s [{_DASH}]{{1,2}} \s )
    | (?P<bar>   \s? [|\u2223\u2502\u4e28\uff5c] \s? )
    | (?P<arrow> \s? (?<![-=]) (?: >{{1,2}} (?!=) | [»›＞→⟩] ) \s? )
    | (?P<low>   \s [_＿]{{1,2}} \s | (?<=[{_WIDE}]) [_＿] | [_＿] (?=[{_WIDE}]) )
    | (?P<colon> \s? (?: :: | \uff1a\uff1a | \u2237 ) \s? )
    | (?P<dot>   \s [·•‧・∙⋅] \s )
    | (?P<slash> \s [/／] \s )
    """,
    re.VERBOSE,
)
# Chinese headings do without the spaces around a dash. A double dash is punctuation in them, and
# a single one may belong to the title ("北京-上海"): only two or more of them separate.
_TIGHT_DASH = re.compile(rf"(?<=[{_WIDE}])[{_DASH}](?=[{_WIDE}])")


@dataclass(frozen=True, slots=True)
class Heading:
    """The parts of a heading; site and category are empty when it does not name them."""

    site: str
    category: str
    title: str


@dataclass(frozen=True, slots=True)
class Separator:
    """Where a line is parted: between ``start`` and ``end``, by one of a ``kind`` of signs."""

    start: int
    end: int
    kind: str


def split_heading(line: str) -> Heading:
    """Part a line of the form "site - category - title".

    Many separators will do, such as ``-``, ``–``, ``|``, ``_``, ``·``, ``»``, ``>`` and ``::``,
    with their full-width forms. The title may contain them too: what follows the second one is
    the title. A line of two parts names the site and the title, one without separators is a title.
    """
    line = _tidy(line)
    cuts = find_separators(line)
    alike = [cut for cut in cuts if cut.kind == cuts[0].kind]
    if len(alike) < 2:
        alike = cuts
    if not alike:
        return Heading("", "", line)
    first, second = alike[0], alike[1] if len(alike) > 1 else alike[0]
    return Heading(
        _tidy(line[: first.start]),
        _tidy(line[first.end : second.start]),
        _tidy(line[second.end :]),
    )


def find_separators(line: str) -> list[Separator]:
    """The separators in a line whose white space is single spaces, leaving no part empty."""
    matches = list(_SEPARATOR.finditer(line))
    if not matches:
        matches = list(_TIGHT_DASH.finditer(line))
        if len(matches) < 2:
            return []
    cuts: list[Separator] = []
    start = 0
    for match in matches:
        if match.start() > start and match.end() < len(line):
            cuts.append(Separator(match.start(), match.end(), match.lastgroup or "tight"))
            start = match.end()
    return cuts


def _tidy(line: str) -> str:
    """Single spaces, and neither a byte order mark nor separators around the whole."""
    line = " ".join(line.replace("\ufeff", "").split())
    while match := re.match(rf"[{_DASH}|｜>»›_＿·]+\s+", line):
        line = line[match.end() :]
    return re.sub(rf"\s+[{_DASH}|｜>»›_＿·]+$", "", line)
