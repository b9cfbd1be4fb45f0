from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis import Analysis
from indexer.query import plan
from indexer.snippet import LENGTH, make_snippet

ANALYSIS = Analysis()


def snippet(text: str, query: str) -> str:
    return str(make_snippet(text, plan(query, ANALYSIS)))


def marked(text: str, query: str) -> list[str]:
    return re.findall("<mark>(.*?)</mark>", snippet(text, query), re.DOTALL)


@pytest.mark.parametrize(
    ("text", "query", "marks"),
    [
        ("遇到催收不要慌", "催收", ["催收"]),
        ("接到詐騙電話時", "诈骗电话", ["詐騙電話"]),
        ("Collectors knock; a COLLECTOR waits", "collectors", ["Collectors", "COLLECTOR"]),
        ("ﬁne and ＦＩＮＥ", "fine", ["ﬁne", "ＦＩＮＥ"]),
        ("催收上门", "上门 催收", ["催收上门"]),
        ("接到scam電話時", "scams 电话", ["scam電話"]),
        ("ubuntu与Ubuntu14", "ubuntu", ["ubuntu"]),
        ("請答覆…請答覆", "答复", ["答覆", "答覆"]),
        ("招商基金会", '"商基"', ["商基"]),
        ("the debt, the door", "debt the", ["debt"]),
        ("nothing here", "催收", []),
    ],
)
def test_matches_are_marked_as_they_are_written(text: str, query: str, marks: list[str]) -> None:
    assert marked(text, query) == marks


def test_the_passage_with_most_of_the_query_is_shown() -> None:
    text = "催收。" + "无关的话，" * 100 + "催收人员上门时要看证件。" + "无关的话，" * 100
    shown = snippet(text, "催收 上门 证件")
    assert "<mark>催收</mark>人员<mark>上门</mark>时要看<mark>证件</mark>" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_a_passage_begins_with_its_sentence() -> None:
    text = "无关的话，" * 50 + "第一句。这里说催收。" + "无关的话，" * 50
    assert snippet(text, "催收").startswith("…这里说<mark>催收</mark>")


def test_a_passage_ends_with_a_sentence_or_a_word() -> None:
    text = "催收。" + "有话，" * 40 + "说完了。" + "还有，" * 40
    assert snippet(text, "催收").endswith("说完了。…")
    words = "debt " + "collectors " * 40
    assert snippet(words, "debt").endswith("collectors…")


def test_a_match_after_the_last_sentence_is_kept() -> None:
    text = "话，" * 50 + "完了。" + "还有，" * 10 + "催收" + "还有，" * 80
    assert "<mark>催收</mark>" in snippet("催收，" + text, "催收 还有")


def test_a_match_may_be_longer_than_a_snippet() -> None:
    text = "".join(map(chr, range(0x4E00, 0x4F00)))
    assert marked(f"之前。{text}", f'"{text}" 之前') == [text[:LENGTH]]


def test_everything_is_escaped() -> None:
    shown = snippet("<script>alert('debt')</script> & <b>debt</b>", "debt")
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "&lt;b&gt;<mark>debt</mark>&lt;/b&gt;" in shown


@given(
    st.text(st.sampled_from("催收电话ab <&>'\"。\nﬁßＡ詐"), max_size=300),
    st.text(st.sampled_from('催收诈ab "'), max_size=8),
)
def test_a_snippet_is_part_of_the_text(text: str, query: str) -> None:
    shown = snippet(text, query)
    plain = unescape(re.sub("</?mark>", "", shown)).removeprefix("…").removesuffix("…")
    assert plain in text
    assert len(plain) <= LENGTH
    assert "<mark></mark>" not in shown
