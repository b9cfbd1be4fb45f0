"""How much work a page makes for a parser."""

from __future__ import annotations

import pytest

from crawler.complexity import MOST_ATTRIBUTES, MOST_TAGS, check_complexity
from crawler.errors import ComplexityError


@pytest.mark.parametrize(
    "text",
    [
        "<p>" * MOST_TAGS,
        "<" * 1_000_000,
        "a < b " * 100_000,
        "</p>" * 100_000,
        "<!-- a=1 b=2 -->" * 100_000,
        "<img src='data:" + "A" * 1_000_000 + "'>",
        '<p title="' + "a='1' " * 100_000 + '">',
        "<p " + "a " * MOST_ATTRIBUTES + ">",
        "",
    ],
    ids=range(9),
)
def test_a_page_that_can_be_parsed_passes(text: str) -> None:
    check_complexity(text)


@pytest.mark.parametrize(
    "text",
    [
        "<p>" * (MOST_TAGS + 1),
        "<P " * (MOST_TAGS + 1),
        "<p " + "a " * (MOST_ATTRIBUTES + 1) + ">",
        "<p " + "a='>' " * (MOST_ATTRIBUTES + 1) + ">",
        "<p " + 'a="<" ' * (MOST_ATTRIBUTES + 1),
        "<p '\">" + "<a '" + " b" * (MOST_ATTRIBUTES + 1),
        "<a <" + "\nb" * (MOST_ATTRIBUTES + 1),
    ],
    ids=range(7),
)
def test_a_page_made_to_keep_a_parser_busy_does_not(text: str) -> None:
    with pytest.raises(ComplexityError):
        check_complexity(text)
