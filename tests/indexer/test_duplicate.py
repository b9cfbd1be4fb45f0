"""Which articles are taken for near-duplicates: reposts and edited ones, and no others."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.numbering import PairNumbering
from indexer.analysis.signature import SIZE, Signing, sign
from indexer.analysis.streams import pairs, runs
from indexer.duplicate import Grouped, bands_of, group

ORIGINALS = 150  # of each language and length
SHARE = 0.1  # of a text that is edited

Text = list[str]
"""A text as paragraphs."""


def words_of(rng: random.Random, letters: str, lengths: Sequence[int], count: int) -> list[str]:
    return ["".join(rng.choices(letters, k=rng.choice(lengths))) for _ in range(count)]


RNG = random.Random(7)
HAN = "".join(chr(0x4E00 + 23 * n) for n in range(800))
# A few words make most of a text, as they do in any language.
CHINESE = words_of(RNG, HAN, (1, 2, 2, 2, 3), 4000)
ENGLISH = words_of(RNG, "abcdefghijklmnopqrstuvwxyz", (2, 3, 4, 5, 6, 7, 8, 9), 4000)
WEIGHTS = [1 / (rank + 3) for rank in range(4000)]


def made_up(rng: random.Random, vocabulary: list[str], length: int) -> Text:
    """A text of so many words in paragraphs of sentences."""
    words = rng.choices(vocabulary, WEIGHTS, k=length)
    sentences = [words[begin : begin + 12] for begin in range(0, length, 12)]
    space = "" if vocabulary is CHINESE else " "
    ended = [space.join(sentence) + ("。" if not space else ".") for sentence in sentences]
    return [space.join(ended[begin : begin + 4]) for begin in range(0, len(ended), 4)]


def scattered(rng: random.Random, text: Text, vocabulary: list[str]) -> Text:
    """A tenth of the words or characters inserted, deleted or replaced, one here and one there."""
    units = list("\n".join(text)) if vocabulary is CHINESE else "\n".join(text).split(" ")
    for _ in range(int(SHARE * len(units))):
        place = rng.randrange(len(units))
        new = rng.choice(HAN) if vocabulary is CHINESE else rng.choice(vocabulary)
        units[place : place + rng.choice([0, 1, 1])] = rng.choice([[new], [new], []])
    return ("" if vocabulary is CHINESE else " ").join(units).split("\n")


def replaced(rng: random.Random, text: Text, vocabulary: list[str]) -> Text:
    """A tenth of the text written anew in one piece."""
    whole = "\n".join(text)
    size = int(SHARE * len(whole))
    begin = rng.randrange(len(whole) - size)
    space = "" if vocabulary is CHINESE else " "
    new = space.join(rng.choices(vocabulary, WEIGHTS, k=size))[:size]
    return (whole[:begin] + new + whole[begin + size :]).split("\n")


def moved(rng: random.Random, text: Text, vocabulary: list[str]) -> Text:
    """The paragraphs in another order, and one left out where there are many."""
    text = rng.sample(text, len(text))
    return text[: max(len(text) - 1, 1)] if len(text) > 10 else text


def framed(rng: random.Random, text: Text, vocabulary: list[str]) -> Text:
    """A header and a footer of another site around it."""
    count = max(sum(map(len, text)) // 40, 2)
    header, footer = (made_up(rng, vocabulary, count)[0] for _ in range(2))
    return [header, *text, footer]


def signatures_of(texts: Sequence[Text]) -> np.ndarray:
    signed = b"".join(sign([], pairs("\n".join(text))) for text in texts)
    return np.frombuffer(signed, np.uint8).reshape(-1, SIZE)


@pytest.mark.parametrize("length", [20, 120, 900])
@pytest.mark.parametrize("vocabulary", [CHINESE, ENGLISH], ids=["Chinese", "English"])
@pytest.mark.parametrize("edit", [scattered, replaced, moved, framed])
def test_reposts_and_edited_texts_are_found_and_no_others(
    edit: Callable[[random.Random, Text, list[str]], Text], vocabulary: list[str], length: int
) -> None:
    rng = random.Random(length)
    texts = [made_up(rng, vocabulary, length) for _ in range(ORIGINALS)]
    texts += [edit(rng, text, vocabulary) for text in texts]
    groups = group(signatures_of(texts), np.arange(1, len(texts) + 1), [])
    found = groups[ORIGINALS:] == np.arange(1, ORIGINALS + 1)
    assert found.mean() >= 0.95
    joined = groups != np.arange(1, len(texts) + 1)
    wrong = joined.sum() - found.sum()
    assert wrong <= 0.01 * joined.sum()


def test_signatures_stay_what_they_are() -> None:
    """An index keeps them: another library must not make others."""
    signed = sign(pairs("催收电话"), pairs("the debt collector"))
    assert signed.hex()[:24] == "ae1e0f714b4ee10bec04be5c"


TEXTS = st.lists(
    st.tuples(*[st.text(st.sampled_from("催收电话哈 ab1，\n"), max_size=12)] * 2), max_size=6
)


@given(batches=st.lists(TEXTS, max_size=3))
def test_many_texts_are_signed_as_each_is(batches: list[list[tuple[str, str]]]) -> None:
    numbering, signing = PairNumbering(), Signing()
    for texts in batches:
        numbered = numbering.number([runs(part) for text in texts for part in text])
        assert signing.sign(numbered) == b"".join(
            sign(pairs(title), pairs(body)) for title, body in texts
        )


@given(
    parts=st.lists(st.lists(st.integers(0, 5), max_size=6), min_size=1, max_size=4),
    data=st.data(),
)
def test_groups_do_not_depend_on_what_comes_together(
    parts: list[list[int]], data: st.DataObject
) -> None:
    rng = random.Random(3)
    bases = [made_up(rng, CHINESE, 30) for _ in range(6)]
    texts = [bases[base] + ["转"] * copy for part in parts for copy, base in enumerate(part)]
    signatures, numbers = signatures_of(texts), np.arange(1, len(texts) + 1)
    at_once = group(signatures, numbers, [])
    grouped: list[Grouped] = []
    begin = 0
    for part in parts:
        own = slice(begin, begin + len(part))
        names = group(signatures[own], numbers[own], grouped)
        everyone = np.ones(len(part), bool)
        bands = bands_of(signatures[own])
        grouped.append(Grouped(bands, signatures[own], names, numbers[own], everyone))
        begin += len(part)
    assert np.concatenate([one.groups for one in grouped]).tolist() == at_once.tolist()
