"""The lattice: the likeliest way first, as trying all ways tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lattice import Arc, likeliest

LENGTH = 4


def never_met(pairs: Sequence[str]) -> Mapping[str, int]:
    return dict.fromkeys(pairs, 0)


def always_met(pairs: Sequence[str]) -> Mapping[str, int]:
    return dict.fromkeys(pairs, 1)


@st.composite
def arcs(draw: st.DrawFn) -> Arc:
    begin = draw(st.integers(0, LENGTH - 1))
    end = draw(st.integers(begin + 1, LENGTH))
    text = draw(st.sampled_from(["催", "收", "催收", "a"]))
    return Arc(begin, end, text, draw(st.integers(-20, 0)))


def every_way(lattice: Sequence[Arc], place: int = 0) -> list[tuple[Arc, ...]]:
    if place == LENGTH:
        return [()]
    return [
        (arc, *rest)
        for arc in lattice
        if arc.begin == place
        for rest in every_way(lattice, arc.end)
    ]


@given(st.lists(arcs(), max_size=8))
def test_the_likeliest_way_is_that_of_all_ways(lattice: list[Arc]) -> None:
    found = likeliest(lattice, LENGTH, always_met)
    best = max((sum(arc.likelihood for arc in way) for way in every_way(lattice)), default=None)
    assert (found[0].likelihood if found else None) == best
    assert len({way.text for way in found}) == len(found)
    assert [way.likelihood for way in found] == sorted(
        (way.likelihood for way in found), reverse=True
    )


def test_characters_that_no_article_has_side_by_side_make_a_way_less_likely() -> None:
    lattice = [Arc(0, 1, "催", -1.0), Arc(1, 2, "收", -1.0), Arc(0, 2, "崔手", -3.0)]
    assert [way.text for way in likeliest(lattice, 2, always_met)] == ["催收", "崔手"]
    assert [way.text for way in likeliest(lattice, 2, never_met)] == ["崔手", "催收"]


@pytest.mark.parametrize("lattice", [[], [Arc(0, 1, "催", 0.0)], [Arc(1, 2, "收", 0.0)]])
def test_a_way_that_does_not_lead_to_the_end_is_none(lattice: list[Arc]) -> None:
    assert likeliest(lattice, 2, always_met) == []
