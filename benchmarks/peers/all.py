"""The engines by name."""

from __future__ import annotations

from importlib import import_module

from peers.peer import Peer

_CLASSES = {
    "xiaosou": ("peers.xiaosou", "XiaosouPeer"),
    "xiaosou without kernel": ("peers.xiaosou", "WithoutKernelPeer"),
    "whoosh": ("peers.stock_whoosh", "StockWhooshPeer"),
    "tantivy": ("peers.tantivy", "TantivyPeer"),
    "sqlite": ("peers.sqlite", "SQLitePeer"),
    "bm25s": ("peers.bm25s", "BM25SPeer"),
    "lucene": ("peers.lucene", "LucenePeer"),
}

NAMES = tuple(_CLASSES)
"""The names of all engines, in the order of tables."""


def load_peer(name: str) -> Peer:
    """The engine with this name; its library is imported now, and only its own.

    Raises:
        ImportError: The library is not installed.
    """
    module, class_ = _CLASSES[name]
    peer: Peer = getattr(import_module(module), class_)()
    return peer
