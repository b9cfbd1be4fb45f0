"""Parameters are read strictly, and links written from them say the same again."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from indexer.query import SORTS
from indexer.query.parser import MAX_CHARACTERS
from web.errors import BadParameterError
from web.parameters import (
    MAX_PAGE,
    MAX_VALUE_CHARACTERS,
    MAX_VALUES,
    PAGE_FILTERS,
    ApiParameters,
    PageParameters,
)

CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
TEXTS = st.text(CHARACTERS, max_size=MAX_CHARACTERS)
VALUES = st.text(CHARACTERS, min_size=1, max_size=MAX_VALUE_CHARACTERS)
SEARCHES = st.builds(
    PageParameters,
    query=TEXTS,
    filters=st.dictionaries(
        st.sampled_from(PAGE_FILTERS),
        st.lists(VALUES, min_size=1, max_size=3, unique=True).map(tuple),
    ),
    sort=st.sampled_from(SORTS),
    page=st.integers(1, MAX_PAGE),
    hl=st.sampled_from(["", "zh", "en"]),
)


def arguments(*pairs: tuple[str, str]) -> MultiDict[str, str]:
    return MultiDict(pairs)


def follow(link: str) -> PageParameters:
    read = MultiDict(parse_qsl(link.removeprefix("?"), keep_blank_values=True))
    return PageParameters.read(read, read.get("hl", ""))


@given(SEARCHES)
def test_a_link_leads_to_the_search_it_was_made_from(asked: PageParameters) -> None:
    assert follow(asked.link()) == asked


@given(SEARCHES, st.sampled_from(PAGE_FILTERS), VALUES)
def test_a_value_set_and_cleared_leaves_the_search_as_it_was(
    asked: PageParameters, field: str, value: str
) -> None:
    if value in asked.filters.get(field, ()):
        return
    narrowed = follow(asked.with_filter(field, value).link())
    assert narrowed.page == 1
    assert narrowed.filters[field] == (*asked.filters.get(field, ()), value)
    assert narrowed.without_filter(field, value) == asked.with_page(1)


def test_the_default_is_not_written_into_links() -> None:
    assert PageParameters("a b", {}).link() == "?q=a+b"


def test_a_new_order_begins_at_the_first_page() -> None:
    asked = PageParameters("q", {"site": ("甲",)}, page=3)
    assert follow(asked.link_to_sort("newest")) == replace(asked, sort="newest", page=1)
    assert follow(asked.link_to_age("1w")) == replace(asked, age="1w", page=1)


def test_another_page_keeps_the_order_and_the_filters() -> None:
    asked = PageParameters("q & r", {"site": ("甲", "b c")}, age="1m", sort="newest", page=3)
    assert follow(asked.link_to_page(4)) == replace(asked, page=4)
    assert "page" not in asked.link_to_page(1)


def test_links_keep_of_a_long_query_what_is_searched_for() -> None:
    asked = PageParameters("长" * 100_000, {})
    assert follow(asked.link()).query == "长" * MAX_CHARACTERS


def test_nul_becomes_what_html_can_show() -> None:
    asked = PageParameters.read(arguments(("q", "a\0b"), ("site", "c\0")))
    assert asked.query == "a\ufffdb"
    assert asked.filters == {"site": ("c\ufffd",)}


def test_empty_parameters_are_absent_and_unknown_ones_passed_over() -> None:
    given = [("q", "x"), ("page", ""), ("sort", ""), ("site", ""), ("utm_source", "news")]
    assert PageParameters.read(arguments(*given)) == PageParameters("x", {})


def test_a_value_given_twice_counts_once() -> None:
    asked = PageParameters.read(arguments(("site", "甲"), ("site", "乙"), ("site", "甲")))
    assert asked.filters == {"site": ("甲", "乙")}


@pytest.mark.parametrize("page", ["0", "-1", "101", "abc", "1.5", "1e1", " 1", "+1", "٣", "9" * 99])
def test_a_page_is_a_number_within_reach(page: str) -> None:
    with pytest.raises(BadParameterError, match=r"^page is a whole number from 1 to 100\.$"):
        PageParameters.read(arguments(("q", "x"), ("page", page)))


def test_filters_are_bounded() -> None:
    many = [("site", str(number)) for number in range(MAX_VALUES + 1)]
    with pytest.raises(BadParameterError, match="site can be given 20 times"):
        PageParameters.read(arguments(*many))
    with pytest.raises(BadParameterError, match="category has 200 characters"):
        PageParameters.read(arguments(("category", "x" * (MAX_VALUE_CHARACTERS + 1))))


def test_the_api_has_defaults() -> None:
    assert ApiParameters.read(arguments(("q", ""))) == ApiParameters(
        query="", limit=10, offset=0, filters={}, sort="relevance", match="auto", facets=()
    )


def test_the_api_takes_a_page_of_any_size_for_an_offset() -> None:
    asked = ApiParameters.read(arguments(("q", "x"), ("limit", "25"), ("page", "3")))
    assert (asked.limit, asked.offset) == (25, 50)


def test_facets_are_repeated_or_separated_by_commas() -> None:
    asked = ApiParameters.read(
        arguments(("q", "x"), ("facets", "site,author"), ("facets", "language"), ("facets", "site"))
    )
    assert asked.facets == ("site", "author", "language")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "q is missing"),
        ({"q": "x", "limit": "101"}, "limit is a whole number from 0 to 100"),
        ({"q": "x", "limit": "-1"}, "limit is a whole number"),
        ({"q": "x", "offset": "x"}, "offset is a whole number from 0 to 1000"),
        ({"q": "x", "offset": "991"}, "together reach 1000"),
        ({"q": "x", "limit": "100", "page": "11"}, "together reach 1000"),
        ({"q": "x", "page": "2", "offset": "10"}, "Give page or offset, not both"),
        ({"q": "x", "sort": "foo"}, "sort is one of relevance, newest, oldest"),
        ({"q": "x", "match": "some"}, "match is one of auto, all, any"),
        ({"q": "x", "facets": "title"}, "facets is one of site, category, language, author"),
    ],
)
def test_the_api_says_what_a_parameter_can_be(given: dict[str, str], message: str) -> None:
    with pytest.raises(BadParameterError, match=message):
        ApiParameters.read(MultiDict(given))
