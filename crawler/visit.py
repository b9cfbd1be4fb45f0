"""A visit: what came of asking for one page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

    FAILED = "failed"
    """The page could not be had, or not be read."""


ARTICLES = frozenset({Outcome.NEW, Outcome.CHANGED, Outcome.UNCHANGED})
"""The outcomes of pages that held an article."""

FETCHED = ARTICLES | {Outcome.LISTING}
"""The outcomes of pages that were there and could be read."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A page to visit.

    Attributes:
        url: Its normalised URL.
        hops: How many pages in a row sent us on to come here; 0 for one that is linked to.
    """

    url: str
    hops: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of asking for one page.

    Attributes:
        page: The page.
        outcome: What came of it; when there is an article the store decides between new, changed
            and unchanged.
        reason: Why it was moved, excluded or failed, short and for people.
        status: The HTTP status; None when there was no answer.
        article: The page's article.
        links: The normalised URLs it links to within the source's bounds.
        moved_to: Where it sent us on to, within the source's bounds.
    """

    page: Pending
    outcome: Outcome
    reason: str = ""
    status: int | None = None
    article: Article | None = None
    links: tuple[str, ...] = ()
    moved_to: str = ""
