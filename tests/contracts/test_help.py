"""Help on the way: suggestions and corrections, on every engine."""

from __future__ import annotations

import pytest

from indexer import Article, Index, Results
from indexer.errors import ParameterError

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


def test_a_correction_is_only_offered_when_all_words_are_asked_for(collection: Index) -> None:
    results = collection.search("崔收", match="all")
    assert results.total == 0
    assert notices(results) == [("did-you-mean", "催收")]
    assert results.to_dict()["notices"][0]["query"] == "催收"


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
    assert (has.text, has.kind, has.fields) == ("催收", "word", ("title", "body"))
    assert lacks.score is None
    assert [(part.text, part.score) for part in explanation.required] == [
        ("not 电话", None),
        ("site:甲", None),
    ]
    lines = "\n".join(explanation.lines())
    assert "not found" in lines
    assert "lacking  word 地址" in lines


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
