"""From text to the tokens that are indexed and asked for: fold, segment, streams.

The same chain serves articles and queries, so both sides always agree.
"""

from indexer.analysis.chain import Analysis, Streams
from indexer.analysis.document import Document, document_of
from indexer.analysis.documents import documents_of, processes_for
from indexer.analysis.fold import fold, fold_aligned

__all__ = [
    "Analysis",
    "Document",
    "Streams",
    "document_of",
    "documents_of",
    "fold",
    "fold_aligned",
    "processes_for",
]
