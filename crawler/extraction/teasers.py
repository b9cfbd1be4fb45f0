"""Teasers: lists of links to other articles, with or without a few words about each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from bs4 import Tag

    from crawler.extraction.blocks import Block, Outline

# A list has so many teasers at least.
_FEWEST = 3
# A teaser has one or a few headlines that are links, and no more text than this, in bytes.
_MOST_HEADLINES = 3
_LONGEST = 600
_SHORTEST_HEADLINE = 12
# Its date, or a number of comments, may stand in one line with it.
_LONGEST_REST = 24
_NOWHERE = ("#", "javascript:")


def find_teasers(outline: Outline) -> list[bool]:
    """For each region of a page, whether it is a teaser, or inside one.

    Teasers are regions of one kind, side by side, each a linked headline with little else.
    """
    text = outline.sums(block.size - block.linked for block in outline.blocks)
    headlines = outline.sums(map(_is_headline, outline.blocks))
    onward = outline.sums(
        _is_headline(block) and leads_on(outline.regions[block.region].element)
        for block in outline.blocks
    )
    kinds = [
        (region.parent, *kind_of(region.element))
        if 0 < headlines[number] <= _MOST_HEADLINES
        # Beside a text, links of votes and of anchors are no headlines.
        and text[number] <= (_LONGEST if onward[number] else _LONGEST_REST)
        else None
        for number, region in enumerate(outline.regions)
    ]
    counts = Counter(kinds)
    return outline.within([kind is not None and counts[kind] >= _FEWEST for kind in kinds])


def _is_headline(block: Block) -> bool:
    return block.linked >= _SHORTEST_HEADLINE and block.size - block.linked <= _LONGEST_REST


def leads_on(element: Tag) -> bool:
    """Whether a link in it leads to another page."""
    links = (str(link["href"]).strip() for link in element.find_all("a", href=True))
    return not all(link.startswith(_NOWHERE) for link in links)


def kind_of(element: Tag) -> tuple[Hashable, ...]:
    """What elements side by side have in common: the tag and the first class without its number."""
    classes = element.get("class") or [""]
    return element.name, str(classes[0]).rstrip("0123456789")
