"""Segments written from arrays hold what Whoosh's own writer writes for the same documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import analysis, fields, index
from whoosh.query import Phrase, Term

from indexer.engines.whoosh.fieldpostings import FieldPostings, TextPostings
from indexer.engines.whoosh.rows import index_whole
from indexer.engines.whoosh.segmentwriter import commit, delete_documents, write_segment

GAP = "|"
WORDS = analysis.SpaceSeparatedTokenizer()
PAIRS = WORDS | analysis.StopFilter(stoplist=[GAP], minsize=1, renumber=False)
TEXTS = ("title", "body", "title_pairs", "body_pairs")


def make_schema() -> fields.Schema:
    return fields.Schema(
        id=fields.ID(stored=True, unique=True, sortable=True),
        url=fields.ID(stored=True),
        seq=fields.STORED(),
        published=fields.NUMERIC(int, bits=64, signed=False, sortable=True, default=0),
        site=fields.ID(sortable=True),
        title=fields.TEXT(analyzer=WORDS, phrase=False),
        body=fields.TEXT(analyzer=WORDS, phrase=False),
        title_pairs=fields.TEXT(analyzer=PAIRS, phrase=True),
        body_pairs=fields.TEXT(analyzer=PAIRS, phrase=True),
    )


@dataclass(frozen=True)
class Text:
    """A document: the tokens of its text fields, `GAP` where there is none, and the rest."""

    title: Sequence[str] = ()
    body: Sequence[str] = ()
    title_pairs: Sequence[str] = ()
    body_pairs: Sequence[str] = ()
    site: str = ""
    published: int | None = None

    def row(self, number: int) -> dict[str, Any]:
        row: dict[str, Any] = {"id": f"{number:016x}", "url": f"http://x/{number}", "seq": number}
        if self.site:
            row["site"] = self.site
        if self.published is not None:
            row["published"] = self.published
        return row

    def whole_row(self, number: int) -> dict[str, Any]:
        return self.row(number) | {name: " ".join(getattr(self, name)) for name in TEXTS}


def postings_of(texts: Sequence[Text], name: str) -> FieldPostings:
    found: dict[bytes, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, text in enumerate(texts):
        for position, token in enumerate(getattr(text, name)):
            if token != GAP:
                found[token.encode()][number].append(position)
    terms = sorted(found)
    lists = [found[term][number] for term in terms for number in found[term]]
    return FieldPostings(
        terms=terms,
        ends=np.cumsum([len(found[term]) for term in terms], dtype=np.int64),
        documents=np.array([number for term in terms for number in found[term]], np.int32),
        frequencies=np.array([len(positions) for positions in lists], np.int32),
        positions=(
            np.array([position for positions in lists for position in positions], np.int32)
            if name.endswith("_pairs")
            else None
        ),
    )


def write_ours(opened: Any, texts: Sequence[Text], first: int = 0) -> None:
    writer = opened.writer(compound=False)
    commit(writer, [segment_of(writer, texts, first)])


def segment_of(writer: Any, texts: Sequence[Text], first: int = 0) -> Any:
    rows = [text.row(number) for number, text in enumerate(texts, first)]
    return write_segment(writer, rows, {name: text_postings_of(texts, name) for name in TEXTS})


def text_postings_of(texts: Sequence[Text], name: str) -> TextPostings:
    lengths = [sum(token != GAP for token in getattr(text, name)) for text in texts]
    return TextPostings(np.array(lengths), [postings_of(texts, name)])


def write_theirs(opened: Any, texts: Sequence[Text], first: int = 0) -> None:
    writer = opened.writer(compound=False)
    for number, text in enumerate(texts, first):
        writer.add_document(**text.whole_row(number))
    writer.commit(merge=False)


def contents(opened: Any) -> list[dict[str, Any]]:
    """Everything that Whoosh's readers tell of each segment."""
    with opened.reader() as reader:
        return [contents_of_leaf(leaf) for leaf, _ in reader.leaf_readers() if leaf.segment()]


def contents_of_leaf(leaf: Any) -> dict[str, Any]:
    numbers = range(leaf.doc_count_all())
    told: dict[str, Any] = {
        "fields": set(leaf.indexed_field_names()),
        "deleted": [leaf.is_deleted(number) for number in numbers],
        "stored": [leaf.stored_fields(number) for number in numbers],
        "columns": {
            name: list(leaf.column_reader(name, translate=False))
            for name, field in make_schema().items()
            if field.column_type and leaf.has_column(name)
        },
        "lengths": {
            name: (
                leaf.field_length(name),
                leaf.min_field_length(name),
                leaf.max_field_length(name),
                [leaf.doc_field_length(number, name) for number in numbers],
            )
            for name in TEXTS
            if leaf.field_length(name)
        },
    }
    told["terms"] = {
        (name, term): (info_of(leaf.term_info(name, term)), postings_of_term(leaf, name, term))
        for name, term in leaf.all_terms()
    }
    return told


def info_of(info: Any) -> tuple[Any, ...]:
    return (
        info.weight(),
        info.doc_frequency(),
        info.min_length(),
        info.max_length(),
        info.max_weight(),
        info.min_id(),
        info.max_id(),
    )


def postings_of_term(leaf: Any, name: str, term: bytes) -> list[tuple[Any, ...]]:
    matcher = leaf.postings(name, term)
    positions = matcher.supports("positions")
    told = []
    while matcher.is_active():
        told.append(
            (
                matcher.id(),
                matcher.weight(),
                matcher.value_as("frequency"),
                matcher.value_as("positions") if positions else None,
                matcher.block_min_length(),
                matcher.block_max_length(),
                matcher.block_max_weight(),
                matcher.block_min_id(),
                matcher.block_max_id(),
            )
        )
        matcher.next()
    return told


def create(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    return index.create_in(str(folder), make_schema())


def assert_alike(texts: Sequence[Text]) -> None:
    with TemporaryDirectory() as folder:
        ours, theirs = create(Path(folder, "ours")), create(Path(folder, "theirs"))
        write_ours(ours, texts)
        write_theirs(theirs, texts)
        assert contents(ours) == contents(theirs)


TOKENS = st.one_of(
    st.sampled_from(["催收", "电话", "催", "a", "b", "𠀀𠀁", "é"]),
    st.text(
        st.characters(exclude_categories=["Cs", "Z", "Cc"], exclude_characters=GAP), min_size=1
    ),
)
STREAMS = st.lists(TOKENS, max_size=12)
PAIR_STREAMS = st.lists(st.one_of(TOKENS, st.just(GAP)), max_size=12)
DOCUMENTS = st.builds(
    Text,
    title=STREAMS,
    body=STREAMS,
    title_pairs=PAIR_STREAMS,
    body_pairs=PAIR_STREAMS,
    site=st.sampled_from(["", "公益", "x.example"]),
    published=st.one_of(st.none(), st.integers(1, 2**63)),
)


@settings(deadline=None, max_examples=50)
@given(st.lists(DOCUMENTS, min_size=1, max_size=8))
def test_any_documents_are_written_as_whoosh_writes_them(texts: list[Text]) -> None:
    assert_alike(texts)


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300)), min_size=1, max_size=400))
def test_postings_of_several_blocks_are_written_as_whoosh_writes_them(
    shapes: list[tuple[int, int]],
) -> None:
    assert_alike(
        [
            Text(
                title=["word"] * frequency,
                body=["word"] * 2,
                title_pairs=[GAP] * gap + ["pair"] * frequency,
                body_pairs=["x"] * gap + ["pair"],
            )
            for frequency, gap in shapes
        ]
    )


@pytest.mark.parametrize(
    "texts",
    [
        [Text()],
        [Text(), Text(body=["a"]), Text()],
        [Text(title=["a"])] * 128,
        [Text(title=["a"], title_pairs=["a"])] * 129,
        [Text(title=["a"] * 70_000, body=["b"] * 300)],
        [Text(title_pairs=["a"] * 70_000), Text(title_pairs=["a"])],
        [Text(body_pairs=[GAP] * 70_000 + ["a", "a", "b"]), Text(body_pairs=["b", "a"])],
        [Text(body_pairs=["a"] * count) for count in (1, 999, 1000, 1001, 1002, 2001)],
        [Text(title=["x" * 70_000, "x"], body_pairs=["𠀀𪜀" * 300, "𠀀", "\uffff"])],
    ],
    ids=[
        "no text",
        "little text",
        "one full block",
        "one posting more",
        "high frequencies",
        "many positions",
        "high positions",
        "lists in batches",
        "long terms and supplementary characters",
    ],
)
def test_extremes_are_written_as_whoosh_writes_them(texts: list[Text]) -> None:
    assert_alike(texts)


def test_dates_and_facets_are_written_as_whoosh_writes_them() -> None:
    texts = [Text(published=number * 10**12 + 1, site=f"s{number % 3}") for number in range(300)]
    assert_alike(texts)


def test_every_term_of_many_is_found(tmp_path: Path) -> None:
    ours = create(tmp_path)
    terms = [f"t{number}" for number in range(6_000)]
    write_ours(ours, [Text(title=terms[:5_000], title_pairs=["a", "b"])])
    with ours.searcher() as searcher:
        reader = searcher.reader()
        assert [("title", term) in reader for term in terms] == [True] * 5_000 + [False] * 1_000
        assert len(searcher.search(Phrase("title_pairs", ["a", "b"]))) == 1
        assert not searcher.search(Phrase("title_pairs", ["b", "a"]))


SAMPLE = [
    Text(
        title=[f"w{number % 7}", f"w{number % 11}"],
        body=[f"w{number * step % 97}" for step in range(40)],
        title_pairs=[f"p{number % 13}", GAP, f"p{number % 17}"],
        body_pairs=[f"p{number * step % 197}" for step in range(60)],
        site=f"s{number % 5}",
        published=10**15 + number,
    )
    for number in range(200)
]


def test_the_files_are_no_larger_than_those_of_whoosh(tmp_path: Path) -> None:
    sizes = []
    for write in (write_ours, write_theirs):
        folder = tmp_path / write.__name__
        write(create(folder), SAMPLE)
        sizes.append(sum(file.stat().st_size for file in folder.iterdir()))
    assert sizes[0] <= sizes[1]


def test_whoosh_merges_such_segments_like_its_own(tmp_path: Path) -> None:
    merged = []
    for write in (write_ours, write_theirs):
        opened = create(tmp_path / write.__name__)
        write(opened, SAMPLE[:60])
        write(opened, SAMPLE[60:], 60)
        assert len(contents(opened)) == 2
        writer = opened.writer(compound=False)
        writer.delete_by_term("id", f"{7:016x}")
        writer.commit(optimize=True)
        merged.append(contents(opened))
    assert merged[0] == merged[1]


def test_one_commit_adds_deletes_and_drops(tmp_path: Path) -> None:
    opened = create(tmp_path)
    write_theirs(opened, SAMPLE[:3])
    write_theirs(opened, SAMPLE[3:5], 3)
    write_ours(opened, SAMPLE[5:8], 5)
    generation = opened.latest_generation()
    writer = opened.writer(compound=False)
    first, second, third = (segment.segment_id() for segment in writer.segments)
    delete_documents(writer, {first: np.array([0, 2]), third: [1]})
    added = [segment_of(writer, SAMPLE[8:9], 8), segment_of(writer, SAMPLE[9:11], 9)]
    commit(writer, added, {second})

    assert opened.latest_generation() == generation + 1
    with opened.searcher() as searcher:
        living = [row["seq"] for row in searcher.documents()]
        assert living == [1, 5, 7, 8, 9, 10]
        assert len(searcher.search(Term("id", f"{10:016x}"))) == 1
    assert not list(tmp_path.glob(f"{second}.*"))
    (table,) = tmp_path.glob("*.toc")
    assert b"numpy" not in table.read_bytes()
    assert b"indexer" not in table.read_bytes()


def test_what_is_not_committed_is_removed_by_the_next_commit(tmp_path: Path) -> None:
    opened = create(tmp_path)
    writer = opened.writer(compound=False)
    lost = segment_of(writer, SAMPLE[:2]).segment_id()
    writer.cancel()
    assert list(tmp_path.glob(f"{lost}.*"))
    assert opened.doc_count() == 0
    write_ours(opened, SAMPLE[:1])
    assert opened.doc_count() == 1
    assert not list(tmp_path.glob(f"{lost}.*"))


def test_nothing_is_deleted_from_a_segment_that_is_not_there(tmp_path: Path) -> None:
    writer = create(tmp_path).writer()
    with pytest.raises(KeyError):
        delete_documents(writer, {"MAIN_gone": [0]})
    writer.cancel()


def test_only_whole_values_are_indexed_from_rows() -> None:
    with pytest.raises(TypeError, match="the field tags is not indexed whole but as KEYWORD"):
        index_whole(fields.KEYWORD(), "tags", [{"tags": "a b"}])
