"""Extractors that others wrote, each a function from a page's tree to the lines of its article.

Both are imported when first asked: together they take half a second to load.
"""

from __future__ import annotations

import logging
from copy import deepcopy
from typing import TYPE_CHECKING

from lxml.etree import strip_elements

from crawler.extraction.blocks import PHRASING
from crawler.extraction.tree import parse_html

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from lxml.html import HtmlElement

# What trafilatura names emphasis and links in its trees.
_INLINE = PHRASING | {"hi", "ref"}
# What has no text of an article in it; without these the extractors are a fifth faster.
_NO_TEXT = (
    *("audio", "button", "img", "input", "link", "map", "meta", "noscript", "picture", "select"),
    *("source", "video"),
)
# They log what they make of each page, and what they find no article in.
for _name in ("trafilatura", "htmldate", "readability"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


def ask_trafilatura(root: HtmlElement) -> list[str]:
    """The article's lines as trafilatura finds them, without the extractors it falls back on."""
    from trafilatura import bare_extraction

    found = bare_extraction(_copy(root), fast=True, include_comments=False)
    body = getattr(found, "body", None)
    return [] if body is None else read_lines(body)


def ask_readability(root: HtmlElement) -> list[str]:
    """The article's lines as readability finds them."""
    from readability import Document
    from readability.readability import Unparseable

    try:
        html = Document(_copy(root)).summary(html_partial=True)
    except Unparseable:  # so it calls whatever goes wrong in it
        return []
    found = parse_html(html)
    body = None if found is None else found.find("body")
    return [] if body is None else read_lines(body)


def _copy(root: HtmlElement) -> HtmlElement:
    """A copy of a tree, for extractors change what they read."""
    tree = deepcopy(root)
    strip_elements(tree, *_NO_TEXT, with_tail=False)
    return tree


def read_lines(root: Element) -> list[str]:
    """The text of a tree, a line for each run that no element but phrasing interrupts."""
    lines: list[str] = []
    texts: list[str] = []
    # A tag to end a line at, or a text; the next one at the end.
    waiting: list[Element | str | None] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            texts.append(node)
            continue
        if node is None or node.tag not in _INLINE:
            lines.append(" ".join("".join(texts).split()))
            texts.clear()
        if node is None:
            continue
        if node.tag not in _INLINE:
            waiting.append(None)
        for child in node.iterchildren(reversed=True):
            waiting.extend((child.tail or "", child))
        waiting.append(node.text or "")
    return [line for line in lines if line]
