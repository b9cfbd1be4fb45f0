"""From a page to an article."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from crawler.errors import NoArticleError
from crawler.extraction.author import find_author
from crawler.extraction.blocks import Block, read_outline
from crawler.extraction.body import body_blocks
from crawler.extraction.byline import find_byline
from crawler.extraction.date import find_date, is_byline
from crawler.extraction.document import Document, parse_page
from crawler.extraction.epilogue import without_epilogue
from crawler.extraction.heading import find_heading
from crawler.extraction.listing import is_article, is_list
from crawler.extraction.selection import date_at, line_at
from crawler.extraction.selectors import Selectors
from crawler.extraction.title import fold_label, shorten
from crawler.extraction.vote import elect
from crawler.text import clean
from indexer.analysis.language import detect_language
from indexer.article import Article

if TYPE_CHECKING:
    from datetime import tzinfo

    from crawler.page import Page

_NO_SELECTORS = Selectors()
# A page's title stands so near the top of its text, when it does, or below a menu.
_TOP = 10
_LONGEST_TOP = 40
_LONGEST_LABEL = 60


def extract(page: Page, selectors: Selectors = _NO_SELECTORS, *, zone: tzinfo = UTC) -> Article:
    """Find the article of a page.

    Args:
        page: The page as it came.
        selectors: What the page's source says about where things stand; it wins over the rules.
        zone: The time zone of dates that are printed without one.

    Returns:
        The article at the page's URL. Whatever but its body the page does not tell is empty.

    Raises:
        NoArticleError: The page is a list of links, or has no text.
        PageError: The page cannot be read.
    """
    return extract_from(parse_page(page), selectors, zone=zone)


def extract_from(
    document: Document, selectors: Selectors = _NO_SELECTORS, *, zone: tzinfo = UTC
) -> Article:
    """Find the article of a parsed page, as `extract` does."""
    soup = document.soup
    heading = find_heading(
        document,
        title=line_at(soup, selectors.title),
        site=line_at(soup, selectors.site),
        category=line_at(soup, selectors.category),
    )
    author = line_at(soup, selectors.author)
    published = date_at(soup, selectors.date, zone)
    document = document.without(selectors.remove)
    blocks, body = _find_body(document, selectors.body, heading.title)
    byline = find_byline(document.outline.blocks, blocks, heading.title)
    return Article(
        url=document.url,
        title=heading.title or shorten(body.partition("\n")[0]),
        body=body,
        site=heading.site,
        category=heading.category,
        language=detect_language(f"{heading.title}\n{body}", _declared_language(document)),
        author=author or find_author(document, byline, heading.site),
        published=published or find_date(document, byline, zone),
    )


def _find_body(document: Document, selector: str, title: str) -> tuple[list[Block], str]:
    """The blocks of the article's text in the page, and that text."""
    if selector:
        return _selected_body(document, selector)
    blocks = body_blocks(document.outline)
    if not is_article(document) and is_list(document, blocks):
        raise NoArticleError(f"{document.url} is a list of articles")
    text = _tidy([block.text for block in blocks], title)
    if document.root is not None:
        text = elect(text, document.root, partial(_tidy, title=title))
    if not text:
        raise NoArticleError(f"{document.url} has no text")
    return blocks, text


def _selected_body(document: Document, selector: str) -> tuple[list[Block], str]:
    elements = document.soup.select(selector)
    chosen = {id(element) for element in elements}
    outermost = [
        element
        for element in elements
        if not any(id(parent) in chosen for parent in element.parents)
    ]
    lines = [block.text for element in outermost for block in read_outline(element).blocks]
    if not lines:
        raise NoArticleError(
            f"{document.url} has no text where its source's selector for the body looks: {selector}"
        )
    outline = document.outline
    inside = outline.within([id(region.element) in chosen for region in outline.regions])
    return [block for block in outline.blocks if inside[block.region]], clean("\n".join(lines))


def _tidy(lines: list[str], title: str) -> str:
    """The lines as text, without title and byline at their top and what is foreign at their end."""
    folded = fold_label(title)
    prose = next((place for place, line in enumerate(lines) if len(line) > _LONGEST_LABEL), 0)
    top = lines[: max(_TOP, min(prose, _LONGEST_TOP))]
    titles = [place for place, line in enumerate(top) if fold_label(line) == folded]
    start = titles[-1] + 1 if titles else 0
    while start < len(lines) and is_byline(lines[start]):
        start += 1
    return clean("\n".join(without_epilogue(lines[start:]))).strip()


def _declared_language(document: Document) -> str:
    return next((str(root.get("lang") or "") for root in document.markup.of_tag("html")), "")
