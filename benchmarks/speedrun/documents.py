"""The documents of the articles of a run, analysed as `Index` has it done."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from indexer.analysis import Analysis, Document, documents_of, processes_for
from speedrun.workspace import Workspace


def analysed(workspace: Workspace) -> Generator[Document, None, None]:
    """The documents of a workspace's articles, in their order, with `Document.seq` from 1."""
    changes = (
        (article.id, seq, article) for seq, article in enumerate(workspace.articles(), start=1)
    )
    processes = processes_for(workspace.count())
    with closing(documents_of(changes, Analysis(), processes)) as documents:
        for _, document in documents:
            assert document
            yield document
