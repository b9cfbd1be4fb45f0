"""A page as blocks of text in the regions that hold them: what the body is chosen from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bs4 import NavigableString, Tag
from bs4.element import PreformattedString

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Elements whose text is part of the sentence around them (HTML's phrasing content); any other
# element begins and ends a block, unknown ones too.
_PHRASING = """
a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q
ruby s samp small span strike strong sub sup time tt u var wbr
"""

PHRASING = frozenset(_PHRASING.split())
"""The tags of elements whose text goes on with that around them."""

# Elements whose text is never part of an article.
_NO_TEXT = """
applet area audio base button canvas col datalist dialog embed iframe img input link math menu
meta meter nav noscript object option param progress rp rt script select source style svg template
textarea title track video
"""
_NO_TEXT_ROLES = """
alert alertdialog banner button contentinfo dialog menu menubar navigation search tablist toolbar
tooltip
"""
_SILENT = frozenset(_NO_TEXT.split())
_SILENT_ROLES = frozenset(_NO_TEXT_ROLES.split())
# What is only invisible is often the article itself, which a script shows when it is there.
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass(slots=True)
class Region:
    """An element that holds blocks, directly or in regions inside it.

    Attributes:
        element: The element.
        parent: The number of the region around it, -1 for the outermost.
        depth: How many regions are around it.
    """

    element: Tag
    parent: int
    depth: int


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text without a break in it: a paragraph, a line, a heading, an entry of a menu.

    Attributes:
        text: The text, white space folded to single spaces; ``<pre>`` keeps its lines.
        size: Its length in bytes of UTF-8: a Chinese character, which says about as much as
            three letters, weighs as much as three.
        linked: How much of that size stands in links.
        region: The number of the region that holds it directly.
    """

    text: str
    size: int
    linked: int
    region: int


@dataclass(slots=True)
class Outline:
    """A page's regions, parents before children, and its blocks in the order of the page."""

    regions: list[Region] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def within(self, flags: Sequence[bool]) -> list[bool]:
        """For each region, whether it or a region around it is flagged."""
        inside: list[bool] = []
        for flag, region in zip(flags, self.regions, strict=True):
            inside.append(flag or (region.parent >= 0 and inside[region.parent]))
        return inside

    def sums(self, values: Iterable[float]) -> list[float]:
        """For each region, the sum of the values of the blocks in it and in the regions in it.

        Args:
            values: A value for each block.
        """
        totals = [0.0] * len(self.regions)
        for block, value in zip(self.blocks, values, strict=True):
            totals[block.region] += value
        for number in range(len(totals) - 1, 0, -1):
            totals[self.regions[number].parent] += totals[number]
        return totals


def read_outline(root: Tag) -> Outline:
    """Read an element's text as blocks, without changing the element.

    Scripts, menus, controls and hidden elements are left out. The walk keeps its own stack, so
    that no depth of nesting exhausts Python's.
    """
    reader = _Reader()
    reader.read(root)
    return reader.outline


class _Reader:
    def __init__(self) -> None:
        self.outline = Outline()
        self._texts: list[str] = []
        self._linked = 0
        self._links = 0
        self._preformatted = 0
        self._path: list[int] = []

    def read(self, root: Tag) -> None:
        # An element is on the stack twice: to enter it, and, as (element,), to leave it.
        stack: list[object] = [root]
        while stack:
            node = stack.pop()
            if isinstance(node, tuple):
                self._leave(node[0])
            elif isinstance(node, Tag):
                if node.name == "br":
                    self._break_line()
                elif node is root or not _is_silent(node):
                    self._enter(node)
                    stack.append((node,))
                    stack.extend(reversed(node.contents))
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                self._texts.append(node)
                if self._links:
                    self._linked += len("".join(node.split()).encode(errors="replace"))

    def _enter(self, element: Tag) -> None:
        if element.name not in PHRASING or not self._path:
            self._end_block()
            parent = self._path[-1] if self._path else -1
            self._path.append(len(self.outline.regions))
            self.outline.regions.append(Region(element, parent, len(self._path) - 1))
            self._preformatted += element.name == "pre"
        elif element.name == "a" and element.has_attr("href"):
            self._links += 1

    def _leave(self, element: Tag) -> None:
        if element is self.outline.regions[self._path[-1]].element:
            self._end_block()
            self._path.pop()
            self._preformatted -= element.name == "pre"
        elif element.name == "a" and element.has_attr("href"):
            self._links -= 1

    def _break_line(self) -> None:
        if self._preformatted:
            self._texts.append("\n")
        else:
            self._end_block()

    def _end_block(self) -> None:
        text = "".join(self._texts)
        text = text.strip("\n") if self._preformatted else " ".join(text.split())
        if text.strip() and self._path:
            size = len("".join(text.split()).encode(errors="replace"))
            self.outline.blocks.append(Block(text, size, self._linked, self._path[-1]))
        self._texts.clear()
        self._linked = 0


def _is_silent(element: Tag) -> bool:
    if element.name in _SILENT:
        return True
    attributes = element.attrs
    return bool(attributes) and (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") in _SILENT_ROLES
        or bool(_HIDDEN.search(str(attributes.get("style", ""))))
    )
