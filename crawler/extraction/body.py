"""The text of the article on a page, found by what the blocks of text look like.

Each block of the page is worth something: prose, which has punctuation and few links, is worth its
size, while anything else, a menu entry or a date, costs a little. A region is worth the sum of its
blocks and of the regions in it. The article is the region that is worth most: a smaller one would
leave prose out, a larger one would take menus and links in. It is the idea of the maximum
subsequence segmentation of Pasternack and Roth (2009), on the tree instead of on the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.blocks import Block, Outline, read_outline
from crawler.extraction.names import holds_content, most_prose_aside
from crawler.extraction.teasers import find_teasers, kind_of, leads_on

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

# What any block costs: more than a line of a menu is worth, less than a sentence is.
_BLOCK_COST = 30
# Prose has a mark of punctuation in every so many bytes; text without any is worth this share.
_BYTES_A_MARK = 100
_UNMARKED_SHARE = 0.2
# A region of menus costs the region around it no more than this, however long the menus are.
_LARGEST_COST = 100
# A region whose names promise content is worth so much more than its sum.
_CONTENT_BONUS = 1.2
# Teasers with a larger share of the page's prose than this are what the page is about.
_MOST_PROSE_ASIDE = 0.5
# A block with more than this share in links is no sentence, unless it is very short.
_LINKED_SHARE = 0.6
_SHORT = 20
# Elements that are a part of an article, never a whole one.
_PART_TAGS = (
    "address blockquote dd dl dt figure h1 h2 h3 h4 h5 h6 li ol p pre tbody tfoot thead tr ul"
)
_PARTS = frozenset(_PART_TAGS.split())

_MARK = re.compile(r"[.!?;:,](?=[\s\"”’)\]]|$)|[。！？；：，、…]")


def body_of(soup: BeautifulSoup) -> str:
    """The text of the page's article, a paragraph or line of it a line; empty when there is none.

    The page is left as it is.
    """
    return "\n".join(block.text for block in body_blocks(read_outline(soup)))


def body_blocks(outline: Outline) -> list[Block]:
    """The blocks of the article among those of a page."""
    regions = outline.regions
    values = _values(outline)
    aside = _regions_aside(outline, values)
    gains = [
        min(value, 0) if aside[block.region] else value
        for block, value in zip(outline.blocks, values, strict=True)
    ]
    worth = _worth(outline, gains)
    prose = outline.sums(max(gain, 0) for gain in gains)
    candidates = [
        number
        for number, region in enumerate(regions)
        if prose[number] > 0 and region.element.name not in _PARTS
    ]
    if not candidates:
        return []
    best = max(candidates, key=lambda number: (worth[number], regions[number].depth))
    best = _with_its_like(outline, best, prose)
    inside = outline.within([number == best for number in range(len(regions))])
    return [
        block
        for block in outline.blocks
        if inside[block.region] and not aside[block.region] and not _is_link(outline, block)
    ]


def _with_its_like(outline: Outline, best: int, prose: list[float]) -> int:
    """The region, or the one around it and others of its kind, where these have more of the prose.

    So it is on a page of several jokes, or of questions and answers.
    """
    region = outline.regions[best]
    kind = kind_of(region.element)
    like = [
        prose[number]
        for number, other in enumerate(outline.regions)
        if other.parent == region.parent and prose[number] > 0 and kind_of(other.element) == kind
    ]
    return region.parent if sum(like) > 2 * prose[best] and region.parent >= 0 else best


def value_of(block: Block) -> float:
    """What a block is worth: its size when it is prose, less than nothing for a link or a label."""
    marks = len(_MARK.findall(block.text))
    marked = min(1.0, marks * _BYTES_A_MARK / max(block.size, 1))
    prose = _UNMARKED_SHARE + (1 - _UNMARKED_SHARE) * marked
    return (block.size - block.linked) * prose - block.linked - _BLOCK_COST


def _worth(outline: Outline, gains: list[float]) -> list[float]:
    """What each region is worth, all in all."""
    worth = [0.0] * len(outline.regions)
    for block, gain in zip(outline.blocks, gains, strict=True):
        worth[block.region] += gain
    for number, region in reversed(list(enumerate(outline.regions))):
        if region.parent >= 0:
            worth[region.parent] += max(worth[number], -_LARGEST_COST)
        if worth[number] > 0 and holds_content(region.element):
            worth[number] *= _CONTENT_BONUS
    return worth


def _values(outline: Outline) -> list[float]:
    """The blocks' values; a run of lines alike, as of a poem or a table, costs as much as one."""
    values: list[float] = []
    for last, block in zip([None, *outline.blocks], outline.blocks, strict=False):
        goes_on = last is not None and _stand_alike(outline, last, block)
        values.append(value_of(block) + (_BLOCK_COST if goes_on else 0))
    return values


def _stand_alike(outline: Outline, one: Block, other: Block) -> bool:
    if one.linked or other.linked:
        return False
    first, second = outline.regions[one.region], outline.regions[other.region]
    return first is second or (
        first.parent == second.parent and first.element.name == second.element.name
    )


def _regions_aside(outline: Outline, values: list[float]) -> list[bool]:
    """For each region, whether it stands beside the article, whatever prose it has."""
    prose = outline.sums(max(value, 0) for value in values)
    teasers = find_teasers(outline)
    articles = outline.within([region.element.name == "article" for region in outline.regions])
    aside = []
    for number, region in enumerate(outline.regions):
        # An <article> in another one is a comment or a teaser, says the HTML standard.
        nested = region.element.name == "article" and region.parent >= 0 and articles[region.parent]
        other = _MOST_PROSE_ASIDE if nested or teasers[number] else 0.0
        aside.append(prose[number] < max(other, most_prose_aside(region.element)) * prose[0])
    return outline.within(aside)


def _is_link(outline: Outline, block: Block) -> bool:
    """Whether a block is a link, or such as those of votes, which lead nowhere."""
    return block.linked > _LINKED_SHARE * block.size and (
        block.size > _SHORT or not leads_on(outline.regions[block.region].element)
    )
