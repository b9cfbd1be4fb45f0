"""Store articles, index them, and find them again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.article import Article
    from indexer.index import Index
    from indexer.results import Hit, Notice, Results

__all__ = ["Article", "Hit", "Index", "Notice", "Results", "__version__"]

__version__ = "0.1.0"

_MODULES = {
    "Article": "article",
    "Hit": "results",
    "Index": "index",
    "Notice": "results",
    "Results": "results",
}


def __getattr__(name: str) -> object:
    # Loaded when asked for: the processes of the analysis need none of it.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = found
    return found
