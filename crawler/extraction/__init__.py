"""Understanding a page: from a page to an article.

A page is parsed once, into its elements, its text in blocks and its metadata; then one module finds
each part of the article in these. The selectors of a source win over the rules.
"""

from __future__ import annotations

from crawler.extraction.article import extract, extract_from
from crawler.extraction.document import Document, parse_page
from crawler.extraction.selectors import Selectors

__all__ = ["Document", "Selectors", "extract", "extract_from", "parse_page"]
