"""Understanding anew the pages that were kept, without a network."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from crawler.answer import explain_fault
from crawler.holding import HOLDS
from crawler.lease import changing
from crawler.page import Page
from crawler.reading import read_all
from crawler.settle import digest_of, replace_articles
from crawler.visit import Outcome
from indexer.progress import Report, silent
from indexer.store.tables import articles, pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.source import Source
    from indexer.article import Article
    from indexer.store import Store


def reextract(store: Store, source: Source, report: Report = silent) -> Counter[Outcome]:
    """Put what is understood now of a source's pages in place of their articles.

    Only articles that are in the collection are: one that was taken out does not come back. A page
    on which no article is found now keeps the one it has.

    Args:
        store: The store.
        source: The source, as it is declared now.
        report: Told about the progress.

    Returns:
        How many pages had which outcome; those that are not kept have none.

    Raises:
        StoreError: The store cannot be used.
    """
    with store.read() as connection:
        held = select(pages.c.id, pages.c.url).join(articles, HOLDS).distinct()
        rows = connection.execute(held.where(pages.c.source == source.name)).all()
    outcomes: Counter[Outcome] = Counter()
    for number, row in enumerate(rows, 1):
        copies = store.copies(row.url)
        if copies:
            kept = [Page(copy.url, copy.content, copy.charset) for copy in copies]
            outcomes[_reextract(store, source, row.id, kept)] += 1
        report(f"{source.name}: pages", number, len(rows))
    return outcomes


def _reextract(store: Store, source: Source, identity: int, kept: Sequence[Page]) -> Outcome:
    try:
        found = read_all(kept, source)
    except Exception as error:  # noqa: BLE001 - whatever a page does to a parser, it is logged
        explain_fault(error, kept[0].url)
        found = ()
    if not found:
        return Outcome.FAILED
    return _store(store, source.name, identity, kept[0].url, found)


def _store(
    store: Store, source: str, identity: int, url: str, found: tuple[Article, ...]
) -> Outcome:
    of_page = pages.c.id == identity
    with changing(store, source) as transaction:
        connection = transaction.connection
        # A crawl may have taken it out meanwhile.
        held = select(pages.c.article_id).join(articles, HOLDS).where(of_page)
        article = connection.scalars(held).first()
        purged = transaction.purged(one.url for one in found)
        found = tuple(one for one in found if one.url not in purged)
        if article is None or not found:
            return Outcome.EXCLUDED
        outcome = replace_articles(transaction, url, article, found)
        state = {"article_id": found[0].id, "digest": digest_of(found)}
        connection.execute(update(pages).where(of_page).values(**state))
    return outcome
