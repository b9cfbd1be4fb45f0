"""Headings such as "site - category - title"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.breadcrumb import Heading, find_separators, split_heading

SEPARATORS = [
    " - ",
    " – ",
    " — ",
    " － ",
    " | ",
    "|",
    "｜",
    " _ ",
    " · ",
    " » ",
    " > ",
    "›",
    " :: ",
]
PARTS = st.text("abcdefgh 开心小站", min_size=1).map(str.strip).filter(bool)


@pytest.mark.parametrize("separator", SEPARATORS)
def test_any_separator_parts_a_heading(separator: str) -> None:
    line = separator.join(["Joke Site", "Old Jokes", "The Hen"])
    assert split_heading(line) == Heading("Joke Site", "Old Jokes", "The Hen")


@given(PARTS, PARTS, PARTS, st.sampled_from(SEPARATORS))
def test_three_parts_come_back(site: str, category: str, title: str, separator: str) -> None:
    expected = Heading(*(" ".join(part.split()) for part in (site, category, title)))
    assert split_heading(separator.join([site, category, title])) == expected


@pytest.mark.parametrize("tight", ["_", "-", "|", ">", "»", "::"])
def test_chinese_headings_need_no_spaces(tight: str) -> None:
    line = tight.join(["开心小站", "冷笑话", "会说话的电梯"])
    assert split_heading(line) == Heading("开心小站", "冷笑话", "会说话的电梯")


@pytest.mark.parametrize("title", ["Part 1 - The End", "Cats | Dogs", "北京-上海", "a_b"])
def test_the_title_may_hold_separators(title: str) -> None:
    assert split_heading(f"Site - Category - {title}").title == title


def test_one_kind_of_separator_is_enough() -> None:
    line = "Site - Cats | Dogs - The Hen"
    assert split_heading(line) == Heading("Site", "Cats | Dogs", "The Hen")


def test_two_kinds_are_taken_where_one_is_not_enough() -> None:
    assert split_heading("Site | Jokes - The Hen") == Heading("Site", "Jokes", "The Hen")


def test_two_parts_are_site_and_title() -> None:
    assert split_heading("Site - The Hen") == Heading("Site", "", "The Hen")


@pytest.mark.parametrize(
    "line",
    [
        "An e-mail about state-of-the-art jokes",
        "约翰·洛克菲勒的一生",
        "北京-上海高铁",
        "凝聚力量——热烈祝贺",
        "How to use snake_case",
        "a->b and c=>d",
        "and/or",
        "12:30",
        "",
    ],
)
def test_a_line_without_separators_is_a_title(line: str) -> None:
    assert split_heading(line) == Heading("", "", line)


def test_white_space_and_stray_separators_are_left_out() -> None:
    line = "\ufeff  - Site \t-  Jokes\u3000-\u3000The   Hen | "
    assert split_heading(line) == Heading("Site", "Jokes", "The Hen")
    assert split_heading("Site - - The Hen") == Heading("Site", "", "The Hen")


@given(st.text())
def test_any_line_can_be_parted(line: str) -> None:
    heading = split_heading(line)
    assert heading.title or not line.replace("\ufeff", "").strip()


@given(st.text("ab-–|_·> 中文", max_size=30).map(lambda line: " ".join(line.split())))
def test_separators_leave_no_part_empty(line: str) -> None:
    start = 0
    for cut in find_separators(line):
        assert start < cut.start < cut.end < len(line)
        start = cut.end
