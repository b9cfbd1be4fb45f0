"""Which articles have copies of their pages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag

from sqlalchemy import select

from indexer.store import Store
from indexer.store.tables import copies


def kept_of(store: Store, urls: Iterable[str]) -> frozenset[str]:
    """Those of the URLs of articles whose pages are kept.

    Raises:
        StoreError: The store cannot be read.
    """
    firsts = {url: urldefrag(url).url for url in urls}
    query = select(copies.c.first).where(copies.c.first.in_(set(firsts.values())))
    with store.read() as connection:
        known = frozenset(connection.execute(query.distinct()).scalars())
    return frozenset(url for url, first in firsts.items() if first in known)
