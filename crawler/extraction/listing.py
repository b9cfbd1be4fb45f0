"""Telling a list of articles from an article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.extraction.body import value_of
from crawler.extraction.names import stands_aside
from crawler.extraction.teasers import find_teasers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.blocks import Block
    from crawler.extraction.document import Document

# In a list, teasers are so much of what would be the text; or, where that is short, they have so
# many times its size.
_SHARE = 0.5
_TIMES = 4
_SHORT = 600
_FEWEST_ARTICLES = 3
_NEXT_PAGE = re.compile(
    r"下一?[页頁]|[尾末][页頁]|next(?: page)?\W*|older posts\W*|[›»]", re.IGNORECASE
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
    """Whether the page is a list of articles, going by how much of it is teasers.

    Args:
        document: The page.
        body: The blocks that would be its article's text.
    """
    outline = document.outline
    teasers = find_teasers(outline)
    size = sum(block.size for block in body)
    if sum(block.size for block in body if teasers[block.region]) > _SHARE * size:
        return True
    articles = [
        element
        for element in document.soup.find_all("article")
        if element.find_parent("article") is None
        and element.select_one("h1 a, h2 a, h3 a, header a")
    ]
    if len(articles) >= _FEWEST_ARTICLES:
        return True
    aside = [False] * len(outline.regions)
    for number, region in enumerate(outline.regions):
        above = region.parent >= 0 and aside[region.parent]
        aside[number] = above or stands_aside(region.element)
    listed = sum(
        block.linked
        for block in outline.blocks
        if teasers[block.region] and not aside[block.region]
    )
    if size > _SHORT or listed <= _TIMES * size:
        return False
    return not any(value_of(block) > 0 for block in body) or any(
        block.linked and _NEXT_PAGE.fullmatch(block.text) for block in outline.blocks
    )
