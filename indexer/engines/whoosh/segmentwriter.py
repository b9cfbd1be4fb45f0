"""Segments written from arrays, as Whoosh's own writer would have written the documents.

Whoosh's writer (`whoosh.writing.SegmentWriter`) still locks the index, deletes documents and
publishes segments; it only gets no documents to add. Whoosh reads the segments like its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec
from whoosh.util.numeric import byte_to_length

from indexer.engines.whoosh.fieldpostings import TextPostings
from indexer.engines.whoosh.integers import Ints
from indexer.engines.whoosh.postingsfile import write_postings
from indexer.engines.whoosh.rows import Row, index_whole, write_lengths, write_rows
from indexer.engines.whoosh.termsfile import TermsFile

_BYTE_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)])


def write_segment(writer: Any, rows: Sequence[Row], postings: Mapping[str, TextPostings]) -> Any:
    """Write the files of a new segment; `commit` publishes it.

    Nobody sees the segment before, and when it is never committed, the next commit removes it.

    Args:
        writer: A Whoosh writer of the index.
        rows: The documents, at least one: their values by field, without the text fields.
        postings: The postings of the text fields. Documents are numbered as in ``rows``.

    Returns:
        The segment, for `commit`.

    Raises:
        OSError: A file cannot be written.
    """
    storage, schema = writer.storage, writer.schema
    segment = W3Codec().new_segment(storage, writer.indexname)
    segment.set_doc_count(len(rows))
    write_rows(storage, segment, schema, rows)
    texts = {name: field for name, field in postings.items() if field.lengths.any()}
    with (
        closing(segment.create_file(storage, W3Codec.TERMS_EXT)) as terms_file,
        closing(segment.create_file(storage, W3Codec.POSTS_EXT)) as postings_file,
    ):
        terms = TermsFile(terms_file)
        for name, field in sorted(schema.items()):
            if name in texts:
                lengths = _byte_lengths(texts[name].lengths)
                write_lengths(storage, segment, name, lengths)
                written = write_postings(postings_file, texts[name].batches, lengths)
            elif field.indexed and name not in postings:
                whole = index_whole(field, name, rows)
                written = write_postings(postings_file, [whole] if whole.terms else [], None)
            else:
                continue
            if written[0]:
                terms.add_field(name, *written)
        terms.finish()
    totals = {name: int(field.lengths.sum()) for name, field in texts.items()}
    segment._fieldlengths = totals  # as Whoosh's own per-document writer does at its end
    return segment


def commit(writer: Any, added: Sequence[Any] = (), dropped: Collection[str] = ()) -> None:
    """Publish new segments, and what the writer deleted, by one atomic step; close the writer.

    Args:
        writer: The Whoosh writer that the segments were written with.
        added: New segments, from `write_segment`.
        dropped: The ids of older segments that are to go.

    Raises:
        OSError: A file cannot be written.
    """

    def merge(_writer: Any, segments: list[Any]) -> list[Any]:
        return [one for one in segments if one.segment_id() not in dropped] + list(added)

    writer.commit(mergetype=merge)


def delete_documents(writer: Any, documents: Mapping[str, Iterable[int]]) -> None:
    """Delete documents of older segments; `commit` publishes that.

    Args:
        writer: A Whoosh writer of the index.
        documents: By the id of a segment, the numbers of documents in it.

    Raises:
        KeyError: The index has no segment with this id.
    """
    segments = {segment.segment_id(): segment for segment in writer.segments}
    for segment_id, numbers in documents.items():
        for number in numbers:
            # A number of numpy's own would end up in Whoosh's table of contents.
            segments[segment_id].delete_document(int(number))


def _byte_lengths(lengths: Ints) -> NDArray[np.uint8]:
    """Lengths in Whoosh's one byte."""
    return np.minimum(_BYTE_LENGTHS.searchsorted(lengths), 255).astype(np.uint8)
