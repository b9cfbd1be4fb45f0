"""Telling a list of articles from an article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bs4 import Tag

from crawler.extraction.body import value_of
from crawler.extraction.names import most_prose_aside
from crawler.extraction.teasers import find_teasers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.extraction.blocks import Block
    from crawler.extraction.document import Document

# In a list, entries are so much of what would be the text.
_SHARE = 0.5
# Where that is shorter than this, in bytes, their headlines may be longer.
_SHORT = 600
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_WHOLE_PAGE = frozenset(["[document]", "html", "body", "main"])
_SHORTEST_LINE = 8
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
        or len(document.markup.of_property("articleBody")) == 1
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
    aside = outline.within([most_prose_aside(region.element) > 0 for region in outline.regions])
    headlines = sum(
        block.linked
        for block in outline.blocks
        if (teasers[block.region] or entries[block.region]) and not aside[block.region]
    )
    if size > _SHORT or headlines <= size:
        return False
    return _has_next_page(document) or not any(value_of(block) > 0 for block in body)


def _find_entries(document: Document) -> list[bool]:
    """For each region, whether it is in one that begins with the linked headline of another page.

    The article's own headline may be a link too, to itself or to the site's front page.
    """
    outline = document.outline
    begins: dict[int, int] = {}
    for block in outline.blocks:
        region = block.region
        while block.size >= _SHORTEST_LINE and region >= 0 and region not in begins:
            begins[region] = block.region
            region = outline.regions[region].parent
    return outline.within(
        [
            region.element.name not in _WHOLE_PAGE
            and number in begins
            and _leads_elsewhere(outline.regions[begins[number]].element, document)
            for number, region in enumerate(outline.regions)
        ]
    )


def _leads_elsewhere(heading: Tag, document: Document) -> bool:
    link = heading.find("a", href=True) if heading.name in _HEADINGS else None
    if (
        not isinstance(link, Tag)
        or _is_only_h1(heading, document)
        or len(link.get_text(strip=True)) < len(heading.get_text(strip=True)) / 2
    ):
        return False
    here = {_address(document.url), _address(document.canonical)}
    try:
        target = urljoin(document.url, str(link["href"]))
        return _address(target) not in here and urlsplit(target).path not in {"", "/"}
    except ValueError:
        return False


def _is_only_h1(heading: Tag, document: Document) -> bool:
    return heading.name == "h1" and len(document.markup.of_tag("h1")) == 1


def _address(url: str) -> str:
    """What tells pages of a site apart."""
    parts = urlsplit(url)
    return f"{parts.path.rstrip('/')}?{parts.query}"


def _has_next_page(document: Document) -> bool:
    links = document.markup.of_tag("a")
    return any(_NEXT_PAGE.fullmatch(link.get_text(" ", strip=True)) for link in links)
