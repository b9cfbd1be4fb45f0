"""Results as tables: for notebooks, and as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from indexer import Article, Index, Results

PUBLISHED = datetime(2024, 3, 5, 8, 30, tzinfo=UTC)
HOSTILE = '"><script>alert(1)</script>'
ARTICLES = [
    Article(
        url="http://a.example/door?a=1&b='2'",
        title="催收上门",
        body="催收上门怎么办",
        site="邻里公益",
        category="债务",
        language="zh",
        published=PUBLISHED,
    ),
    Article(
        url=f"javascript:alert('{HOSTILE}')",
        title=HOSTILE + "催收" * 1000,
        body=f"{HOSTILE}催收{HOSTILE}",
        site=HOSTILE,
        category=HOSTILE,
    ),
]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    with Index.open(tmp_path_factory.mktemp("results"), engine="memory") as index:
        index.add(ARTICLES)
        yield index.search("催收 飞船", facets=["site"])


def test_rows_have_what_a_table_needs(results: Results) -> None:
    rows = {row["url"]: row for row in results.to_dicts()}
    assert rows.keys() == {article.url for article in ARTICLES}
    row = rows[ARTICLES[0].url]
    assert row.pop("score") > 0
    assert row == {
        "id": ARTICLES[0].id,
        "url": ARTICLES[0].url,
        "title": "催收上门",
        "site": "邻里公益",
        "category": "债务",
        "language": "zh",
        "author": "",
        "published": PUBLISHED,
        "snippet": "<mark>催收</mark>上门怎么办",
    }
    assert type(row["snippet"]) is str


def test_a_notebook_shows_a_small_table_that_is_harmless(results: Results) -> None:
    html = results._repr_html_()
    assert len(html) < 4000
    table = BeautifulSoup(html, "html.parser")
    assert table.select("script, style, [style], [onclick]") == []
    [link] = table.select("a")
    assert (link["href"], link.get_text()) == (ARTICLES[0].url, "催收上门")
    cells = [[cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")]
    [row] = [row for row in cells if row[0] == "催收上门"]
    assert row[1:4] == ["邻里公益", "债务", "2024-03-05"]
    assert row[5] == "催收上门怎么办"
    [other] = [row for row in cells if row[0] != "催收上门"]
    assert other[0].startswith(HOSTILE)
    assert other[1] == HOSTILE
    assert len(table.select("tbody mark")) >= 2
    assert table.caption is not None
    assert table.caption.get_text().startswith("2 of 2 articles, ")
    assert [notice.get_text() for notice in table.select("p")] == list(map(str, results.notices))


def test_nothing_found_is_a_table_without_rows(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        html = index.search("催收")._repr_html_()
    assert BeautifulSoup(html, "html.parser").select("tbody tr") == []
    assert "0 of 0 articles" in html
