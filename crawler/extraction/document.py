"""A parsed page: what every part of the extraction reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, ParserRejectedMarkup

from crawler.decode import decode
from crawler.errors import NoArticleError, PageError
from crawler.extraction.blocks import Outline, read_outline
from crawler.extraction.metadata import Metadata, read_metadata

if TYPE_CHECKING:
    from crawler.page import Page

# An XML declaration says nothing that decoding has not told, and the parser would warn of it.
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_BINARY = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b")


@dataclass(frozen=True, slots=True)
class Document:
    """A page, parsed once.

    Attributes:
        url: The page's URL.
        html: The page as text.
        soup: Its elements.
        outline: Its text in blocks.
        metadata: What it says about itself.
    """

    url: str
    html: str
    soup: BeautifulSoup
    outline: Outline
    metadata: Metadata

    @property
    def canonical(self) -> str:
        """The address the page gives as its own, if that is one of http or https; else nothing."""
        for link in self.soup.find_all("link", rel="canonical", href=True):
            try:
                address = urljoin(self.url, str(link["href"]).strip())
                if urlsplit(address).scheme in {"http", "https"}:
                    return address
            except ValueError:  # no address at all, such as "http://["
                continue
        return ""


def parse_page(page: Page, remove: tuple[str, ...] = ()) -> Document:
    """Parse a page.

    Args:
        page: The page.
        remove: CSS selectors of elements to take out first.

    Raises:
        NoArticleError: The page is empty.
        PageError: It is no HTML.
    """
    if page.content.startswith(_BINARY):
        raise PageError(f"{page.url} is no HTML")
    html = _XML_DECLARATION.sub("", decode(page.content, page.charset).replace("\0", ""))
    if "<" not in html:
        raise NoArticleError(
            f"{page.url} is empty" if not html.strip() else f"{page.url} is no HTML"
        )
    try:
        soup = BeautifulSoup(html, "lxml")
    except ParserRejectedMarkup:
        raise PageError(f"{page.url} cannot be parsed as HTML") from None
    metadata = read_metadata(soup)
    for selector in remove:
        for element in soup.select(selector):
            element.decompose()
    return Document(page.url, html, soup, read_outline(soup), metadata)
