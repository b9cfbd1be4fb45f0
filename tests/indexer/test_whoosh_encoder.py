"""Postings are made and encoded alike in C and by numpy, and come out as Whoosh has them."""

from __future__ import annotations

import io
import pickle
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.engines.whoosh import blocks, encoder
from indexer.engines.whoosh.blockpickles import pickle_blocks
from indexer.engines.whoosh.inversion import Piece, invert
from indexer.engines.whoosh.stream import GAP


def test_blocks_are_pickles_of_numbers_weights_and_values() -> None:
    documents = np.array([0, 255, 256, 600, 70_000, 2**31 - 1], np.int32)
    frequencies = np.array([1, 2, 1, 1, 3, 1], np.int32)
    positions = np.array([0, 1, 70_000, 255, 256, 7, 8, 65_544, 2**31 - 1], np.int32)
    content, sizes = pickle_blocks(np.array([4, 6]), documents, frequencies, positions)
    first, second = content[: sizes[0]].tobytes(), content[sizes[0] :].tobytes()
    numbers, weights, values = pickle.loads(first)
    assert (numbers, weights) == ((0, 255, 1, 344), (1.0, 2.0, 1.0, 1.0))
    assert [int.from_bytes(value[:4], "big") for value in values] == [1, 2, 1, 1]
    assert [pickle.loads(value[4:]) for value in values] == [[0], [1, 69_999], [255], [256]]
    numbers, weights, values = pickle.loads(second)
    assert (numbers, weights) == ((70_000, 2**31 - 1 - 70_000), (3.0, 1.0))
    assert [pickle.loads(value[4:]) for value in values] == [[7, 1, 65_536], [2**31 - 1]]


def blocks_by_term(content: bytes, sizes: Any) -> list[list[Any]]:
    """Of each term its blocks: whether it is the last, the head but the level, and the body."""
    stream = io.BytesIO(content)
    terms: list[list[Any]] = []
    for size in sizes.tolist():
        terms.append([])
        end = stream.tell() + size
        assert stream.read(4) == b"W3Bl"
        while stream.tell() < end:
            length = int.from_bytes(stream.read(4), "big", signed=True)
            block_end = stream.tell() + abs(length)
            *head, level, least, greatest = pickle.load(stream)
            body = stream.read(block_end - stream.tell())
            whole = zlib.decompress(body) if level else body
            terms[-1].append((length < 0, *head, least, greatest, whole))
        assert stream.tell() == end
    assert stream.tell() == len(content)
    return terms


@pytest.fixture(scope="module")
def compiled() -> Any:
    if encoder.compiled is None:
        pytest.skip("the encoder in C was not built")
    return encoder.compiled


COUNTS = st.integers(1, 300) | st.integers(1, 3)
ENCODED = st.tuples(st.lists(COUNTS, min_size=1, max_size=6), st.integers(0, 2**32 - 1))


@settings(deadline=None, max_examples=60)
@given(shape=ENCODED, greatest=st.sampled_from([1, 2, 9, 3000]), kept=st.integers(0, 2))
@example(shape=([1], 0), greatest=200_000, kept=2)
def test_the_encoder_in_c_does_the_same_as_numpy(
    compiled: Any, shape: tuple[list[int], int], greatest: int, kept: int
) -> None:
    counts, seed = shape
    chance = np.random.default_rng(seed)
    ends = np.cumsum(counts, dtype=np.int64)
    gaps = [1 + (chance.random(count) ** 9 * 90_000).astype(np.int32) for count in counts]
    documents = np.concatenate([np.cumsum(one) for one in gaps]).astype(np.int32)
    frequencies = chance.integers(1, greatest, len(documents), np.int32, endpoint=True)
    distances = 1 + (chance.random(frequencies.sum()) ** 9 * 90_000).astype(np.int32)
    lists = np.split(distances, np.cumsum(frequencies)[:-1])
    positions = np.concatenate([np.cumsum(one) for one in lists]).astype(np.int32)
    lengths = chance.integers(0, 256, documents.max() + 1, np.uint8)
    arguments = (
        ends,
        documents,
        frequencies if kept else None,
        positions if kept == 2 else None,
        lengths if kept else None,
    )
    encoded = blocks_by_term(*blocks.encode_postings(*arguments))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoder, "compiled", None)
        assert encoded == blocks_by_term(*blocks.encode_postings(*arguments))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ends": [2, 2]}, "a term has no postings"),
        ({"ends": [1]}, "the postings end elsewhere"),
        ({"documents": [-1, 5]}, "the number of a document is negative"),
        ({"documents": [4, 6]}, "a document has no length"),
        ({"frequencies": [1, 0]}, "a frequency is less than one"),
        ({"frequencies": [3]}, "not every posting has a frequency"),
        ({"positions": [1, 2]}, "the frequencies do not add up"),
        ({"positions": b"12"}, "arrays of other types"),
    ],
)
def test_the_encoder_in_c_refuses_what_are_no_postings(
    compiled: Any, changed: dict[str, Any], reason: str
) -> None:
    given = {"ends": [1, 2], "documents": [4, 5], "frequencies": [1, 2], "positions": [0, 3, 9]}
    types = {"ends": np.int64, "lengths": np.uint8}
    arrays = [
        one if isinstance(one, bytes) else np.array(one, types.get(name, np.int32))
        for name, one in ({"lengths": [1] * 6} | given | changed).items()
    ]
    with pytest.raises(ValueError, match=reason):
        compiled.encode_postings(*arrays[1:], arrays[0])
    with pytest.raises(TypeError):
        compiled.encode_postings(1)


TEXTS = st.lists(st.integers(0, 3), max_size=6)  # tokens by number; 0 is a gap
PIECES = st.lists(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), min_size=1, max_size=3)


@given(pieces=PIECES, order=st.permutations([1, 2, 3]), positions=st.booleans())
def test_inversion_finds_each_token_where_it_is(
    pieces: list[list[tuple[list[int], list[int]]]], order: list[int], positions: bool
) -> None:
    given_pieces = [
        Piece(
            np.array([number for texts in piece for text in texts for number in text], np.int32),
            np.array([len(text) for texts in piece for text in texts], np.int64),
        )
        for piece in pieces
    ]
    documents = [document for piece in pieces for document in piece]
    expected: list[list[int]] = [[], [], []]
    counts = []
    for number in order:
        there = [n for n, (title, body) in enumerate(documents) if number in title + body]
        counts.append(len(there))
        expected[0] += there
        expected[1] += [text.count(number) for n in there for text in documents[n]]
        for title, body in documents:
            places = [*title, *[0] * GAP, *body]
            expected[2] += [place for place, token in enumerate(places) if token == number]
    with pytest.MonkeyPatch.context() as patch:
        for _ in ("in C, if it was built", "by numpy"):
            inverted = invert(given_pieces, np.array(order), positions=positions)
            assert inverted.counts.tolist() == counts
            assert inverted.documents.tolist() == expected[0]
            assert inverted.frequencies.reshape(-1).tolist() == expected[1]
            assert (inverted.positions is not None) == positions
            if inverted.positions is not None:
                assert inverted.positions.tolist() == expected[2]
            patch.setattr(encoder, "compiled", None)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"numbers": [1, 3]}, "a token has no such number"),
        ({"numbers": [1, -1]}, "a token has no such number"),
        ({"extents": [2, 1]}, "the texts have other numbers of tokens"),
        ({"extents": [3, -1]}, "a text has less than no tokens"),
        ({"documents": [0]}, "there is no place for a posting"),
        ({"frequencies": [0, 0]}, "there is no place for a posting"),
        ({"positions": [0]}, "there is no place for a posting"),
        ({"free": [0, -1, 0]}, "there is no place for a posting"),
        ({"numbers": b"12"}, "arrays of other types"),
    ],
)
def test_the_inversion_in_c_refuses_what_does_not_fit(
    changed: dict[str, object], reason: str
) -> None:
    if encoder.compiled is None:
        pytest.skip("the encoder in C was not built")
    given = {"numbers": [1, 2], "extents": [2, 0], "free": [0, 0, 1], "documents": [0, 0]}
    given |= {"frequencies": [0] * 4, "positions": [0, 0]}
    types = {"extents": np.int64, "free": np.int64}
    arrays = {
        name: one if isinstance(one, bytes) else np.array(one, types.get(name, np.int32))
        for name, one in (given | changed).items()
    }
    free = arrays.pop("free")
    numbers, extents, *places = arrays.values()
    with pytest.raises(ValueError, match=reason):
        encoder.compiled.place_tokens(numbers, extents, 0, free, free.copy(), *places)
