"""What a visit comes to: what the store makes of it, and when the page is visited again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, bindparam, select, update

from crawler.holding import HOLDS, held_articles
from crawler.visit import ARTICLES, FETCHED, Outcome, Visit
from indexer.store.copies import Copy, drop_copies, keep_copies
from indexer.store.statement import Record, Statement
from indexer.store.tables import articles, pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.source import Source
    from indexer.article import Article
    from indexer.store import Transaction

ENOUGH_MISSES = 2
"""In how many runs on end a page must be missing to be taken for gone."""

# A run does not begin to the second; a page is not to wait for the one after it for that.
_PUNCTUAL = 0.9
_LOST = frozenset({Outcome.FAILED, Outcome.MISSING, Outcome.GONE, Outcome.EXCLUDED})
_OUTCOME = Statement(
    select(pages.c.outcome).where(
        pages.c.source == bindparam("of_source"), pages.c.url == bindparam("of_url")
    )
)
_TWIN = Statement(
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
    transaction: Transaction,
    source: Source,
    visit: Visit,
    row: Record,
    started_at: datetime,
    *,
    copies: bool,
) -> dict[str, Any]:
    """Store what a visit brought.

    Args:
        transaction: The transaction in which the visit is recorded.
        source: What is crawled.
        visit: The visit.
        row: The page's row before it.
        started_at: When the run began.
        copies: Whether pages are kept.

    Returns:
        What is to be changed in the row.
    """
    decision = _decide(transaction, source, visit, row)
    outcome = decision.outcome
    if visit.pages and not decision.archive:
        drop_copies(transaction.connection, [row.url])
    elif visit.pages and copies and outcome in ARTICLES:
        now = datetime.now(UTC)
        pages_read = [Copy(page.url, page.content, page.charset, now) for page in visit.pages]
        keep_copies(transaction.connection, pages_read)
    state: dict[str, Any] = {
        "outcome": outcome,
        "reason": decision.reason,
        "status": visit.status,
    }
    if outcome in FETCHED or outcome is Outcome.EXCLUDED:
        interval = row.interval and timedelta(seconds=row.interval)
        changed = decision.digest != row.digest
        after = source.revisits.next_interval(interval, changed=changed)
        state |= {"misses": 0, "digest": decision.digest, "interval": after.total_seconds()}
    else:
        after = source.interval
    # What is left out for the sake of another page is read anew: that one may be gone.
    if outcome in FETCHED and visit.status != _NOT_MODIFIED:
        state |= {"etag": visit.etag or None, "last_modified": visit.last_modified or None}
    if decision.article_id:
        state["article_id"] = decision.article_id
    return state | {"due_at": started_at + after * _PUNCTUAL}


def replace_articles(
    transaction: Transaction, url: str, identity: str | None, found: Sequence[Article]
) -> Outcome:
    """Store the articles of a page, and delete those it does not hold any more.

    Args:
        transaction: The transaction.
        url: The page's URL.
        identity: The article that its row names.
        found: The articles that it holds now, at least one.

    Returns:
        Whether they are new, changed or unchanged.
    """
    counts = transaction.put(found)
    lost = 0
    if identity != found[0].id or len(found) > 1 or found[0].url != url:
        now = {article.url for article in found}
        lost = transaction.delete(set(held_articles(transaction.connection, url, identity)) - now)
    if counts.new == len(found):
        return Outcome.NEW
    return Outcome.CHANGED if counts.new or counts.changed or lost else Outcome.UNCHANGED


def digest_of(found: Sequence[Article]) -> str:
    """A hash of the contents of a page's articles."""
    first, *others = (article.content_hash for article in found)
    return hashlib.sha256("".join((first, *others)).encode()).hexdigest() if others else first


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
    urls = connection.scalars(select(articles.c.url).join(pages, HOLDS).where(*of_run, gone)).all()
    connection.execute(update(pages).where(*of_run, gone).values(article_id=None, digest=None))
    return transaction.delete(urls)


@dataclass(frozen=True, slots=True)
class _Decision:
    """What came of a visit.

    Why, the digest of what the page holds, its first article, and whether a copy may be kept.
    """

    outcome: Outcome
    reason: str = ""
    digest: str | None = None
    article_id: str | None = None
    archive: bool = True


def _decide(transaction: Transaction, source: Source, visit: Visit, row: Record) -> _Decision:
    connection = transaction.connection
    held = row.article_id is not None
    without = Outcome.GONE if held else Outcome.EXCLUDED
    if visit.status == _NOT_MODIFIED:
        return _Decision(Outcome.UNCHANGED if held else Outcome.LISTING, digest=row.digest)
    if held and (outcome := _loss(visit)):
        return _Decision(outcome, visit.reason or f"moved to {visit.moved_to}")
    if visit.canonical and not _is_lost(connection, source.name, visit.canonical):
        return _Decision(without, f"the same as {visit.canonical}")
    if not visit.articles or row.part_of:
        links = hashlib.sha256("\n".join((*visit.links, *visit.maps)).encode())
        return _Decision(visit.outcome, visit.reason, links.hexdigest())
    purged = transaction.purged(article.url for article in visit.articles)
    kept = [article for article in visit.articles if article.url not in purged]
    if not kept:
        return _Decision(Outcome.EXCLUDED, "purged", archive=False)
    digest = digest_of(kept)
    if twin := _twin(connection, source.name, visit.page.url, digest):
        return _Decision(without, f"the same as {twin}")
    outcome = replace_articles(transaction, row.url, row.article_id, kept)
    archive = visit.archive and not purged
    return _Decision(outcome, digest=digest, article_id=kept[0].id, archive=archive)


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
    rows = _OUTCOME.execute(connection, {"of_source": source, "of_url": url})
    return any(row.outcome in _LOST for row in rows)


def _twin(connection: Connection, source: str, url: str, digest: str) -> str | None:
    """Another page of the source that holds the very same article."""
    parameters = {"of_source": source, "of_url": url, "of_digest": digest}
    return next((row.url for row in _TWIN.execute(connection, parameters)), None)
