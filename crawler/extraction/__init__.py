"""Understanding a page: from a page to an article.

A page is parsed once, into its elements, its text in blocks and its metadata; then one module finds
each part of the article in these. The selectors of a source win over the rules.
"""

from __future__ import annotations

from crawler.extraction.article import extract, extract_from
from crawler.extraction.document import Document, parse_page
from crawler.extraction.pagination import find_next_page, goes_on, join_pages
from crawler.extraction.selectors import Selectors
from crawler.extraction.several import extract_each

__all__ = [
    "Document",
    "Selectors",
    "extract",
    "extract_each",
    "extract_from",
    "find_next_page",
    "goes_on",
    "join_pages",
    "parse_page",
]
