"""Store articles, index them, and find them again."""

from indexer.article import Article
from indexer.index import Index
from indexer.results import Hit, Notice, Results

__all__ = ["Article", "Hit", "Index", "Notice", "Results", "__version__"]

__version__ = "0.1.0"
