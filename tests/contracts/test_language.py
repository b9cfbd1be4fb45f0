"""The query language: what docs/query-language.md says, on every engine."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indexer import Article, Index
from indexer.analysis import Analysis
from indexer.query import plan
from indexer.query.expansion import MAX_EXPANSIONS, MAX_WORDS
from indexer.query.parser import MAX_CHARACTERS, MAX_DEPTH

PAGE = Path(__file__).parents[2] / "docs" / "query-language.md"
ARTICLES = [
    Article(
        url="http://a.example/debt",
        title="催收上门怎么办",
        body="遇到上门催收，先请对方出示证件。催收人员不得进入住宅。",
        site="邻里公益",
        category="债务",
        language="zh",
        author="李晓梅",
        published=datetime(2024, 3, 5, tzinfo=UTC),
    ),
    Article(
        url="http://a.example/bank",
        title="中国农业发展银行",
        body="银行的地址与电话。安装简单，使用方便。招商基金也要交税。",
        site="邻里公益",
        category="银行",
        language="zh",
        published=datetime(2023, 1, 1, tzinfo=UTC),
    ),
    Article(
        url="http://b.example/collector",
        title="A Debt Collector at the Door",
        body="Collectors may knock: do not open the door before you read their papers. W-2, W 2.",
        site="Common Ground",
        category="Debt",
        language="en",
        published=datetime(2022, 6, 1, tzinfo=UTC),
    ),
    Article(
        url="http://b.example/scam",
        title="Scam 电话 Calls",
        body="A scam call, 诈骗电话 in Chinese, asks for money. The Who sang, or they rang.",
        site="Common Ground",
        category="Scams",
        language="en",
    ),
    Article(
        url="http://c.example/tw",
        title="詐騙電話防範",
        body="接到詐騙電話請撥打一六五專線。",
        site="鄰里",
        category="防詐",
        language="zh",
        published=datetime(2025, 1, 1, tzinfo=UTC),
    ),
]
EXAMPLES = {
    # words
    "催收 上门": {"debt"},
    "debt collectors": {"collector"},
    "农业": {"bank"},
    "简单": {"bank"},
    "税": {"bank"},
    "詐騙": {"scam", "tw"},
    "的": {"bank"},
    "the who": {"scam"},
    "W-2": {"collector"},
    # phrases
    '"上门催收"': {"debt"},
    '"商基"': {"bank"},
    '"debt collector"': {"collector"},
    "“上门 催收”": {"debt"},
    '"door papers"~9': {"collector"},
    # and, or, not
    "催收 AND 证件": {"debt"},
    "银行 OR 催收": {"bank", "debt"},
    "银行 | 催收": {"bank", "debt"},
    "电话 -诈骗": {"bank"},
    "电话 NOT 诈骗": {"bank"},
    '电话 -"scam call"': {"bank", "tw"},
    "(银行 OR 诈骗) 电话": {"bank", "scam", "tw"},
    # fields
    "site:邻里公益": {"debt", "bank"},
    "category:债务": {"debt"},
    "language:en": {"collector", "scam"},
    "author:李晓梅": {"debt"},
    'site:"Common Ground" scam': {"scam"},
    "title:催收": {"debt"},
    "url:b.example": {"collector", "scam"},
    "date:2022..2023": {"collector", "bank"},
    "before:2023": {"collector"},
    "after:2024-03": {"debt", "tw"},
    "age:<900w": {"debt", "bank", "collector", "tw"},
    "foo:bar": set(),
    # patterns and weights
    "collect*": {"collector"},
    "kn?ck": {"collector"},
    "colector~": {"collector"},
    "debt^2 scam": set(),
    # full width
    "（银行　OR　诈骗）　电话": {"bank", "scam", "tw"},
    "title：催收": {"debt"},
    "date:２０２２..２０２３": {"collector", "bank"},
}
CORRECTED = {
    "colector": {"collector"},
    "崔收": {"debt"},
    "收催": {"debt"},
    "银号行": {"bank"},
    "招基金": {"bank"},
    "招人基金": {"bank"},
    "cuishou": {"debt"},
    "cuishou shangmen": {"debt"},
    "cuishoushangmen": {"debt"},
    "cui shou shang men": {"debt"},
    "2019yinhang": {"bank"},
}
MORE = {
    # operators only where they are meant
    "call or rang": {"scam"},
    "call and sang": {"scam"},
    "a - b": set(),
    "C++": set(),
    ".net": set(),
    "NOT": {"collector"},
    "NOT NOT 诈骗": {"collector"},
    "催收 OR": {"debt"},
    "-诈骗": {"debt", "bank", "collector"},
    "银行|催收": {"bank", "debt"},
    "-(银行 OR 诈骗)": {"debt", "collector"},
    "诈骗 -language:en": {"tw"},
    "诈骗 | -电话": {"scam", "tw", "debt", "collector"},
    "电话 -collectors": {"bank", "scam", "tw"},
    "((银行": {"bank"},
    "银行))": {"bank"},
    '"银行': {"bank"},
    # fields
    "site:邻里": {"tw"},
    "site:common": {"collector", "scam"},
    "site:nobody 银行": set(),
    "site:邻里公益 | language:en": {"debt", "bank", "collector", "scam"},
    "intitle:电话": {"scam", "tw"},
    'title:"debt collector"': {"collector"},
    "title:(银行 | 催收)": {"bank", "debt"},
    "title:papers": set(),
    "-title:电话 电话": {"bank"},
    "inurl:EXAMPLE/SC": {"scam"},
    'url:"a|b"': set(),
    "date:2022": {"collector"},
    "date:2022-06-01": {"collector"},
    "date:2024..": {"debt", "tw"},
    "date:..2022": {"collector"},
    "age:>900w": set(),
    "before:9999 电话": {"bank", "tw"},
    # patterns
    "colour~": set(),
    "colecter~2": {"collector"},
    "collectors?": {"collector"},
    "title:coll*": {"collector"},
    "title:pap*": set(),
    "农*": {"bank"},
    "zzz*": set(),
    '"催收 证件"~9': {"debt"},
    '"催收 证件"~1': set(),
    '"证件 催收"~1': {"debt"},
}


@pytest.fixture
def collection(index: Index) -> Index:
    index.add(ARTICLES)
    return index


def found(index: Index, query: str, match: str = "all") -> set[str]:
    return {hit.article.url.rpartition("/")[2] for hit in index.search(query, match=match)}


def codes(index: Index, query: str) -> list[str]:
    return [notice.code for notice in index.search(query).notices]


def test_every_example_of_the_page_is_tried() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`(?:[^`\\]|\\.)+`(?:, )?)+) \|", page, re.MULTILINE)
    examples = [example for row in rows for example in re.findall("`(.+?)`", row)]
    assert [one.replace("\\|", "|") for one in examples] == [*EXAMPLES, *CORRECTED]


def test_queries_find_what_the_page_says(collection: Index) -> None:
    expected = EXAMPLES | MORE
    assert {query: found(collection, query) for query in expected} == expected


def test_what_may_have_been_meant_is_found(collection: Index) -> None:
    assert {query: found(collection, query, "auto") for query in CORRECTED} == CORRECTED
    assert all("corrected" in codes(collection, query) for query in CORRECTED)


def test_words_stand_in_order_of_what_they_say(collection: Index) -> None:
    first = collection.search("the who", match="any")[0]
    assert first.article.url.endswith("scam")
    weighed = [collection.search(f"debt scam^{n}", match="any")[0].article.url for n in (9, 0.1)]
    assert [url.rpartition("/")[2] for url in weighed] == ["scam", "collector"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("foo:催收", "unknown-field"),
        ("date:yesterday", "bad-date"),
        ("age:old", "bad-date"),
        ("催收 " * MAX_CHARACTERS, "cut"),
        (" ".join(f"word{n}" for n in range(MAX_WORDS + 1)), "cut"),
        ("(" * (MAX_DEPTH + 1) + "催收", "cut"),
    ],
)
def test_what_was_not_understood_is_told(collection: Index, query: str, code: str) -> None:
    assert code in codes(collection, query)


@pytest.mark.parametrize("query", ["http://a.example/debt", "site:邻里公益", "12:30", "催收：上门"])
def test_what_is_no_field_is_not_told_of(collection: Index, query: str) -> None:
    assert set(codes(collection, query)) <= {"any-word"}


def test_deep_parentheses_are_still_read(collection: Index) -> None:
    assert found(collection, "(" * 500 + "银行" + ")" * 500) == {"bank"}


def test_and_is_never_loosened_while_words_are(collection: Index) -> None:
    assert found(collection, "催收 AND 农业", match="auto") == set()
    assert found(collection, "催收 农业", match="auto") == {"debt", "bank"}
    assert found(collection, "催收 农业 -银行 site:邻里公益", match="auto") == {"debt"}


def test_expansions_are_bounded_and_the_most_frequent_words_kept(index: Index) -> None:
    words = [f"w{n:04}" for n in range(MAX_EXPANSIONS + 10)]
    index.add([Article(url="http://x/all", title="", body=" ".join(words))])
    index.add([Article(url="http://x/last", title="", body=words[-1])])
    results = index.search("w*")
    assert [notice.code for notice in results.notices] == ["expansions"]
    assert results.total == 2
    assert [notice.code for notice in index.search("w* *0", match="any").notices] == ["expansions"]


def test_patterns_are_looked_up_for_a_while_only(
    collection: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.query.expansion.EXPANDING", 0.0)
    assert {notice.code for notice in collection.search("colle*").notices} == {"expansions"}


SYNTAX = """
催收 上门 debt collectors 的 the a W-2 诈骗 詐騙 “ ” " " ( ) （ ） | ｜ - - AND OR NOT and ~ ~2 ^2
^ * ? ？ ： : site: title: intitle: url: date: 2019 .. before: age: <7d foo: http:// + [ ] { } \\ /
. 。 123 １２ _ ` ' é ß ﬁ 𠮷 々 colle* kn?ck debt~ "a_b"~3
"""
PIECES = SYNTAX.split()
SPACES = ["", "", " ", " ", "\n", "\t", "\u3000", "\0", "\ud800", "\u202e"]


def generated(chance: random.Random) -> str:
    count = chance.choice([1, 2, 3, 5, 8, 13, 40])
    return "".join(chance.choice(PIECES) + chance.choice(SPACES) for _ in range(count))


def test_a_long_quotation_is_found_where_every_character_is_there(index: Index) -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 1900)))
    index.add(
        [
            Article(url="http://x/whole", title="", body=f"引：{text} w 税"),
            Article(url="http://x/other", title="", body=f"{text[:1700]}，{text[1700:]}"),
        ]
    )
    for quoted in (text, text[:1800], f"{text[1000:]} w 税", f"{text[-200:]} w 税"):
        found = index.search(f'"{quoted}"')
        assert [hit.article.url for hit in found] == ["http://x/whole"], quoted
        assert not found.notices


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.one_of(st.text(max_size=40), st.randoms(use_true_random=False).map(generated)))
@example("a AND")
@example('-"" OR')
@example("url:\ud800")
def test_no_query_is_an_error(collection: Index, query: str) -> None:
    for match in ("auto", "all", "any"):
        collection.search(query, match=match)


@pytest.mark.long
def test_a_hundred_thousand_queries_are_no_error(tmp_path: Path) -> None:
    with Index.open(tmp_path / "long") as index:
        index.add(ARTICLES)
        chance = random.Random(5)
        for _ in range(100_000):
            index.search(generated(chance))


def test_a_query_is_understood_alike_without_an_index() -> None:
    analysis = Analysis()
    assert plan("催收 -上门 foo:bar", analysis).length == 3
    assert plan("collect* site:x", analysis).length == 1
