"""Articles in the other language are found by a dictionary, on every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from indexer import Article, Index, Results
from indexer.query import cedict
from indexer.query.translation import Translation

ARTICLES = [
    Article(url="http://x/zh", title="催收", body="银行的债务，律师帮你离婚。", language="zh"),
    Article(url="http://x/en", title="Debt collection", body="A bank is owed.", language="en"),
    Article(url="http://x/law", title="Lawyers", body="They know how to divorce.", language="en"),
]


@pytest.fixture
def collection(index: Index) -> Index:
    index.add(ARTICLES)
    return index


def urls(results: Results) -> list[str]:
    return [hit.article.url.rpartition("/")[2] for hit in results]


@pytest.mark.parametrize(
    ("query", "expected", "said"),
    [
        ("催收", ["zh", "en"], "debt collection"),
        ("debt collection", ["en", "zh"], "催收"),
        ("银行", ["zh", "en"], "bank"),
        ("banks", ["en", "zh"], "银行"),
        ("律师 离婚", ["zh", "law"], "lawyer | divorce"),
        ("銀行", ["zh", "en"], "bank"),
    ],
)
def test_a_word_finds_articles_in_the_other_language_and_says_so(
    collection: Index, query: str, expected: list[str], said: str
) -> None:
    results = collection.search(query)
    assert urls(results) == expected
    (notice,) = results.notices
    assert (notice.code, notice.query) == ("also-searched", said)
    assert str(notice).startswith("Also searched for: ")


def test_translations_are_marked(collection: Index) -> None:
    assert [hit.snippet.count("<mark>") for hit in collection.search("银行")] == [1, 1]


def test_an_article_has_all_words_in_one_language(collection: Index) -> None:
    assert urls(collection.search("银行 离婚")) == ["zh"]
    assert collection.search("银行 离婚").notices == ()


def test_filters_hold_for_translations(collection: Index) -> None:
    assert urls(collection.search("银行", filters={"language": "en"})) == ["en"]


@pytest.mark.parametrize("query", ["的", "zzz", '"银行"', "owed", "-银行"])
def test_what_has_no_translation_is_searched_for_as_ever(collection: Index, query: str) -> None:
    assert "also-searched" not in {notice.code for notice in collection.search(query).notices}


def test_any_word_and_queries_that_find_much_are_not_translated(index: Index) -> None:
    index.add([*ARTICLES, *(Article(url=f"http://y/{n}", title="", body="银行") for n in range(9))])
    assert index.search("银行").total == 10
    assert index.search("债务", match="any").total == 1
    assert index.search("债务").total == 2


def test_an_explanation_tells_of_translations(collection: Index) -> None:
    for hit in collection.search("银行"):
        explanation = collection.explain("银行", url=hit.article.url)
        assert explanation.score == pytest.approx(hit.score)
        assert explanation.has_all


def test_translation_can_be_switched_off(open_index: Callable[[], Index], tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "settings.toml").write_text("translation = 0", encoding="utf-8")
    index = open_index()
    index.add(ARTICLES)
    assert urls(index.search("银行")) == ["zh"]


@pytest.fixture
def translation(tmp_path: Path) -> Iterator[Translation]:
    with closing(Translation(tmp_path / "translation.db")) as translation:
        yield translation


def test_the_dictionary_gives_meanings_and_leaves_out_what_is_about_words(
    translation: Translation,
) -> None:
    assert translation.of("离婚") == ["divorce"]
    assert "CL" not in "".join(translation.of("银行"))
    assert "离婚" in translation.of("divorc")
    assert translation.of("催收")[-1] == "debt collection"
    assert translation.of("没有这个词") == []


def test_the_dictionary_is_made_once(
    translation: Translation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    translation.of("离婚")
    monkeypatch.setattr(cedict, "translations", lambda: pytest.fail("it is made again"))
    with closing(Translation(tmp_path / "translation.db")) as another:
        assert another.of("离婚") == ["divorce"]


def test_a_damaged_dictionary_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "translation.db"
    file.write_bytes(b"no table")
    with closing(Translation(file)) as translation:
        assert translation.of("离婚") == ["divorce"]
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with closing(Translation(file)) as translation:
        assert translation.of("离婚") == ["divorce"]
    assert file.read_bytes() == whole


def test_a_dictionary_that_cannot_be_written_is_known_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with closing(Translation(tmp_path / "file" / "translation.db")) as translation:
        assert translation.of("离婚") == ["divorce"]
