"""Facets as links: each adds or removes one value of a filter and keeps the rest of the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from web.locale import Locale
from web.parameters import AGES, MAX_VALUE_CHARACTERS, MAX_VALUES, PAGE_FILTERS, PageParameters

_SHOWN = 8  # values of a facet that are shown at once


@dataclass(frozen=True, slots=True)
class FilterLink:
    """A link that sets or clears one value of a filter.

    Attributes:
        field: The field that is filtered by.
        label: The value, as people read it.
        href: Where the link goes.
        active: Whether the value is set now, and the link clears it.
        count: How many articles have it; None when that is not known.
    """

    field: str
    label: str
    href: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a field among what was found, most frequent first.

    Attributes:
        field: The field.
        values: The values to show at once.
        more: The values to show on demand.
    """

    field: str
    values: tuple[FilterLink, ...]
    more: tuple[FilterLink, ...]


def facet_links(
    counts: Mapping[str, Sequence[tuple[str, int]]], asked: PageParameters, locale: Locale
) -> list[Facet]:
    """The facets of a search that have values.

    Values too long for a link are left out, and none can be added to a filter that is full.
    """
    facets = []
    for field in PAGE_FILTERS:
        chosen = asked.filters.get(field, ())
        add = asked.adding(field)
        values = tuple(
            FilterLink(
                field,
                _label(field, value, locale),
                asked.without_filter(field, value).link() if value in chosen else add(value),
                value in chosen,
                count,
            )
            for value, count in counts[field]
            if value in chosen or (len(value) <= MAX_VALUE_CHARACTERS and len(chosen) < MAX_VALUES)
        )
        if values:
            facets.append(Facet(field, values[:_SHOWN], values[_SHOWN:]))
    return facets


def active_filters(
    asked: PageParameters, ages: Sequence[FilterLink], locale: Locale
) -> list[FilterLink]:
    """A link for each value that is filtered by, which clears it; ages are those of `age_links`."""
    values = [
        FilterLink(
            field,
            _label(field, value, locale),
            asked.without_filter(field, value).link(),
            active=True,
        )
        for field in PAGE_FILTERS
        for value in asked.filters.get(field, ())
    ]
    return values + [link for link in ages if link.active]


def age_links(asked: PageParameters, locale: Locale) -> list[FilterLink]:
    """A link for each age that articles may have at most; the one at hand leads to any age."""
    return [
        FilterLink(
            "age",
            locale.text(f"age.{age}"),
            asked.link_to_age("" if age == asked.age else age),
            age == asked.age,
        )
        for age in AGES
    ]


def _label(field: str, value: str, locale: Locale) -> str:
    return locale.language(value) if field == "language" else value
