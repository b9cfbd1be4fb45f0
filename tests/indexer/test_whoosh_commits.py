"""Commits of the Whoosh engine: segments merged on arrays, and arrays that are made again."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import index

from indexer.analysis import Analysis, Document, document_of
from indexer.arrayfile import Arrays, MemoryArrays
from indexer.article import Article
from indexer.engines.whoosh import WhooshEngine
from indexer.engines.whoosh.building import StreamBuilder
from indexer.engines.whoosh.columns import Columns
from indexer.engines.whoosh.compaction import MOST_MERGED, choose_merged
from indexer.engines.whoosh.fieldpostings import FieldPostings, TextPostings
from indexer.engines.whoosh.fieldstreams import join_fields, split_stream
from indexer.engines.whoosh.merging import Part, merge_stream
from indexer.engines.whoosh.schema import make_schema
from indexer.engines.whoosh.segment import Segment, open_segment
from indexer.engines.whoosh.snapshot import Snapshot
from indexer.engines.whoosh.stream import Stream
from indexer.errors import GenerationError
from indexer.query import Request, plan

ANALYSIS = Analysis()
TOKENS = st.lists(st.sampled_from(["催收", "电", "ab", "𠀀", ""]), max_size=6)
DOCUMENTS = st.lists(st.tuples(TOKENS, TOKENS), max_size=6)
NAMES = ["words", "pairs"]


def document(url: str, text: str, seq: int = 1) -> Document:
    return document_of(Article(url=url, title=text, body=text), seq, ANALYSIS)


def found(engine: WhooshEngine, query: str) -> list[tuple[str, float]]:
    tree = plan(query, ANALYSIS).any_word
    request = Request(tree, filters={}, facets=(), sort="relevance", limit=10, offset=0)
    return [(match.id, pytest.approx(match.score)) for match in engine.find(request).matches]


def built(name: str, documents: Sequence[tuple[list[str], list[str]]]) -> Arrays:
    with TemporaryDirectory() as folder:
        builder = StreamBuilder(name, positions=name == "pairs", file=Path(folder, "tokens"))
        for title, body in documents:
            builder.add(title, body)
        return MemoryArrays(builder.finish())


def same(name: str, one: Arrays, other: Arrays, parts: Sequence[str]) -> None:
    for part in parts:
        assert one.whole(f"{name}/{part}").tolist() == other.whole(f"{name}/{part}").tolist(), part


@given(
    name=st.sampled_from(NAMES),
    segments=st.lists(DOCUMENTS, min_size=1, max_size=4),
    chance=st.randoms(),
)
def test_merged_segments_are_as_if_built_together(
    name: str, segments: list[list[tuple[list[str], list[str]]]], chance: object
) -> None:
    parts, left = [], []
    for documents in segments:
        kept = np.array([chance.random() < 0.7 for _ in documents], bool)  # type: ignore[attr-defined]
        parts.append(Part(built(name, documents), kept))
        left += [one for one, stays in zip(documents, kept, strict=True) if stays]
    merged = MemoryArrays(merge_stream(name, parts, positions=name == "pairs"))
    keys = ["keys", "key_ends", "ends", "documents", "frequencies", "lengths"]
    if name == "pairs":
        keys += ["positions", "position_ends", "extents"]
    same(name, merged, built(name, left), keys)


def together(name: str, field: TextPostings) -> FieldPostings:
    batches = list(field.batches)
    none = np.empty(0, np.int32)
    counts = [np.diff(batch.ends, prepend=0) for batch in batches]
    positions = [none if batch.positions is None else batch.positions for batch in batches]
    return FieldPostings(
        [term for batch in batches for term in batch.terms],
        np.cumsum(np.concatenate([none, *counts]), dtype=np.int64),
        np.concatenate([none, *(batch.documents for batch in batches)]),
        np.concatenate([none, *(batch.frequencies for batch in batches)]),
        np.concatenate([none, *positions]) if name == "pairs" else None,
    )


def test_tokens_that_are_too_many_for_memory_go_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = [(["ab", "", "电"], ["催收"] * size) for size in range(20)]
    expected = built("pairs", documents)
    monkeypatch.setattr("indexer.engines.whoosh.building._PIECE", 50)
    builder = StreamBuilder("pairs", positions=True, file=tmp_path / "tokens")
    for title, body in documents:
        builder.add(title, body)
    assert (tmp_path / "tokens").stat().st_size > 400
    arrays = MemoryArrays(builder.finish())
    same("pairs", arrays, expected, ["keys", "ends", "documents", "frequencies", "positions"])


@given(name=st.sampled_from(NAMES), documents=DOCUMENTS)
def test_streams_are_split_into_fields_and_joined_again(
    name: str, documents: list[tuple[list[str], list[str]]]
) -> None:
    arrays = built(name, documents)
    title, body = (together(name, field) for field in split_stream(name, arrays))
    joined = MemoryArrays(join_fields(name, title, body, len(documents)))
    keys = ["keys", "key_ends", "ends", "documents", "frequencies", "lengths"]
    same(name, joined, arrays, keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.engines.whoosh.fieldstreams._POSTINGS_AT_ONCE", 2)
        again = [together(name, field) for field in split_stream(name, joined)]
    for field, other in zip((title, body), again, strict=True):
        assert field.terms == other.terms
        assert field.ends.tolist() == other.ends.tolist()
        if field.positions is not None and other.positions is not None:
            assert field.positions.tolist() == other.positions.tolist()


@given(
    st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 5)), max_size=20),
    st.integers(0, 70_000),
)
def test_merging_has_its_bounds(segments: list[tuple[int, int]], added: int) -> None:
    chosen = choose_merged(segments, added)
    assert chosen == sorted(set(chosen))
    mostly_alive = [n for n in chosen if segments[n][1] * 3 <= sum(segments[n])]
    if mostly_alive:
        assert added + sum(segments[n][0] for n in chosen) <= MOST_MERGED


def test_segments_stay_few_and_documents_are_seldom_written_again() -> None:
    segments: list[tuple[int, int]] = []
    written = 0
    for _ in range(3000):
        chosen = choose_merged(segments, 10)
        size = 10 + sum(segments[n][0] for n in chosen)
        written += size
        segments = [one for n, one in enumerate(segments) if n not in chosen] + [(size, 0)]
        assert len(segments) <= 13
    assert written < 30_000 * 13


def test_a_segment_that_is_mostly_deleted_is_written_anew() -> None:
    assert choose_merged([(40_000, 10_000), (40_000, 30_000)], 1) == [1]


@pytest.mark.parametrize("damage", [None, b"", b"x" * 1000, bytes(200_000)])
def test_lost_or_damaged_arrays_are_decoded_again(tmp_path: Path, damage: bytes | None) -> None:
    engine = WhooshEngine(tmp_path)
    documents = [document(f"http://x/{n}", "催收电话" * n + "银行") for n in range(1, 4)]
    engine.apply([(one.id, one) for one in documents], 1)
    expected = found(engine, '催收 "电话银行"')
    (file,) = tmp_path.glob("*.arrays")
    file.unlink()
    if damage is not None:
        file.write_bytes(damage)
    assert found(WhooshEngine(tmp_path), '催收 "电话银行"') == expected
    whole = file.read_bytes()
    # In the middle damage shows only when it is read.
    file.unlink()
    file.write_bytes(whole[:70] + bytes(byte ^ 1 for byte in whole[70:2000]) + whole[2000:])
    assert found(WhooshEngine(tmp_path), '催收 "电话银行"') == expected
    assert file.read_bytes() == whole


def test_groups_of_near_duplicates_outlive_lost_arrays(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    text = "遇到催收电话不要慌，先看证件，再核对欠款的数额与来源。"
    one, other = document("http://x/1", text, 1), document("http://x/2", f"{text}完。", 2)
    engine.apply([(one.id, one)], 1)
    engine.apply([(other.id, other)], 2)
    assert engine.duplicates(one.id) == (other.id,)
    for file in tmp_path.glob("*.arrays"):
        file.unlink()
    restored = WhooshEngine(tmp_path)
    assert restored.duplicates(one.id) == (other.id,)
    third = document("http://x/3", f"转：{text}", 3)
    restored.apply([(third.id, third), (other.id, None)], 4)
    assert restored.duplicates(third.id) == (one.id,)


def test_an_index_from_before_near_duplicates_were_told_has_none(tmp_path: Path) -> None:
    schema = make_schema()
    schema.remove("signature")
    schema.remove("group")
    writer = index.create_in(str(tmp_path), schema).writer()
    documents = [document(f"http://x/{n}", "催收电话银行", n) for n in (1, 2)]
    for one in documents:
        writer.add_document(id=one.id, seq=one.seq, body=" ".join(one.body.words))
    writer.commit()
    engine = WhooshEngine(tmp_path)
    assert {identity for identity, _ in found(engine, "催收")} == {one.id for one in documents}
    assert engine.duplicates(documents[0].id) == ()


def test_arrays_go_with_their_segments(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for seq in range(1, 12):
        one = document(f"http://x/{seq}", "催收")
        engine.apply([(one.id, one)], seq)
    segments = {segment.segment_id() for segment in index.open_dir(str(tmp_path))._segments()}
    assert {file.stem for file in tmp_path.glob("*.arrays")} == segments
    assert len(segments) < 5


def test_a_replaced_snapshot_is_let_go_of_at_once(tmp_path: Path) -> None:
    reader, writer = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    gc.collect()
    gc.disable()  # Python looks for cycles seldom in a large process
    try:
        before = count_of(Snapshot, Segment, Stream, Columns)
        for seq in range(1, 12):
            one = document(f"http://x/{seq}", "催收上门 debt")
            writer.apply([(one.id, one)], seq)
            assert found(reader, "收 AND debt")
            assert found(reader, '"催收上门"')
        segments = len(index.open_dir(str(tmp_path))._segments())
        # Of the writer those of the commit before.
        assert count_of(Snapshot, Segment, Stream, Columns) - before <= 4 * (2 * segments + 2)
    finally:
        gc.enable()


def count_of(*kinds: type) -> int:
    return sum(isinstance(one, kinds) for one in gc.get_objects())


def test_what_whoosh_alone_writes_is_found(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    one, other = document("http://x/1", "催收"), document("http://x/2", "催收 电话")
    engine.apply([(one.id, one)], 1)
    writer = index.open_dir(str(tmp_path)).writer()
    writer.add_document(
        id=other.id,
        url=other.url,
        seq=2,
        title=other.title.words,
        body=other.body.words,
        title_pairs=" ".join(other.title.pairs),
        body_pairs=" ".join(other.body.pairs),
    )
    writer.commit()
    assert {identity for identity, _ in found(WhooshEngine(tmp_path), "催收")} == {one.id, other.id}


def test_what_a_killed_commit_left_behind_is_removed(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    (tmp_path / "runs-left").mkdir()
    (tmp_path / "runs-left" / "0.run").write_bytes(b"x")
    one = document("http://x/1", "催收")
    engine.apply([(one.id, one)], 1)
    assert list(tmp_path.glob("runs-*")) == []


def test_searches_go_on_while_another_writes(tmp_path: Path) -> None:
    reader, writer = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    done = Event()
    totals: list[list[int]] = [[], []]

    def search(seen: list[int]) -> None:
        while not done.is_set():
            seen.append(len(found(reader, "催收")))

    threads = [Thread(target=search, args=[seen]) for seen in totals]
    for thread in threads:
        thread.start()
    for seq in range(1, 9):
        one = document(f"http://x/{seq}", "催收")
        writer.apply([(one.id, one)], seq)
    done.set()
    for thread in threads:
        thread.join()
    for seen in totals:
        assert seen == sorted(seen)
    assert len(found(reader, "催收")) == 8


def test_files_that_a_later_commit_took_away_meanwhile_are_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    documents = [document(f"http://x/{number}", "催收") for number in range(2)]
    writer.apply([(documents[0].id, documents[0])], 1)
    opened = []

    def open_late(folder: Path, identity: str, *, check: bool = False) -> Segment | None:
        opened.append(identity)
        if len(opened) == 1:
            # Its segment is merged with that of the first, and the first removed.
            monkeypatch.setattr("indexer.engines.whoosh.engine.open_segment", open_segment)
            writer.apply([(documents[1].id, documents[1])], 2)
            monkeypatch.setattr("indexer.engines.whoosh.engine.open_segment", open_late)
        return open_segment(folder, identity, check=check)

    monkeypatch.setattr("indexer.engines.whoosh.engine.open_segment", open_late)
    assert len(found(reader, "催收")) == 2
    assert len(set(opened)) == 2
    assert "decoding" not in caplog.text
    for file in tmp_path.glob(f"{opened[-1]}*"):
        file.unlink()
    with pytest.raises(GenerationError):
        found(WhooshEngine(tmp_path), "催收")
