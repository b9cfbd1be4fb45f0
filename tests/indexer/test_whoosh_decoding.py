"""Postings read as arrays are those that were written, whoever wrote them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import analysis, fields, index

from indexer.engines.whoosh.decoding import decode_field
from indexer.engines.whoosh.fieldpostings import FieldPostings, TextPostings
from indexer.engines.whoosh.segmentwriter import commit, write_segment
from indexer.errors import GenerationError

WORDS = analysis.SpaceSeparatedTokenizer()
PAIRS = WORDS | analysis.StopFilter(stoplist=["|"], minsize=1, renumber=False)
TERMS = ["催收", "电话", "a", "b", "𠀀𠀁", "x" * 300, "é"]


def make_schema() -> fields.Schema:
    return fields.Schema(
        id=fields.ID(stored=True),
        words=fields.TEXT(analyzer=WORDS, phrase=False),
        pairs=fields.TEXT(analyzer=PAIRS, phrase=True),
    )


@contextmanager
def written_by_whoosh(texts: Sequence[str], compound: bool) -> Iterator[Any]:
    """The reader of a segment of documents with these words, and the same pairs."""
    with TemporaryDirectory() as folder:
        opened = index.create_in(folder, make_schema())
        writer = opened.writer(compound=compound)
        for number, text in enumerate(texts):
            words = " ".join(word for word in text.split() if word != "|")
            writer.add_document(id=str(number % 7), words=words, pairs=text)
        writer.commit()
        with opened.reader() as reader:
            yield reader


def texts_of(pairs: FieldPostings, count: int) -> dict[str, TextPostings]:
    """The text fields of so many documents with these pairs."""
    lengths = np.bincount(pairs.documents, pairs.frequencies, count).astype(np.int64)
    return {"pairs": TextPostings(lengths, [pairs]), "words": TextPostings(0 * lengths, [])}


@contextmanager
def written_by_us(postings: FieldPostings, count: int) -> Iterator[Any]:
    """The reader of a segment of so many documents with these pairs."""
    with TemporaryDirectory() as folder:
        opened = index.create_in(folder, make_schema())
        writer = opened.writer(compound=False)
        rows = [{"id": str(number)} for number in range(count)]
        commit(writer, [write_segment(writer, rows, texts_of(postings, count))])
        with opened.reader() as reader:
            yield reader


def assert_equal(one: FieldPostings, other: FieldPostings) -> None:
    assert one.terms == other.terms
    for name, dtype in (
        ("ends", np.int64),
        ("documents", np.int32),
        ("frequencies", np.int32),
        ("positions", np.int32),
    ):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert (ours is None) == (theirs is None), name
        if ours is not None:
            assert ours.dtype == dtype
            assert ours.tolist() == theirs.tolist(), name


def told_by_matchers(reader: Any, name: str, with_positions: bool) -> FieldPostings:
    terms = list(reader.lexicon(name))
    ends, documents, frequencies, positions = [], [], [], []
    for term in terms:
        matcher = reader.postings(name, term)
        while matcher.is_active():
            documents.append(matcher.id())
            frequencies.append(matcher.value_as("frequency"))
            if with_positions:
                positions += matcher.value_as("positions")
            matcher.next()
        ends.append(len(documents))
    return FieldPostings(
        terms,
        np.array(ends, np.int64),
        np.array(documents, np.int32),
        np.array(frequencies, np.int32),
        np.array(positions, np.int32) if with_positions else None,
    )


def assert_read_as_matchers_do(reader: Any) -> None:
    for name, positions in (("words", False), ("pairs", True), ("pairs", False), ("id", False)):
        expected = told_by_matchers(reader, name, positions)
        assert_equal(decode_field(reader, name, positions), expected)


TEXTS = st.lists(st.sampled_from([*TERMS, "|"]), max_size=12).map(" ".join)


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXTS, min_size=1, max_size=20), st.booleans())
def test_what_whoosh_wrote_is_read_as_its_matchers_read_it(
    texts: list[str], compound: bool
) -> None:
    with written_by_whoosh(texts, compound) as reader:
        assert_read_as_matchers_do(reader)


@pytest.mark.parametrize("compound", [False, True])
@pytest.mark.parametrize(
    "texts",
    [
        [""],
        ["a"],
        ["a " * (number % 3) + "b" for number in range(400)],
        ["a b " * 70_000, "| " * 70_000 + "a"],
        ["a " * count for count in (63, 64, 65, 999, 1000, 1001, 1002, 2001)],
    ],
    ids=["no text", "one word", "several blocks", "high numbers", "long lists"],
)
def test_extremes_are_read_as_matchers_read_them(texts: list[str], compound: bool) -> None:
    with written_by_whoosh(texts, compound) as reader:
        assert_read_as_matchers_do(reader)


LISTS = st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=6, unique=True).map(sorted)


@settings(deadline=None, max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from(TERMS),
        st.dictionaries(st.integers(0, 300), LISTS, min_size=1),
        min_size=1,
    )
)
def test_what_was_written_is_read(lists: dict[str, dict[int, list[int]]]) -> None:
    terms = sorted(lists, key=str.encode)
    rows = [(number, lists[term][number]) for term in terms for number in sorted(lists[term])]
    postings = FieldPostings(
        [term.encode() for term in terms],
        np.cumsum([len(lists[term]) for term in terms], dtype=np.int64),
        np.array([number for number, _ in rows], np.int32),
        np.array([len(positions) for _, positions in rows], np.int32),
        np.array([position for _, positions in rows for position in positions], np.int32),
    )
    with written_by_us(postings, 301) as reader:
        assert_equal(decode_field(reader, "pairs", positions=True), postings)


def large_field(documents: int, terms: int) -> FieldPostings:
    """Every term in every document, once to four times."""
    chance = np.random.default_rng(1)
    frequencies = chance.integers(1, 5, documents * terms, np.int32)
    steps = chance.integers(1, 900, frequencies.sum(), np.int64)
    ends = np.cumsum(frequencies)
    totals = np.cumsum(steps)
    starts = np.concatenate(([0], totals[ends[:-1] - 1]))
    return FieldPostings(
        [b"%03d" % number for number in range(terms)],
        np.arange(1, terms + 1) * documents,
        np.tile(np.arange(documents, dtype=np.int32), terms),
        frequencies,
        (totals - np.repeat(starts, frequencies)).astype(np.int32),
    )


def test_a_field_larger_than_what_is_handled_at_once_is_read() -> None:
    postings = large_field(documents=3_000, terms=200)
    with written_by_us(postings, 3_000) as reader:
        assert_equal(decode_field(reader, "pairs", positions=True), postings)


def test_a_field_without_postings_is_empty() -> None:
    with written_by_whoosh(["a"], compound=False) as reader:
        for name in ("titles", "words"):
            found = decode_field(reader, name, positions=False)
            assert found.terms == ([b"a"] if name == "words" else [])
        assert found.positions is None
        empty = decode_field(reader, "titles", positions=True)
        assert empty.positions is not None
        assert len(empty.ends) == len(empty.documents) == len(empty.positions) == 0


def test_positions_that_are_not_kept_are_not_made_up() -> None:
    with (
        written_by_whoosh(["a b"], compound=False) as reader,
        pytest.raises(GenerationError, match="no positions are kept"),
    ):
        decode_field(reader, "words", positions=True)


@pytest.mark.parametrize("writer", ["whoosh", "us"])
def test_damage_is_an_error_of_ours_or_another_answer(tmp_path: Path, writer: str) -> None:
    opened = index.create_in(str(tmp_path), make_schema())
    whole = opened.writer(compound=False)
    if writer == "us":
        rows = [{"id": str(number)} for number in range(300)]
        commit(whole, [write_segment(whole, rows, texts_of(large_field(300, 5), 300))])
    else:
        for number in range(300):
            whole.add_document(id=str(number), pairs=f"a b t{number} " * (number % 4))
        whole.commit()
    chance = random.Random(2)
    errors = []
    with opened.reader() as reader:
        for ending in ("trm", "pst"):
            (file,) = tmp_path.glob(f"*.{ending}")
            sound = file.read_bytes()
            for _ in range(150):
                damaged = bytearray(sound)
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
                file.write_bytes(damaged)
                try:
                    decode_field(reader, "pairs", positions=True)
                except (GenerationError, OSError) as error:
                    errors.append(str(error))
            file.write_bytes(sound)
    assert sum("xiaosou index --rebuild" in error for error in errors) > 50
