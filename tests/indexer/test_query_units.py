from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import Analysis
from indexer.analysis.stopwords import STOPWORDS
from indexer.analysis.streams import pairs
from indexer.query import rarity
from indexer.query.fields import COMMON_WORD
from indexer.query.units import content_pairs

ANALYSIS = Analysis()


def test_pairs_within_words_that_say_nothing_are_left_out() -> None:
    assert content_pairs(ANALYSIS.analyse("合同怎么办，怎么办 the lease")) == [
        "合同",
        "同怎",
        "lease",
    ]
    assert content_pairs(ANALYSIS.analyse("怎么办 the")) == []


@given(st.text(st.sampled_from("合同怎么办的赔偿吗，〇㐀𠀀 aé1theof-")))
def test_every_pair_of_a_word_that_says_something_stays(text: str) -> None:
    streams = ANALYSIS.analyse(text)
    kept = content_pairs(streams)
    left = iter(streams.pairs)
    assert all(token in left for token in kept)  # in their order
    for word in streams.searchable:
        if word not in STOPWORDS and len(word) > 1 and not word.isascii():
            assert set(pairs(word)[:-1]) <= set(kept)


def test_common_words_are_those_that_the_dictionary_counts_so_often() -> None:
    jieba = find_spec("jieba")  # importing it warns
    assert jieba
    assert jieba.origin
    dictionary = Path(jieba.origin).parent / "dict.txt"
    lines = [line.split(" ") for line in dictionary.read_text(encoding="utf-8").splitlines()]
    counts = {word: int(count) for word, count, _ in lines}
    common = {word: count for word, count in counts.items() if count >= COMMON_WORD}
    assert rarity.common_words() == common
    assert sum(int(count) for _, count, _ in lines) == rarity.COUNTED


def test_the_more_common_a_word_is_the_less_it_says() -> None:
    words = ["的", "已经", "情况", "合同", "承租人", "no word"]
    said = [rarity.rarity(word) for word in words]
    assert said == sorted(said)
    assert said[-2:] == [1.0, 1.0]
    assert 0 < said[0] < said[3] < 1
