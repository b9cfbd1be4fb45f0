"""What the settings add to a query, on every engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexer import Article, Index, Results
from indexer.errors import SettingsError

NOW = datetime.now(UTC)
ARTICLES = [
    Article(
        url="http://x/old",
        title="催收的电话",
        body="催收电话。",
        site="甲",
        published=NOW - timedelta(900),
    ),
    Article(url="http://x/new", title="", body="催收和电话，" * 3, site="乙", published=NOW),
    Article(url="http://x/owe", title="讨债公司", body="讨债的人来了。", site="乙"),
    Article(url="http://x/en", title="Debt collection", body="Collecting a debt.", site="丙"),
]

Open = Callable[[], Index]


@pytest.fixture
def with_settings(open_index: Open, tmp_path: Path) -> Callable[[str], Index]:
    """Opens a collection with these settings, in which words are not translated."""

    def open_with(settings: str) -> Index:
        (tmp_path / "index").mkdir(exist_ok=True)
        (tmp_path / "index" / "settings.toml").write_text(
            f"translation = 0\n{settings}", encoding="utf-8"
        )
        index = open_index()
        index.add(ARTICLES)
        return index

    return open_with


def urls(results: Results) -> list[str]:
    return [hit.article.url.rpartition("/")[2] for hit in results]


def test_nothing_counts_besides_the_words_by_default(with_settings: Callable[[str], Index]) -> None:
    assert urls(with_settings("").search("催收")) == ["old", "new"]


def test_new_articles_can_come_first(with_settings: Callable[[str], Index]) -> None:
    index = with_settings("recency = 30")
    assert urls(index.search("催收")) == ["new", "old"]
    explanation = index.explain("催收", url="http://x/new")
    added = [part.score for part in explanation.ranking if part.kind == "preference"]
    assert sum(score or 0 for score in added) == pytest.approx(10, rel=0.02)


def test_articles_with_the_query_as_typed_can_come_first(
    with_settings: Callable[[str], Index],
) -> None:
    index = with_settings("exactness = 50")
    explanation = index.explain("催收和电话", url="http://x/new")
    assert [part.score for part in explanation.ranking if part.kind == "preference"] == [50]
    assert urls(index.search("催收和电话"))[0] == "new"
    assert urls(index.search("催收电话"))[0] == "old"


def test_a_site_can_count_more_or_less(with_settings: Callable[[str], Index]) -> None:
    index = with_settings('site_weights = "乙=20, 甲=-1"')
    assert urls(index.search("催收")) == ["new", "old"]
    lines = list(index.explain("催收", url="http://x/new").lines())
    assert "    +20.000  preference site:乙" in lines


def test_words_that_mean_the_same_are_found_and_said(
    with_settings: Callable[[str], Index], tmp_path: Path
) -> None:
    (tmp_path / "index").mkdir()
    file = tmp_path / "index" / "same.txt"
    file.write_text("催收，讨债, debt collection\n\n,\n", encoding="utf-8")
    index = with_settings('synonyms = "same.txt"')
    results = index.search("催收")
    assert set(urls(results)) == {"old", "new", "owe", "en"}
    assert urls(results)[0] == "old"
    (notice,) = results.notices
    assert notice.code == "also-searched"
    assert str(notice) == "Also searched for: 讨债, debt collection."
    shown = {hit.article.url: hit.snippet for hit in results}
    assert "<mark>讨债</mark>" in shown["http://x/owe"]
    assert urls(index.search("催收 电话")) == ["old", "new"]
    assert urls(index.search("collection")) == ["en"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('site_weights = "甲"', "no name=number"),
        ('site_weights = "甲=much"', "no name=number"),
        ('synonyms = "nowhere.txt"', "nowhere.txt cannot be read"),
    ],
)
def test_a_bad_setting_is_one_clear_line(
    with_settings: Callable[[str], Index], settings: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        with_settings(settings)
    assert "\n" not in str(caught.value)
