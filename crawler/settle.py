"""What a visit comes to: what the store makes of it, and when the page is visited again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, bindparam, select, update

from crawler.visit import ARTICLES, FETCHED, Outcome, Visit
from indexer.store.tables import articles, pages

if TYPE_CHECKING:
    from crawler.source import Source
    from indexer.store import Transaction

ENOUGH_MISSES = 2
"""In how many runs on end a page must be missing to be taken for gone."""

# A run does not begin to the second; a page is not to wait for the one after it for that.
_PUNCTUAL = 0.9
_LOST = frozenset({Outcome.FAILED, Outcome.MISSING, Outcome.GONE, Outcome.EXCLUDED})
# Made once: SQLAlchemy takes longer to build them than SQLite to carry them out.
_OUTCOME = select(pages.c.outcome).where(
    pages.c.source == bindparam("of_source"), pages.c.url == bindparam("of_url")
)
_TWIN = (
    select(pages.c.url)
    .where(
        pages.c.source == bindparam("of_source"),
        pages.c.digest == bindparam("of_digest"),
        pages.c.url != bindparam("of_url"),
        pages.c.outcome.in_(ARTICLES),
    )
    .limit(1)
)
_GONE_STATUS = frozenset({301, 308, 410})
_NOT_MODIFIED = 304


def settle(
    transaction: Transaction, source: Source, visit: Visit, row: Row[Any], started_at: datetime
) -> dict[str, Any]:
    """Store what a visit brought.

    Args:
        transaction: The transaction in which the visit is recorded.
        source: What is crawled.
        visit: The visit.
        row: The page's row before it.
        started_at: When the run began.

    Returns:
        What is to be changed in the row.
    """
    outcome, reason, digest = _decide(transaction, source, visit, row)
    state: dict[str, Any] = {"outcome": outcome, "reason": reason, "status": visit.status}
    if outcome in FETCHED or outcome is Outcome.EXCLUDED:
        interval = row.interval and timedelta(seconds=row.interval)
        changed = digest != row.digest
        after = source.revisits.next_interval(interval, changed=changed)
        state |= {"misses": 0, "digest": digest, "interval": after.total_seconds()}
    else:
        after = source.interval
    # What is left out for the sake of another page is read anew: that one may be gone.
    if outcome in FETCHED and visit.status != _NOT_MODIFIED:
        state |= {"etag": visit.etag or None, "last_modified": visit.last_modified or None}
    if outcome in ARTICLES and visit.article:
        state["article_id"] = visit.article.id
    return state | {"due_at": started_at + after * _PUNCTUAL}


def take_out(transaction: Transaction, source: str, run: int) -> int:
    """Delete the articles of pages that are gone; what a run found missing counts once.

    Returns:
        How many articles were deleted.
    """
    connection = transaction.connection
    of_run = (pages.c.source == source, pages.c.run == run)
    missing = pages.c.outcome == Outcome.MISSING
    connection.execute(update(pages).where(*of_run, missing).values(misses=pages.c.misses + 1))
    gone = (pages.c.outcome == Outcome.GONE) | (missing & (pages.c.misses >= ENOUGH_MISSES))
    urls = connection.scalars(
        select(articles.c.url).join(pages, pages.c.article_id == articles.c.id).where(*of_run, gone)
    ).all()
    connection.execute(update(pages).where(*of_run, gone).values(article_id=None, digest=None))
    return transaction.delete(urls)


def _decide(
    transaction: Transaction, source: Source, visit: Visit, row: Row[Any]
) -> tuple[Outcome, str, str | None]:
    """What came of a visit, why, and the digest of what the page holds."""
    connection = transaction.connection
    held = row.article_id is not None
    if visit.status == _NOT_MODIFIED:
        return (Outcome.UNCHANGED if held else Outcome.LISTING), "", row.digest
    if held and (outcome := _loss(visit)):
        return outcome, visit.reason or f"moved to {visit.moved_to}", None
    if visit.canonical and not _is_lost(connection, source.name, visit.canonical):
        outcome = Outcome.GONE if held else Outcome.EXCLUDED
        return outcome, f"the same as {visit.canonical}", None
    if visit.article is None:
        links = hashlib.sha256("\n".join((*visit.links, *visit.maps)).encode())
        return visit.outcome, visit.reason, links.hexdigest()
    if transaction.purged([visit.article.url]):
        return Outcome.EXCLUDED, "purged", None
    digest = visit.article.content_hash
    if twin := _twin(connection, source.name, visit.page.url, digest):
        return (Outcome.GONE if held else Outcome.EXCLUDED), f"the same as {twin}", None
    counts = transaction.put([visit.article])
    if counts.new:
        return Outcome.NEW, "", digest
    return (Outcome.CHANGED if counts.changed else Outcome.UNCHANGED), "", digest


def _loss(visit: Visit) -> Outcome | None:
    """How a page has lost the article it held, if it says that it has."""
    if visit.outcome is Outcome.LISTING and visit.reason == "noindex":
        return Outcome.GONE
    if visit.moved_to and _is_front(visit.moved_to):
        return Outcome.MISSING
    if visit.status in _GONE_STATUS and (visit.moved_to or visit.outcome is Outcome.FAILED):
        return Outcome.GONE
    return Outcome.MISSING if visit.missing else None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _is_lost(connection: Connection, source: str, url: str) -> bool:
    """Whether a page was visited and had nothing to give."""
    return connection.scalars(_OUTCOME, {"of_source": source, "of_url": url}).first() in _LOST


def _twin(connection: Connection, source: str, url: str, digest: str) -> str | None:
    """Another page of the source that holds the very same article."""
    parameters = {"of_source": source, "of_url": url, "of_digest": digest}
    return connection.scalars(_TWIN, parameters).first()
