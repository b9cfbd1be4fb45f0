"""Understanding a page: from a page to an article.

`extract` parses a page once and asks one module for each part of the article; the selectors of a
source win over the rules.
"""

from __future__ import annotations

from crawler.extraction.article import extract
from crawler.extraction.selectors import Selectors

__all__ = ["Selectors", "extract"]
