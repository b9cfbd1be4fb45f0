"""Which articles have copies of their pages."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from indexer.store import Store
from indexer.store.copies import first_of
from indexer.store.statement import Statement
from indexer.store.tables import copies

_KEPT = Statement(
    select(copies.c.first).where(copies.c.first.in_(bindparam("firsts", expanding=True))).distinct()
)


def kept_of(store: Store, urls: Iterable[str]) -> frozenset[str]:
    """Those of the URLs of articles whose pages are kept.

    Raises:
        StoreError: The store cannot be read.
    """
    firsts = {url: first_of(url) for url in urls}
    with store.read() as connection:
        known = {row.first for row in _KEPT.execute(connection, {"firsts": [*firsts.values()]})}
    return frozenset(url for url, first in firsts.items() if first in known)
