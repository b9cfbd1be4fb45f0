"""Telling a list of articles from an article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.body import value_of
from crawler.extraction.names import stands_aside
from crawler.extraction.teasers import find_teasers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.blocks import Block, Outline
    from crawler.extraction.document import Document

# In a list, entries are so much of what would be the text.
_SHARE = 0.5
# Where that is short, in bytes, their headlines have so many times its size.
_SHORT = 600
_TIMES = 4
_FEWEST_ENTRIES = 3
_ENTRY_LINK = "article h1 a[href], article h2 a[href], article h3 a[href]"
_NEXT_PAGE = re.compile(
    r"下一?[页頁]|[尾末][页頁]|(?:next(?: page)?|older posts)\W*|[›»]", re.IGNORECASE
)


def is_article(document: Document) -> bool:
    """Whether the page says to machines that it is one article."""
    metadata = document.metadata
    headlines = {str(item.get("headline")) for item in metadata.articles()}
    return (
        metadata.first("og:type").startswith("article")
        or "article:published_time" in metadata.names
        or len(headlines) == 1
        or len(document.soup.select('[itemprop="articleBody"]')) == 1
    )


def is_list(document: Document, body: Sequence[Block]) -> bool:
    """Whether the page is a list of articles, going by how much of it is headlines of others.

    Args:
        document: The page.
        body: The blocks that would be its article's text.
    """
    outline = document.outline
    teasers = find_teasers(outline)
    entries = _find_entries(document)
    size = sum(block.size for block in body)
    listed = sum(block.size for block in body if teasers[block.region] or entries[block.region])
    if listed > _SHARE * size:
        return True
    aside = outline.within([stands_aside(region.element) for region in outline.regions])
    headlines = sum(
        block.linked
        for block in outline.blocks
        if teasers[block.region] and not aside[block.region]
    )
    if size > _SHORT or headlines <= _TIMES * size:
        return False
    return _has_next_page(outline) or not any(value_of(block) > 0 for block in body)


def _find_entries(document: Document) -> list[bool]:
    """For each region, whether it is in one of several articles with a link for a heading."""
    links = document.soup.select(_ENTRY_LINK)
    entries = {id(link.find_parent("article")) for link in links}
    several = len(entries) >= _FEWEST_ENTRIES
    regions = document.outline.regions
    return document.outline.within(
        [several and id(region.element) in entries for region in regions]
    )


def _has_next_page(outline: Outline) -> bool:
    return any(block.linked and _NEXT_PAGE.fullmatch(block.text) for block in outline.blocks)
