"""The compiled kernel finds what numpy finds, in arrays of every type."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexer.engines.whoosh import kernel
from indexer.engines.whoosh.evaluation import best, evaluate
from indexer.engines.whoosh.occurrences import Occurrences
from indexer.engines.whoosh.operations import (
    Adjacent,
    AllOf,
    AnyOf,
    Constant,
    Everything,
    Fields,
    Listed,
    Operation,
    Optional,
    Postings,
    Without,
)

COUNT = 5000  # documents: more than two windows of the kernel
Chance = np.random.Generator

pytestmark = pytest.mark.skipif(kernel.compiled is None, reason="the kernel was not built")


def drawn_documents(chance: Chance, size: int, width: type) -> NDArray[np.integer]:
    return np.sort(chance.choice(COUNT, size, replace=False)).astype(width)


SCALES = np.random.default_rng(7).uniform(0.2, 3.0, 2 * COUNT)


@st.composite
def leaves(draw: Callable[..., object]) -> Operation:
    chance = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    size = draw(st.sampled_from([1, 20, 700, 4000]))
    width = draw(st.sampled_from([np.uint16, np.int32]))
    documents = drawn_documents(chance, size, width)
    kind = draw(st.sampled_from(["postings", "postings", "level", "scores"]))
    if kind == "level":
        return Listed(documents, draw(st.sampled_from([0.0, 1.5])))
    if kind == "scores":
        return Listed(documents, chance.uniform(0, 2, size))
    frequencies = chance.integers(0, 4, 2 * size)
    fields = draw(st.sampled_from([Fields.BOTH, Fields.BOTH, Fields.TITLE, Fields.BODY]))
    frequencies[1::2] += fields == Fields.BOTH and frequencies[::2] == 0
    item = draw(st.sampled_from([np.uint8, np.uint16, np.uint32]))
    return Postings(documents, frequencies.astype(item), SCALES, fields, chance.uniform(0.1, 5))


def trees(parts: st.SearchStrategy[Operation]) -> st.SearchStrategy[Operation]:
    several = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        st.builds(AnyOf, several),
        st.builds(AllOf, several),
        st.builds(Optional, parts, parts),
        st.builds(Without, parts, parts),
        st.builds(Constant, parts, st.just(0.5)),
        st.just(Everything(0.25)),
    )


OPERATIONS = st.recursive(leaves(), trees, max_leaves=7)


@settings(deadline=None, max_examples=100)
@given(operation=OPERATIONS, masked=st.booleans(), most=st.sampled_from([0, 1, 10, 6000]))
def test_the_kernel_finds_what_numpy_finds(operation: Operation, masked: bool, most: int) -> None:
    chance = np.random.default_rng(3)
    mask = chance.random(COUNT) < 0.8 if masked else None
    ranks = chance.permutation(COUNT).astype(np.int32)
    ids = np.array([f"{n:016x}" for n in range(COUNT)], "S16")
    program = kernel.Program(operation, COUNT)
    expected = evaluate(operation, COUNT)
    kept = slice(None) if mask is None else mask[expected.documents]
    documents, scores = program.matches(kernel.compiled, mask)
    assert documents.tolist() == expected.documents[kept].tolist()
    assert scores == pytest.approx(expected.scores[kept])
    numbers, names, values, total = program.best(kernel.compiled, mask, ranks, ids, most)
    first, count = best(operation, COUNT, mask, ranks, most)
    assert total == count == len(documents)
    assert values == pytest.approx(first.scores.tolist())
    # Where sums were rounded otherwise, documents with nearly the same score may change places.
    by_document = dict(zip(documents.tolist(), scores.tolist(), strict=True))
    assert [by_document[number] for number in numbers] == values
    assert [f"{number:016x}" for number in numbers] == names
    assert len(set(numbers)) == len(numbers) == min(most, total)


def drawn_token(chance: Chance, width: type, item: type, position: type) -> Occurrences:
    documents = drawn_documents(chance, int(chance.integers(1, 3000)), width)
    frequencies = chance.integers(0, 3, (len(documents), 2))
    frequencies[frequencies.sum(axis=1) == 0, 1] = 1
    places: list[int] = []
    for title, body in frequencies.tolist():
        places += sorted(chance.choice(4, title, replace=False).tolist())
        places += sorted((20 + chance.choice(4, body, replace=False)).tolist())
    return Occurrences(
        documents, frequencies.reshape(-1).astype(item), np.array(places).astype(position)
    )


@pytest.mark.parametrize("width", [np.uint16, np.int32])
@pytest.mark.parametrize("item", [np.uint8, np.uint16, np.uint32])
@pytest.mark.parametrize("position", [np.uint16, np.int32])
def test_the_kernel_finds_the_phrases_that_numpy_finds(
    width: type, item: type, position: type
) -> None:
    assert kernel.compiled
    chance = np.random.default_rng(11)
    begins = np.full(COUNT, 20, np.int32)
    total = 0
    for size in (1, 2, 3, 4):
        for fields in Fields:
            tokens = tuple(drawn_token(chance, width, item, position) for _ in range(size))
            phrase = Adjacent(tokens, begins, fields)
            rest = Listed(drawn_documents(chance, 3000, width), 1.5)
            for asked in (phrase, AllOf((phrase, rest)), AnyOf((phrase, rest))):
                found, scores = kernel.Program(asked, COUNT).matches(kernel.compiled, None)
                expected = evaluate(asked, COUNT)
                assert found.tolist() == expected.documents.tolist()
                assert scores == pytest.approx(expected.scores)
            total += len(evaluate(phrase, COUNT).documents)
    assert total


@pytest.mark.parametrize("item", [np.uint32, np.int64])
def test_the_kernel_finds_keys(item: type) -> None:
    assert kernel.compiled
    keys = [b"", b"a", b"ab", b"b", "催".encode()]
    joined = np.frombuffer(b"".join(keys), np.uint8)
    ends = np.cumsum([len(key) for key in keys]).astype(item)
    for wanted in [*keys, b"aa", b"c", "收".encode(), b"\xff"]:
        expected = sum(key < wanted for key in keys)
        assert kernel.compiled.find_key(joined, ends, wanted) == expected
