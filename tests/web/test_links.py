"""Addresses are made in a quick way, and are those that Flask makes."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from flask import Flask, url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from web.links import Addresses
from web.parameters import PAGE_FILTERS, PageParameters

VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize("root", ["", "/under"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(id=VALUES, query=VALUES, hl=st.none() | st.just("zh"), anchor=st.none() | st.just("similar"))
def test_an_address_is_that_of_flask(
    app: Flask,
    root: str,
    id: str,  # noqa: A002
    query: str,
    hl: str | None,
    anchor: str | None,
) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
        for endpoint, values in (
            ("article.show", {"id": id, "hl": hl, "q": query}),
            ("search.results", {"q": query, "hl": hl}),
            ("search.home", {"_anchor": anchor, "hl": hl}),
            ("static", {"filename": "style.css"}),
            ("search.home", {"_external": True}),
        ):
            makers = (Addresses(root, "").of, url_for)
            made, flasks = (urlsplit(make(endpoint, **values)) for make in makers)
            assert unquote(made.path) == unquote(flasks.path)
            assert parse_qsl(made.query) == parse_qsl(flasks.query)
            assert (made.scheme, made.netloc, made.fragment) == (
                flasks.scheme,
                flasks.netloc,
                flasks.fragment,
            )


@given(
    query=VALUES,
    value=VALUES,
    filters=st.dictionaries(st.sampled_from(PAGE_FILTERS), st.tuples(VALUES)),
    field=st.sampled_from(PAGE_FILTERS),
)
def test_a_link_that_adds_a_value_leads_where_the_value_is_added(
    query: str, value: str, filters: dict[str, tuple[str, ...]], field: str
) -> None:
    texts = [query, value, *(text for texts in filters.values() for text in texts)]
    if "\0" in "".join(texts):
        return  # it is no text: see `PageParameters.read`
    asked = PageParameters(query, filters, page=3)
    assert asked.adding(field)(value) == asked.with_filter(field, value).link()
