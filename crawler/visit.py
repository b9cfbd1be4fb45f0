"""A visit: what came of asking for one page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.page import Page
    from indexer.article import Article


class Outcome(StrEnum):
    """What came of a visit, as the frontier keeps it."""

    NEW = "new"
    """The page's article was not in the store."""

    CHANGED = "changed"
    """The store has a new version of the page's article."""

    UNCHANGED = "unchanged"
    """The store had the page's article just so."""

    LISTING = "listing"
    """The page was read for its links; no article of it is wanted."""

    MOVED = "moved"
    """The page sent us on to another one, which has a visit of its own."""

    EXCLUDED = "excluded"
    """The page is not for us: forbidden by its site, out of bounds, no HTML, or purged."""

    MISSING = "missing"
    """The page held an article and is not there; twice in a row, and it is taken for gone."""

    GONE = "gone"
    """The page held an article, and the site says that it is gone, moved or not to be found."""

    FAILED = "failed"
    """The page could not be had, or not be read."""


ARTICLES = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED})
"""The outcomes of pages that held an article."""

FETCHED = ARTICLES | {Outcome.LISTING}
"""The outcomes of pages that were there and could be read."""


class Kind(StrEnum):
    """What a page is for."""

    PAGE = "page"
    """It may hold an article, and leads to others."""

    MAP = "map"
    """It is a sitemap or a feed, for machines: it only leads to pages."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A page to visit.

    Attributes:
        url: Its normalised URL.
        hops: How many pages in a row sent us on to come here; 0 for one that is linked to.
        kind: What it is for.
        etag: The validator ETag of its last answer, if it had one.
        last_modified: The validator Last-Modified of its last answer, if it had one.
    """

    url: str
    hops: int = 0
    kind: Kind = Kind.PAGE
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of asking for one page.

    Attributes:
        page: The page.
        outcome: What came of it; when there is an article, or was one, the frontier decides.
        reason: Why it was moved, excluded or failed, short and for people.
        status: The HTTP status; None when there was no answer.
        articles: The page's articles.
        pages: The pages read for them as they came: this one, and those that go on with its
            article.
        archive: Whether the pages allow that copies of them are kept.
        goes_on_at: The URL of the page that goes on with the article and is still to be read.
        links: The normalised URLs it links to within the source's bounds.
        maps: The sitemaps and feeds it names.
        moved_to: Where it sent us on to, within the source's bounds.
        canonical: The URL within the source's bounds that it says it is found under instead.
        missing: Whether the page says that there is nothing here.
        etag: The answer's ETag, empty for none.
        last_modified: The answer's Last-Modified, empty for none.
    """

    page: Pending
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    articles: tuple[Article, ...] = ()
    pages: tuple[Page, ...] = ()
    archive: bool = True
    goes_on_at: str = ""
    links: tuple[str, ...] = ()
    maps: tuple[str, ...] = ()
    moved_to: str = ""
    canonical: str = ""
    missing: bool = False
    etag: str = ""
    last_modified: str = ""

    @property
    def answered(self) -> bool:
        """Whether the site gave an answer of its own, be it that there is nothing here."""
        if self.outcome is not Outcome.FAILED:
            return True
        return self.status is not None and self.status < HTTPStatus.INTERNAL_SERVER_ERROR
