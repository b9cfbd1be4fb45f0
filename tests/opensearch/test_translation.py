"""A query tree as OpenSearch's queries, without a server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from whoosh import query

from indexer.analysis import Analysis
from indexer.engines.opensearch.clause import Clause
from indexer.engines.opensearch.translation import Translator
from indexer.errors import GenerationError
from indexer.query import plan
from indexer.query.nodes import Articles, Character, Titled
from indexer.query.vocabulary import NoWords


class Documents:
    """A collection with one common character and three words."""

    def expand(self, node: Any) -> Mapping[str, int]:
        return {"colour": 2, "color": 1}

    def is_in_more(self, character: str, share: float) -> bool:
        return character == "的"

    def near(self, parts: list[query.Query], slop: int) -> frozenset[str]:
        return frozenset(["b", "a"])


def translate(node: query.Query) -> Clause:
    return Translator(Documents()).translate(node)


def scored(term: str, boost: float = 2.2, stream: str = "words") -> dict[str, Any]:
    return {"term": {stream: {"value": term, "boost": boost}}}


A, B = query.Term("words", "催收"), query.Term("words", "电话")


def test_a_term_is_scored_by_its_frequency_in_the_stream_or_field() -> None:
    assert translate(query.Term("words", "催收", boost=2)).query == scored("催收", 4.4)
    assert translate(query.Term("pairs", "电话")).query == scored("电话", stream="pairs")
    expected = {"term": {"title": {"value": "催收", "boost": 2.2}}}
    assert translate(query.Term("title", "催收")).query == expected


def test_a_value_counts_by_its_boost_alone() -> None:
    node = query.Term("site", "甲", boost=3)
    expected = {"constant_score": {"filter": {"term": {"site": "甲"}}, "boost": 3}}
    assert translate(node).query == expected


def test_a_character_that_many_articles_have_finds_nothing() -> None:
    assert translate(Character("的", share=0.05)).query == {"match_none": {}}
    assert translate(Character("的")).query == scored("的", stream="characters")
    assert translate(Character("税", 0.5, 0.05)).query == scored("税", 1.1, "characters")


def test_words_and_what_excludes_them() -> None:
    both = translate(query.And([A, B, query.Not(query.Term("site", "甲"))], boost=2))
    found = {"bool": {"must": [scored("催收", 4.4), scored("电话", 4.4)], "filter": []}}
    assert both.query == {"bool": {"must": [found], "must_not": [{"term": {"site": "甲"}}]}}
    assert translate(query.Or([A, query.NullQuery])) == translate(A)
    assert translate(query.And([A, query.NullQuery])).query == {"match_none": {}}
    alone = translate(query.And([query.Not(A)])).query
    everything = {"constant_score": {"filter": {"match_all": {}}, "boost": 1.0}}
    assert alone == {"bool": {"must": [everything], "must_not": [{"term": {"words": "催收"}}]}}


def test_what_does_not_score_is_a_filter() -> None:
    node = query.And([A, Articles(frozenset(["b", "a"])), Titled(["b", "a", "b"])])
    assert translate(node).query["bool"]["must"] == [scored("催收")]
    ids, titled = translate(node).query["bool"]["filter"]
    assert ids == {"ids": {"values": ["a", "b"]}}
    assert titled == translate(Titled(["b", "b", "a"])).query
    assert titled != translate(Titled(["b", "a"])).query


def test_what_only_ranks_is_optional() -> None:
    node = query.AndMaybe(A, query.Or([B, query.NullQuery]))
    expected = {"must": [scored("催收")], "should": [scored("电话")], "minimum_should_match": 0}
    assert translate(node).query == {"bool": expected}
    assert translate(query.AndMaybe(A, query.NullQuery)) == translate(A)


def test_a_score_below_zero_is_added_where_it_is_not_and_taken_off_everywhere() -> None:
    site = query.Term("site", "甲")
    clause = translate(query.AndMaybe(A, query.Or([query.ConstantScoreQuery(site, -2.0)])))
    others = {"bool": {"must_not": [{"term": {"site": "甲"}}]}}
    assert clause.query["bool"]["should"] == [{"constant_score": {"filter": others, "boost": 2.0}}]
    assert clause.surplus == 2
    alone = translate(query.And([A, query.ConstantScoreQuery(site, -2.0)]))
    assert alone.query["bool"]["filter"] == [{"term": {"site": "甲"}}]
    assert alone.surplus == 2


def test_a_phrase_is_scored_by_its_terms_where_they_are_side_by_side() -> None:
    node = query.Phrase("pairs", ["上门", "门催"], boost=2)
    fields = ("title_pairs", "body_pairs")
    there = [{"match_phrase": {field: "上门\x1f门催"}} for field in fields]
    terms = [scored("上门", 4.4, "pairs"), scored("门催", 4.4, "pairs")]
    expected = {"bool": {"must": terms, "filter": [{"bool": {"should": there}}]}}
    assert translate(node).query == expected
    inside = query.ConstantScoreQuery(query.Phrase("body_pairs", ["上门", "门催"]), 0.0)
    assert translate(inside).query == {"match_phrase": {"body_pairs": "上门\x1f门催"}}


def test_a_sequence_takes_the_first_characters_of_pairs() -> None:
    parts = [query.Term("title_pairs", "w"), query.Prefix("title_pairs", "税")]
    node = query.ConstantScoreQuery(query.Sequence(parts, slop=3), 1.0)
    character = {"match": {"query": "税", "use_field": "title_characters"}}
    rule = {"ordered": True, "max_gaps": 2, "intervals": [{"match": {"query": "w"}}, character]}
    expected = {"intervals": {"title_pairs": {"all_of": rule}}}
    assert translate(node).query == {"constant_score": {"filter": expected, "boost": 1.0}}
    three = query.ConstantScoreQuery(query.Sequence([parts[0], *parts], slop=3), 1.0)
    found = {"constant_score": {"filter": {"ids": {"values": ["a", "b"]}}, "boost": 1.0}}
    assert translate(three).query == found


def test_words_before_a_character_are_found_as_one_phrase() -> None:
    run = [query.Term("body_pairs", text) for text in ("催收", "收", "w")]
    node = query.ConstantScoreQuery(query.Sequence([*run, query.Prefix("body_pairs", "税")]), 1.0)
    there = {"match_phrase": {"body_characters": "催\x1f收\x1fw\x1f税"}}
    assert translate(node).query == {"constant_score": {"filter": there, "boost": 1.0}}
    for parts in (run[:1], run[:2]):  # before 税 they would end otherwise
        node = query.ConstantScoreQuery(
            query.Sequence([*parts, query.Prefix("body_pairs", "税")]), 1.0
        )
        assert "intervals" in translate(node).query["constant_score"]["filter"]


def test_values_of_which_one_is_wanted_are_one_clause() -> None:
    sites = [query.ConstantScoreQuery(query.Term("site", site), 0.0) for site in ("甲", "乙")]
    assert translate(query.Or(sites)) == Clause({"terms": {"site": ["甲", "乙"]}}, is_scored=False)


def leaves(clause: Any) -> int:
    """The clauses that count, as Lucene counts them."""
    if isinstance(clause, list):
        return sum(map(leaves, clause))
    counted = 0
    for kind, inner in clause.items():
        if kind == "intervals":
            counted += str(inner).count("'match'")
        elif kind in (
            "term",
            "terms",
            "prefix",
            "match_phrase",
            "ids",
            "match_all",
            "match_none",
            "range",
        ):
            counted += 1
        elif isinstance(inner, dict | list):
            counted += leaves(inner)
    return counted


ANALYSIS = Analysis()
HAN = "".join(map(chr, range(0x4E00, 0x4E00 + 2000)))
LATIN = " ".join(f"w{number}" for number in range(500))


class Words(NoWords):
    """A vocabulary with as many words and sites as a query may have."""

    def expand(self, node: Any) -> Mapping[str, int]:
        return {f"w{number}": 1 for number in range(2000)}

    def values(self, field: str) -> frozenset[str]:
        return frozenset(f"site {number}" for number in range(2000))


@pytest.mark.parametrize(
    "text",
    [
        HAN,
        LATIN,
        f'"{HAN}"',
        f'"{LATIN}"',
        f'"{LATIN} 税"',
        f'"{"，".join(HAN[:900])}"',
        " ".join(f'"{HAN[at : at + 30]}"' for at in range(0, 1900, 30)),
        " ".join(f'"{HAN[at : at + 7]} w 税"' for at in range(0, 1100, 7)),
        f'title:"{HAN}" "{HAN[:500]}" {HAN}',
        f'"{" ".join(HAN[:900])}"~5 w* x* y*',
        f'"{LATIN}"~3',
        " OR ".join(f"({HAN[at : at + 9]})^2" for at in range(0, 1200, 9)),
        " ".join(f"-{character}" for character in HAN[:600]),
        "site:s w* " + LATIN,
    ],
)
def test_no_query_has_more_clauses_than_opensearch_allows_by_itself(text: str) -> None:
    understood = plan(text, ANALYSIS, Words())
    for tree in (understood.all_words, understood.any_word):
        assert 0 < leaves(translate(tree).query) <= 1024


def test_patterns_stand_for_terms() -> None:
    beginning = query.ConstantScoreQuery(query.Prefix("pairs", "col"), 1.0)
    found = {"constant_score": {"filter": {"prefix": {"pairs": "col"}}, "boost": 1.0}}
    assert translate(beginning).query == found
    either = query.Wildcard("pairs", "colo*r")
    terms = {"terms": {"pairs": ["colour", "color"]}}
    assert translate(either).query == {"constant_score": {"filter": terms, "boost": 1.0}}
    near = query.FuzzyTerm("pairs", "colur", constantscore=False)
    each = [scored(term, stream="pairs") for term in ("colour", "color")]
    assert translate(near).query == {"bool": {"should": each}}
    many = query.ConstantScoreQuery(query.Or([A, B]), 1.0)
    found = {"constant_score": {"filter": {"terms": {"words": ["催收", "电话"]}}, "boost": 1.0}}
    assert translate(many).query == found


def test_dates_have_bounds() -> None:
    node = query.NumericRange("published", 5, 9, endexcl=True)
    bounds = {"range": {"published": {"gte": 5, "lt": 9}}}
    assert translate(node).query == {"constant_score": {"filter": bounds, "boost": 1.0}}


def test_half_a_character_is_what_no_article_has() -> None:
    assert "\ud800" not in str(translate(query.Term("site", "\ud800")).query)


@pytest.mark.parametrize(
    "node",
    [
        query.NumericRange("seq", 1, 2),
        query.Every("title"),
        query.Phrase("words", ["上门", "门催"]),
        query.DisjunctionMax([A, B]),
    ],
)
def test_what_is_not_known_is_an_error(node: query.Query) -> None:
    with pytest.raises(GenerationError):
        translate(node)
