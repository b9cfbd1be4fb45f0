"""From text to the tokens that are indexed and asked for: fold, segment, streams.

The same chain serves articles and queries, so both sides always agree.
"""

from indexer.analysis.chain import Analysis, Streams
from indexer.analysis.document import Document, document_of
from indexer.analysis.fold import fold, fold_aligned

__all__ = ["Analysis", "Document", "Streams", "document_of", "fold", "fold_aligned"]
