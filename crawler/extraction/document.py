"""A parsed page: what every part of the extraction reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from crawler.errors import ComplexityError, NoArticleError, PageError
from crawler.extraction.blocks import Outline, read_outline
from crawler.extraction.markup import Markup
from crawler.extraction.metadata import Metadata, read_metadata
from crawler.extraction.tree import make_soup, parse_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.page import Page

# An XML declaration says nothing that decoding has not told, and the parser would warn of it.
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
# A tenth of this in the beginning of a page is no text.
_NO_TEXT = re.compile("[\0-\x08\x0e-\x1f\ufffd]")
_BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class Document:
    """A page, parsed once.

    Attributes:
        url: The page's URL.
        root: Its tree; None when that is too deep for lxml.
        soup: The same tree for BeautifulSoup.
        markup: The elements in it.
        outline: Its text in blocks.
        metadata: What it says about itself.
    """

    url: str
    root: HtmlElement | None
    soup: BeautifulSoup
    markup: Markup
    outline: Outline
    metadata: Metadata

    @property
    def canonical(self) -> str:
        """The address the page gives as its own, if that is one of http or https; else nothing."""
        for link in self.markup.of_tag("link"):
            if "canonical" not in str(link.get("rel")).lower():
                continue
            try:
                address = urljoin(self.url, str(link.get("href", "")).strip())
                if urlsplit(address).scheme in {"http", "https"}:
                    return address
            except ValueError:  # no address at all, such as "http://["
                continue
        return ""

    def without(self, selectors: Sequence[str]) -> Document:
        """The page without the elements that CSS selectors find; its soup is changed."""
        if not selectors:
            return self
        for selector in selectors:
            for element in self.soup.select(selector):
                element.decompose()
        root = parse_html(str(self.soup))
        markup, outline = Markup(self.soup), read_outline(self.soup)
        return replace(self, root=root, markup=markup, outline=outline)


def parse_page(page: Page) -> Document:
    """Parse a page.

    Raises:
        NoArticleError: The page is empty.
        PageError: It is no HTML, or is made to keep a parser busy.
    """
    try:
        text = page.text
    except ComplexityError as error:
        raise ComplexityError(f"{page.url} has {error}") from error
    if not text.strip():
        raise NoArticleError(f"{page.url} is empty")
    beginning = text[:_BEGINNING]
    if "<" not in text or len(_NO_TEXT.findall(beginning)) > len(beginning) / 10:
        raise PageError(f"{page.url} is no HTML")
    html = _XML_DECLARATION.sub("", text.replace("\0", ""))
    root = parse_html(html)
    soup = BeautifulSoup(html, "lxml") if root is None else make_soup(root)
    markup = Markup(soup)
    return Document(page.url, root, soup, markup, read_outline(soup), read_metadata(markup))
