"""Which articles have copies of their pages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urldefrag

from sqlalchemy import bindparam, select

from indexer.store import Store
from indexer.store.tables import copies

# Made once: SQLAlchemy takes longer to build it than SQLite to carry it out.
_KEPT = (
    select(copies.c.first).where(copies.c.first.in_(bindparam("firsts", expanding=True))).distinct()
)


def kept_of(store: Store, urls: Iterable[str]) -> frozenset[str]:
    """Those of the URLs of articles whose pages are kept.

    Raises:
        StoreError: The store cannot be read.
    """
    firsts = {url: urldefrag(url).url for url in urls}
    with store.read() as connection:
        known = set(connection.execute(_KEPT, {"firsts": [*firsts.values()]}).scalars())
    return frozenset(url for url, first in firsts.items() if first in known)
