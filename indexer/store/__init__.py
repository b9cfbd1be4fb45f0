"""The store: the truth about articles, their versions and the crawl, in one SQL database."""

from indexer.store.copies import Copy
from indexer.store.store import Change, Store, Version
from indexer.store.transaction import Counts, Transaction

__all__ = ["Change", "Copy", "Counts", "Store", "Transaction", "Version"]
