"""rjieba and jieba give the same words, so that an index does not depend on which is installed."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import fold
from indexer.analysis.segment import Cut, cut_by_jieba, cut_by_rjieba
from indexer.analysis.streams import is_han, runs

DEMO = Path(__file__).parents[2] / "crawler" / "demo" / "articles"

FREQUENT = st.sampled_from(
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会"
)
IN_DICTIONARY = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5)
RARE = st.one_of(
    st.sampled_from("々〇"),
    *(
        st.characters(min_codepoint=first, max_codepoint=last)
        for first, last in (
            (0x3400, 0x4DBF),
            (0x9FD6, 0x9FFF),
            (0xF900, 0xFAFF),
            (0x20000, 0x3FFFF),
        )
    ),
)
HAN = st.text(st.one_of(FREQUENT, IN_DICTIONARY, RARE), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def by_jieba() -> Cut:
    return cut_by_jieba()


@pytest.fixture(scope="module")
def by_rjieba() -> Cut:
    return cut_by_rjieba()


@given(st.lists(HAN, max_size=6), st.sampled_from([" ", "\0", " \0 "]))
def test_both_find_the_same_words_and_never_across_what_separates(
    by_jieba: Cut, by_rjieba: Cut, han: list[str], separator: str
) -> None:
    one_by_one = [by_jieba(run) for run in han]
    assert [by_rjieba(run) for run in han] == one_by_one
    joined = separator.join(han)
    assert by_rjieba(joined) == by_jieba(joined)
    assert "".join(by_rjieba(joined)) == joined
    words = [word for word in by_rjieba(joined) if word not in separator]
    assert words == [word for run in one_by_one for word in run]


def test_both_find_the_same_words_in_the_demo_articles(by_jieba: Cut, by_rjieba: Cut) -> None:
    for file in DEMO.glob("*/*.txt"):
        for run in runs(fold(file.read_text(encoding="utf-8"))):
            if is_han(run):
                assert by_rjieba(run) == by_jieba(run)


@pytest.mark.long
def test_both_find_the_same_words_in_many_made_up_sentences(by_jieba: Cut, by_rjieba: Cut) -> None:
    chance = random.Random(1)
    with jieba.get_dict_file() as lines:
        entries = [line.decode().split() for line in lines]
    known = [entry[0] for entry in entries if re.fullmatch("[\u4e00-\u9fd5]+", entry[0])]
    common = sorted(known, key=len)[: len(known) // 2]
    for _ in range(50_000):
        drawn = [chance.choice(chance.choice([known, common])) for _ in range(9)]
        # Cut off anywhere, so that there are words that no dictionary has, too.
        sentence = "".join(word[: chance.choice([1, 2, 9])] for word in drawn)
        assert by_rjieba(sentence) == by_jieba(sentence)


@pytest.mark.parametrize(
    ("installed", "loaded"), [(True, "['rjieba']"), (False, "['jieba', 'rjieba']")]
)
def test_only_one_of_them_is_loaded(installed: bool, loaded: str) -> None:
    program = f"""
import sys
if not {installed}:
    sys.modules["rjieba"] = None  # makes importing it fail
from indexer.analysis.segment import Segmenter
assert Segmenter().cut("催收人员 上门") == ["催收", "人员", " ", "上门"]
print(sorted({{"jieba", "rjieba"}} & sys.modules.keys()))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == loaded
