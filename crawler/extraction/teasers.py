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
_LINKED_SHARE = 0.8


def find_teasers(outline: Outline) -> list[bool]:
    """For each region of a page, whether it is a teaser, or inside one.

    Teasers are regions of one kind, side by side, each a linked headline with little else.
    """
    regions = outline.regions
    text = [0] * len(regions)
    headlines = [0] * len(regions)
    for block in outline.blocks:
        text[block.region] += block.size - block.linked
        headlines[block.region] += _is_headline(block)
    for number in range(len(regions) - 1, 0, -1):
        text[regions[number].parent] += text[number]
        headlines[regions[number].parent] += headlines[number]
    kinds = {
        number: (region.parent, *_kind(region.element))
        for number, region in enumerate(regions)
        if 0 < headlines[number] <= _MOST_HEADLINES and text[number] <= _LONGEST
    }
    counts = Counter(kinds.values())
    teasers: list[bool] = []
    for number, region in enumerate(regions):
        alike = counts[kinds[number]] if number in kinds else 0
        teasers.append(alike >= _FEWEST or (region.parent >= 0 and teasers[region.parent]))
    return teasers


def _is_headline(block: Block) -> bool:
    return block.size >= _SHORTEST_HEADLINE and block.linked > _LINKED_SHARE * block.size


def _kind(element: Tag) -> tuple[Hashable, ...]:
    """The element's tag and first class, in which a number is the element's own."""
    classes = element.get("class") or [""]
    return element.name, str(classes[0]).rstrip("0123456789")
