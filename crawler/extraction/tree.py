"""The tree of a page, parsed once: lxml's, and the same as BeautifulSoup's.

lxml alone parses many times as fast as BeautifulSoup does through it, so that the one tree is made
of the other. BeautifulSoup's serves our own rules and the selectors of sources, lxml's the
extractors that others wrote.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bs4 import BeautifulSoup, CData, NavigableString, Tag
from bs4.builder import HTMLTreeBuilder
from lxml.etree import ParserError, strip_elements
from lxml.html import HTMLParser, document_fromstring
from lxml.html.defs import empty_tags

from crawler.extraction.blocks import PHRASING

if TYPE_CHECKING:
    from bs4 import PageElement
    from lxml.html import HtmlElement

# What holds neither text nor metadata; scripts do where they are JSON-LD.
_DROPPED = ("style", "canvas", "iframe", "math", "object", "svg", "template")
_PREFORMATTED = frozenset(["pre", "textarea"])
_TOO_DEEP = "Excessive depth"


class _Kind(NamedTuple):
    """What BeautifulSoup's elements of one tag have in common.

    Attributes:
        text: The class of the texts in such an element; None for that of the texts around it.
        texts: Those that are part of what it says.
        lists: The attributes whose values are lists of words.
        is_void: Whether it has no end tag.
        is_block: Whether white space at its ends, and between blocks in it, shows nothing.
    """

    text: type[NavigableString] | None
    texts: tuple[type[NavigableString], ...]
    lists: frozenset[str]
    is_void: bool
    is_block: bool


def parse_html(text: str) -> HtmlElement | None:
    """Parse HTML, however broken it is.

    Comments, styles, drawings and scripts are left out, but for JSON-LD.

    Args:
        text: The HTML, without NUL characters.

    Returns:
        The root of the tree; None when more elements are nested than lxml allows, 256.
    """
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except ParserError:  # there is no element in it
        return document_fromstring("<html></html>")
    if any(_TOO_DEEP in error.message for error in parser.error_log):
        return None
    for sibling in list(root.itersiblings()):  # some pages go on after their end
        root.append(sibling)
    for script in root.iter("script"):
        if "ld+json" not in script.get("type", "").lower():
            script.tag = _DROPPED[0]
    strip_elements(root, *_DROPPED, with_tail=False)
    return root


def make_soup(root: HtmlElement) -> BeautifulSoup:
    """Make BeautifulSoup's tree of lxml's.

    It is the one that BeautifulSoup itself would have made, without the white space between blocks,
    which is two of three texts on a page.
    """
    soup = BeautifulSoup("", "lxml")
    last: PageElement = soup
    # The texts and elements to come, the next one at the end, each with what it belongs in
    # and the class of the texts there.
    waiting: list[tuple[HtmlElement | str, Tag, type[NavigableString]]]
    waiting = [(root, soup, NavigableString)]
    while waiting:
        node, parent, text_class = waiting.pop()
        if isinstance(node, str):
            text = text_class(node)
            text.setup(parent, last)
            parent.contents.append(text)
            last = text
            continue
        kind = _kind_of(node.tag)
        text_class = kind.text or text_class
        tag = Tag(
            name=node.tag,
            parent=parent,
            previous=last,
            is_xml=False,
            can_be_empty_element=kind.is_void,
            interesting_string_types=kind.texts,
        )
        parent.contents.append(tag)
        last = tag
        attributes = node.items()
        if attributes:  # not through the constructor, which looks at each value again
            tag.attrs.update(attributes)
            for name in kind.lists.intersection(tag.attrs):
                tag.attrs[name] = tag.attrs[name].split()
        block_follows = kind.is_block
        for child in node.iterchildren(reversed=True):
            is_block = kind.is_block and child.tag not in PHRASING
            if child.tail and not (is_block and block_follows and child.tail.isspace()):
                waiting.append((child.tail, tag, text_class))
            waiting.append((child, tag, text_class))
            block_follows = is_block
        if node.text and not (block_follows and node.text.isspace()):
            waiting.append((node.text, tag, text_class))
    return soup


@lru_cache(maxsize=1024)
def _kind_of(tag: str) -> _Kind:
    text = HTMLTreeBuilder.DEFAULT_STRING_CONTAINERS.get(tag)
    lists = HTMLTreeBuilder.DEFAULT_CDATA_LIST_ATTRIBUTES
    return _Kind(
        text=text,
        texts=(text,) if text else (NavigableString, CData),
        lists=frozenset([*lists["*"], *lists.get(tag, ())]),
        is_void=tag in empty_tags,
        is_block=tag not in PHRASING and tag not in _PREFORMATTED,
    )
