"""The store: the truth about articles, their versions and the crawl, in one SQL database."""

from indexer.store.store import Change, Store, Version
from indexer.store.transaction import Counts, Transaction

__all__ = ["Change", "Counts", "Store", "Transaction", "Version"]
