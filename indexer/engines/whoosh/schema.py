"""The schema, made of Whoosh's own parts only, so that Whoosh alone opens what we write."""

from __future__ import annotations

from typing import Any

from whoosh import analysis, columns, fields

from indexer.analysis import Document
from indexer.analysis.document import FACET_FIELDS
from indexer.analysis.signature import SIZE
from indexer.query.fields import PAIRS_FIELD, TEXT_FIELDS
from indexer.query.times import UNDATED, time_value

SIGNATURES = columns.FixedBytesColumn(SIZE, b"\xff" * SIZE)
"""The column of signatures; those of texts without words are not written."""

GROUPS = columns.NumericColumn("q")
"""The column of the names of groups of near-duplicates, which are never 0."""

_GAP_MARK = "|"  # no token contains it


def make_schema() -> fields.Schema:
    """The fields of a document.

    Words are kept with frequencies, pairs with positions. The text itself is in the store; the
    index keeps URL, title and `Document.seq` of each document, and what tells near-duplicates.
    """
    schema = fields.Schema(
        id=fields.ID(stored=True, unique=True, sortable=True),
        url=fields.ID(stored=True),
        headline=fields.STORED(),
        seq=fields.STORED(),
        signature=fields.COLUMN(SIGNATURES),
        group=fields.COLUMN(GROUPS),
        published=fields.NUMERIC(
            int, bits=64, signed=False, sortable=True, default=UNDATED, shift_step=0
        ),
        **{name: fields.ID(sortable=True) for name in FACET_FIELDS},
    )
    words = analysis.SpaceSeparatedTokenizer()
    # Left out without renumbering, the mark leaves a gap between positions.
    pairs = words | analysis.StopFilter(stoplist=[_GAP_MARK], minsize=1, renumber=False)
    for field in TEXT_FIELDS:
        schema.add(field, fields.TEXT(analyzer=words, phrase=False))
        schema.add(PAIRS_FIELD[field], fields.TEXT(analyzer=pairs, phrase=True))
    return schema


def row_of(document: Document) -> dict[str, Any]:
    """The values of a document's fields but text, as Whoosh's ``add_document`` takes them.

    The group is told later.
    """
    row: dict[str, Any] = {
        "id": document.id,
        "url": document.url,
        "headline": document.headline,
        "seq": document.seq,
        "signature": document.signature,
        **{name: value for name in FACET_FIELDS if (value := getattr(document, name))},
    }
    if document.published:
        row["published"] = time_value(document.published)
    return row
