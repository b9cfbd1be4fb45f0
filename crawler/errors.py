"""What can go wrong in the crawler.

::

    XiaosouError
    └── CrawlError             a crawl, or an import, that cannot go on
        ├── SourceError        a source whose declaration is wrong, or that cannot be crawled
        └── PageError          a page that cannot be read
            ├── NoArticleError it is read, and holds no article
            └── ComplexityError it is made to keep a parser busy

Every message is one line that says what went wrong and what to do about it.
"""

from __future__ import annotations

from indexer.errors import XiaosouError


class CrawlError(XiaosouError):
    """Something the crawler reports as wrong."""


class SourceError(CrawlError):
    """A source's declaration is wrong, or the source cannot be crawled as declared."""


class PageError(CrawlError):
    """A page cannot be read: it is skipped and reported, and the crawl goes on."""


class NoArticleError(PageError):
    """A page holds no article: it is a list of links, or has no text."""


class ComplexityError(PageError):
    """A page is made to keep a parser busy: it is not parsed."""
