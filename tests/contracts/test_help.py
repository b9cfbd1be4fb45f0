"""Help on the way: suggestions and corrections, on every engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import log

import pytest

from indexer import Article, Index, Results
from indexer.errors import ParameterError
from indexer.explanation import Part
from indexer.query.fields import BM25_B, BM25_K1, FIELD_WEIGHT

ARTICLES = [
    Article(url="http://x/1", title="催收上门怎么办", body="遇到催收电话不要慌，先看证件。"),
    Article(url="http://x/2", title="銀行的電話", body="银行的地址与电话，旅行之前先问。"),
    Article(url="http://x/3", title="Debt collectors", body="A collector knocks; collectors may."),
    Article(url="http://x/4", title="催收短信", body="催收短信里的链接不要点。绿色的树。"),
]


@pytest.fixture
def collection(index: Index) -> Index:
    index.add(ARTICLES)
    return index


def suggested(index: Index, text: str, limit: int = 8) -> list[str]:
    return [suggestion.text for suggestion in index.suggest(text, limit=limit)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("催", "催收"),
        ("cuish", "催收"),
        ("cs", "催收"),
        ("yinhang", "银行"),
        ("lvse", "绿色"),
        ("催shou", "催收"),
        ("coll", "collectors"),
        ("debt coll", "debt collectors"),
        ("cuishouduan", "催收短信"),
        ("csdx", "催收短信"),
        ("银行的", "銀行的電話"),
        ("銀行的", "銀行的電話"),
        ("ＤＥＢＴ", "debt"),
        ("debt c", "Debt collectors"),
    ],
)
def test_words_and_titles_are_suggested(collection: Index, typed: str, expected: str) -> None:
    assert expected.casefold() in [text.casefold() for text in suggested(collection, typed)]


def test_the_most_frequent_words_come_first_and_titles_after(collection: Index) -> None:
    found = collection.suggest("c")
    assert [suggestion.kind for suggestion in found] == sorted(
        [suggestion.kind for suggestion in found], reverse=True
    )
    assert suggested(collection, "cuishou")[0] == "催收"


@pytest.mark.parametrize("typed", ["", " ", "\u3000", "zzzz", "😀", "\ud800", "((("])
def test_what_begins_nothing_suggests_nothing(collection: Index, typed: str) -> None:
    assert suggested(collection, typed) == []


def test_suggestions_follow_the_index(collection: Index) -> None:
    assert suggested(collection, "防诈") == []
    assert len(suggested(collection, "c", limit=2)) == 2
    with pytest.raises(ParameterError, match="limit"):
        collection.suggest("c", limit=-1)


def urls(results: Results) -> set[str]:
    return {hit.article.url.rpartition("/")[2] for hit in results}


def notices(results: Results) -> list[tuple[str, str]]:
    return [(notice.code, notice.query) for notice in results.notices]


@pytest.mark.parametrize(
    ("typed", "meant", "expected"),
    [
        ("崔收", "催收", {"1", "4"}),  # another character of the same sound
        ("cuishou", "催收", {"1", "4"}),  # pinyin
        ("cuishou duanxin", "催收 短信", {"4"}),
        ("colector", "collector", {"3"}),  # one letter
        ("yinhang 地址", "银行 地址", {"2"}),
        ("銀航", "银行", {"2"}),
    ],
)
def test_what_no_article_has_is_corrected_and_said(
    collection: Index, typed: str, meant: str, expected: set[str]
) -> None:
    results = collection.search(typed)
    assert urls(results) == expected
    assert notices(results) == [("corrected", meant)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cui shou duan xin", "催收短信"),  # a syllable at a time
        ("cuishouduanxin", "催收短信"),
        ("cui shou dizhi", "催收 地址"),
        ("bo wu guan", "博物馆"),
        ("2019yinhang", "2019银行"),
        ("yinhang2019", "银行2019"),
        ("ditie dizhi", "地铁 地址"),
        ("收催", "催收"),  # swapped
        ("博物古馆", "博物馆"),  # too many
        ("博馆", "博物馆"),  # missing
        ("博人馆", "博物馆"),  # any other
        ("博物管", "博物馆"),  # the same sound
        ("参观博物官", "参观博物馆"),
        ("colelctor", "collector"),  # swapped letters
    ],
)
def test_the_likeliest_of_what_may_have_been_meant_is_named(
    collection: Index, typed: str, meant: str
) -> None:
    collection.add(
        [
            Article(url="http://x/5", title="博物馆", body="参观博物馆，2019 年地铁的地址。"),
            Article(url="http://x/6", title="地铁", body="银行2019。"),
        ]
    )
    codes = dict(notices(collection.search(typed)))
    assert codes.get("corrected") == meant


def test_words_of_one_sound_are_all_searched_for(index: Index) -> None:
    index.add(
        [
            Article(url="http://x/1", title="排版", body="排版的规则"),
            Article(url="http://x/2", title="拍板", body="拍板的人"),
            Article(url="http://x/3", title="排版", body="排版的软件"),
        ]
    )
    results = index.search("paiban")
    assert urls(results) == {"1", "2", "3"}
    assert notices(results) == [("corrected", "排版")]


def test_words_that_stand_side_by_side_are_likelier_together(index: Index) -> None:
    index.add(
        [
            *(Article(url=f"http://x/{n}", title="", body=f"世纪，{n}") for n in range(6)),
            Article(url="http://x/real", title="", body="实际情况"),
            Article(url="http://x/other", title="", body="情况"),
        ]
    )
    results = index.search("shijiqingkuang")
    assert urls(results) == {"real"}
    assert notices(results) == [("corrected", "实际情况")]


def test_a_word_that_articles_have_may_be_pinyin_beside_pinyin(index: Index) -> None:
    index.add(
        [
            Article(url="http://x/1", title="", body="Taiwan"),
            Article(url="http://x/2", title="", body="台湾的客家"),
        ]
    )
    results = index.search("taiwan kejia")
    assert (urls(results), notices(results)) == ({"2"}, [("corrected", "taiwan 客家")])
    assert "corrected" not in dict(notices(index.search("taiwan")))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("yudaocuishoudianhuanengma", "遇到催收电话nengma"),  # which no article has
        ("yudaocuishoudianhuadxbuyaohuang", "遇到催收电话dx不要慌"),
        ("yu dao cui shou dian hua neng ma", "遇到催收电话nengma"),
        ("yudaocuishoudianhuabuyaohuangxiankanzhengjian" * 3, "遇到催收电话不要慌先看证件" * 3),
    ],
)
def test_a_question_in_pinyin_may_have_what_is_none_or_not_known(
    collection: Index, typed: str, expected: str
) -> None:
    results = collection.search(typed)
    assert ("corrected", expected) in notices(results)
    assert "1" in urls(results)


@pytest.mark.parametrize("typed", ["hatsune", "lvshi", "kanzhengjt", "xiankandt"])
def test_few_syllables_with_other_letters_are_no_pinyin(collection: Index, typed: str) -> None:
    assert "corrected" not in dict(notices(collection.search(typed)))


def test_a_correction_comes_before_words_are_left_out_and_says_when_they_are(
    collection: Index,
) -> None:
    results = collection.search("崔收 链接")
    assert (urls(results), notices(results)) == ({"4"}, [("corrected", "催收 链接")])
    results = collection.search("崔收 链接 旅行")
    assert urls(results) == {"1", "2", "4"}
    assert [code for code, _ in notices(results)] == ["corrected", "any-word"]


def test_a_correction_is_only_offered_when_all_words_are_asked_for(collection: Index) -> None:
    results = collection.search("崔收", match="all")
    assert results.total == 0
    assert notices(results) == [("did-you-mean", "催收")]
    assert results.to_dict()["notices"][0]["query"] == "催收"


def test_a_search_that_took_too_long_tries_nothing_more_and_says_so(
    collection: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.search._SECONDS", 0.0)
    results = collection.search("崔收")
    assert (results.total, notices(results)) == (0, [("time", "")])
    results = collection.search("催收")
    assert (urls(results), notices(results)) == ({"1", "4"}, [("time", "")])


@pytest.mark.parametrize(
    "typed", ["催收", "电话 地址", "collecting", "怎么", "zzzqqq", "-崔收", "收", "崔收是什么"]
)
def test_what_is_right_or_hopeless_is_left_alone(collection: Index, typed: str) -> None:
    assert not {code for code, _ in notices(collection.search(typed))} & {"corrected"}


def test_corrections_keep_the_filters(index: Index) -> None:
    index.add([Article(url="http://x/1", title="催收", body="", site="甲"), *ARTICLES[1:]])
    assert urls(index.search("崔收", filters={"site": "甲"})) == {"1"}


def test_an_explanation_adds_up_to_the_score(collection: Index) -> None:
    for query in ("催收 电话", "催收", '"催收短信" 链接', "collectors", "the", "催收上门怎么办"):
        for hit in collection.search(query, match="any"):
            explanation = collection.explain(query, url=hit.article.url)
            parts = [*explanation.units, *explanation.ranking]
            assert explanation.score == pytest.approx(hit.score)
            assert sum(part.score or 0 for part in parts) == pytest.approx(hit.score)
            assert explanation.has_any


def test_an_explanation_of_a_long_question_tells_of_the_best_articles(index: Index) -> None:
    index.add(
        Article(url=f"http://x/{n}", title="", body=f"lift drag wing flow speed shock {n}")
        for n in range(6)
    )
    query = "why do lift and drag of a wing change with the speed of flow"
    (hit, *_) = index.search(query)
    explanation = index.explain(query, url=hit.article.url)
    assert explanation.score == pytest.approx(hit.score)
    assert explanation.ranking[-1].kind == "feedback"


def test_an_explanation_tells_what_an_article_lacks_and_where_it_has_the_rest(
    collection: Index,
) -> None:
    explanation = collection.explain("催收 地址 -电话 site:甲", url="http://x/1")
    assert explanation.words == ("催收", "地址")
    assert not explanation.has_all
    assert not explanation.has_any
    has, lacks = explanation.units
    assert (has.text, has.kind) == ("催收", "word")
    assert lacks.score is None
    without, at = explanation.required
    assert (without.text, without.negated, without.score) == ("电话", True, None)
    assert (at.text, at.field, at.score) == ("甲", "site", None)
    lines = "\n".join(explanation.lines())
    assert "lacking  filter not 电话" in lines
    assert "lacking  filter site:甲" in lines
    assert "not found" in lines
    assert "lacking  word 地址" in lines


def parts_of(parts: Iterable[Part]) -> Iterator[Part]:
    for part in parts:
        yield part
        yield from parts_of(part.parts)


@pytest.mark.parametrize(
    "query",
    ["催收 电话", "催收", '"催收短信" 链接', "title:催收", "the collectors", "收", "colle* 催"],
)
def test_title_and_body_add_up_to_what_a_term_gives(collection: Index, query: str) -> None:
    lengths = set()
    for article in ARTICLES:
        explanation = collection.explain(query, url=article.url)
        for part in parts_of([*explanation.units, *explanation.ranking]):
            if part.fields:
                assert sum(field.score for field in part.fields) == pytest.approx(part.score)
                assert {field.name for field in part.fields} <= {"title", "body"}
                lengths |= {(article.url, part.kind, f.name, f.length) for f in part.fields}
            elif part.kind == "phrase" and part.score is not None:
                assert sum(one.score or 0 for one in part.parts) == pytest.approx(part.score)
    assert lengths
    assert len({place[:3] for place in lengths}) == len(lengths)


def test_a_title_counts_by_its_weight_its_frequencies_and_its_length(index: Index) -> None:
    index.add(
        [
            Article(url="http://x/1", title="催收 催收", body="银行的电话，以及地址。"),
            Article(url="http://x/2", title="电话", body="催收，地址，银行。"),
        ]
    )
    (unit,) = index.explain("催收", url="http://x/1").units
    (title,) = unit.fields
    assert (title.name, title.frequency, title.length, title.average) == ("title", 2, 2, 1.5)
    idf = log(1 + 0.5 / 2.5)
    weighted = FIELD_WEIGHT["title"] * 2 / (1 - BM25_B + BM25_B * 2 / 1.5)
    expected = idf * (BM25_K1 + 1) * weighted / (weighted + BM25_K1)
    assert title.score == pytest.approx(expected)
    lines = "\n".join(index.explain("催收", url="http://x/1").lines())
    assert f"title: 2 in 2, 1.5 on average, {expected:+.3f}" in lines


def test_an_explanation_tells_what_a_pattern_stands_for(collection: Index) -> None:
    (unit,) = collection.explain("collector*", url="http://x/3").units
    assert (unit.kind, unit.text) == ("pattern", "collector collectors")
    assert sorted(part.text for part in unit.parts) == ["collector", "collectors"]


def test_an_explanation_names_the_near_duplicate_that_is_shown_instead(index: Index) -> None:
    letter = "遇到催收电话不要慌，先看证件，再核对欠款的数额与来源。威胁和辱骂都是违法的。"
    index.add(
        [
            Article(url="http://x/1", title="催收", body=letter),
            Article(url="http://x/2", title="催收", body=f"{letter}请大家转告身边的人。"),
        ]
    )
    (hit,) = index.search("催收")
    (other,) = index.duplicates(hit.article.id)
    assert index.explain("催收", url=hit.article.url).instead == ""
    hidden = index.explain("催收", url=other.url)
    assert hidden.instead == hit.article.url
    assert f"shown instead, for it says nearly the same: {hit.article.url}" in hidden.lines()
    assert index.explain("转告", url="http://x/2").instead == ""


def test_an_explanation_needs_an_article(collection: Index) -> None:
    with pytest.raises(ParameterError, match="no article http://nowhere"):
        collection.explain("催收", url="http://nowhere")


def test_articles_like_one_share_its_telling_words(collection: Index) -> None:
    found = [hit.article.url for hit in collection.similar("http://x/1")]
    assert found[0] == "http://x/4"
    assert "http://x/1" not in found
    assert collection.similar("http://x/3").total == 0
    assert len(collection.similar("http://x/1", limit=1)) == 1
    with pytest.raises(ParameterError, match="no article"):
        collection.similar("http://nowhere")
    with pytest.raises(ParameterError, match="limit"):
        collection.similar("http://x/1", limit=-1)


def test_nothing_is_like_an_article_without_words(index: Index) -> None:
    index.add([Article(url="http://x/empty", title="", body="…"), ARTICLES[0]])
    assert index.similar("http://x/empty").total == 0
