"""Texts without a word by which two dictionaries differ are cut alike by both."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from indexer.analysis.dictionary import Dictionary
from indexer.analysis.segment import Segmenter
from indexer.ownwords import FolderWords, MemoryWords, OwnWords

CONTENTS = [
    "",
    "笑搜引擎\n催收 1000000 n\n",
    "\ufeff催收公司员 3\r\n公司 1\n\n司员\n",
    "的 1\n电话催 99999999\n笑搜引擎 7\n",
]
PIECES = st.sampled_from(
    [*"笑搜引擎催收公司员的电话怎么办一", "催收公司员", "电话催收", "他来到了网易杭研大厦", "中国"]
)
PLAIN = Segmenter()


@pytest.fixture(scope="module")
def segmenters() -> list[Segmenter]:
    with_words = [Segmenter(Dictionary(Path("words.txt"), text.encode())) for text in CONTENTS]
    for one in (PLAIN, *with_words):
        one.cut("笑")  # reads its dictionary
    return with_words


@given(pieces=st.lists(PIECES, min_size=1, max_size=12))
def test_other_texts_are_cut_as_before(segmenters: list[Segmenter], pieces: list[str]) -> None:
    text = "".join(pieces)
    assert segmenters[0].cut(text) == PLAIN.cut(text)
    alike = [PLAIN] + [
        one for one in segmenters if not any(word in text for word in one.own_words())
    ]
    assume(len(alike) > 1)
    assert {tuple(one.cut(text)) for one in alike} == {tuple(PLAIN.cut(text))}


def test_words_have_the_frequencies_that_the_segmenter_gives_them(
    segmenters: list[Segmenter],
) -> None:
    assert segmenters[0].own_words() == {}
    words = segmenters[2].own_words()
    assert words["催收公司员"] == 3
    assert words["公司"] == 1
    assert words["司员"] > 0


def test_kept_words_are_seen_by_whoever_keeps_the_same(tmp_path: Path) -> None:
    one, other, own = FolderWords(tmp_path), FolderWords(tmp_path), MemoryWords()
    assert one.get() == other.get() == OwnWords()
    words = OwnWords("abc", {"催收": 7}, ("公司",))
    for kept in (one, own):
        kept.put(words)
    assert other.get() == own.get() == words
