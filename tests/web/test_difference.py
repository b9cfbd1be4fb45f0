"""What changed between two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.difference import ADDED, REMOVED, SAME, Paragraph, Piece, changed, compare

WORDS = st.text(alphabet="ab 催收。", max_size=12)
TEXTS = st.lists(WORDS.filter(bool), max_size=8)


def read(paragraphs: list[Paragraph], kind: str) -> str:
    """The text of one side: what is the same, and what only this side has."""
    return "".join(
        piece.text for paragraph in paragraphs for piece in paragraph if piece.kind in (SAME, kind)
    )


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(before: list[str], after: list[str]) -> None:
    compared = compare(before, after)
    assert read(compared, REMOVED) == "".join(before)
    assert read(compared, ADDED) == "".join(after)


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: list[str]) -> None:
    assert compare(text, text) == [(Piece(SAME, paragraph),) for paragraph in text]


def test_a_change_inside_a_paragraph_is_shown_by_the_word() -> None:
    (english,) = compare(["You need not open the door."], ["You must not open the door."])
    assert english[1:3] == (Piece(REMOVED, "need"), Piece(ADDED, "must"))
    (chinese,) = compare(["遇到催收先报警"], ["遇到上门催收先报警"])
    assert chinese == (Piece(SAME, "遇到"), Piece(ADDED, "上门"), Piece(SAME, "催收先报警"))


def test_a_paragraph_that_shares_little_is_replaced_as_a_whole() -> None:
    assert compare(["一二三四五"], ["甲乙丙丁五"]) == [
        (Piece(REMOVED, "一二三四五"),),
        (Piece(ADDED, "甲乙丙丁五"),),
    ]


def test_unchanged_paragraphs_around_a_change_stay_unchanged() -> None:
    compared = compare(["a", "b", "c"], ["a", "c", "d"])
    assert [changed(paragraph) for paragraph in compared] == [False, True, False, True]


def test_very_long_texts_are_not_compared_without_end() -> None:
    before = [f"before {number}" for number in range(5000)]
    after = [f"after {number}" for number in range(5000)]
    compared = compare(before, after)
    assert read(compared, REMOVED) == "".join(before)
    assert read(compared, ADDED) == "".join(after)
