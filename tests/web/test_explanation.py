"""Why an article was found, as a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote, urljoin

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer import Article, Index
from indexer.article import article_id
from web import create_app
from web.rate import BURST, Limiter

Read = Callable[..., BeautifulSoup]
URL = "https://ground.example/collector"
ID = article_id(URL)
LETTER = (
    "遇到催收电话不要慌。先问清对方姓名、公司和编号，再核对欠款的数额与来源。"
    "对方不肯说明的，可以挂断，并保留录音和短信。上门的人应当出示证件，"
    "没有证件的不必开门。威胁、辱骂、骚扰亲友都是违法的，可以向公安机关报案。"
)


def rows(page: BeautifulSoup) -> list[list[str]]:
    return [
        [" ".join(cell.get_text().split()) for cell in row.select("td, th")][:3]
        for row in page.select("tbody tr")
    ]


def test_a_hit_leads_to_why_it_was_found(read: Read) -> None:
    found = read("/search?q=collector&hl=zh")
    (link,) = [node for node in found.select(".source > a") if node.get_text() == "为何找到"]
    assert link["rel"] == ["nofollow"]
    page = read(urljoin("/search", str(link["href"])))
    assert page.h1 is not None
    assert page.h1.get_text() == "为何找到"
    back = page.select_one("main div.reading > p > a")
    assert back is not None
    assert read(str(back["href"])).select(".hits > li")


def test_of_a_corrected_query_the_correction_is_explained(read: Read) -> None:
    found = read("/search?q=colector")
    (link,) = [node for node in found.select(".source > a") if node.get_text() == "Why this?"]
    page = read(urljoin("/search", str(link["href"])))
    assert "has all words of the query" in page.get_text()


def test_every_part_is_shown_with_its_score(read: Read, index: Index) -> None:
    page = read(f"/explain?q=collector&id={ID}")
    explanation = index.explain("collector", url=URL)
    (unit,) = explanation.units
    assert f"has all words of the query. Its score is {explanation.score:.2f}." in page.get_text()
    shown = rows(page)
    assert shown[0] == ["Asked for"]
    assert shown[1] == ["collector", "Word · Title ×1, Text ×1", f"{unit.score:+.2f}"]
    total = sum(float(row[2]) for row in shown if len(row) > 1)
    assert total == pytest.approx(explanation.score, abs=0.02)


def test_what_the_article_lacks_is_said(read: Read) -> None:
    page = read(f"/explain?q=collector spaceship -papers site:ground&id={ID}")
    assert "The query does not find the article." in page.get_text()
    assert ["spaceship", "Word", "lacking"] in rows(page)
    some = read(f"/explain?q=collector spaceship&id={ID}")
    assert "has some words of the query" in some.get_text()


def test_dates_and_titles_are_named_in_the_language_of_the_page(read: Read) -> None:
    dated = rows(read(f"/explain?q=date:2024 collector&id={ID}&hl=zh"))
    assert ["日期", "筛选"] in [row[:2] for row in dated]
    titled = rows(read(f"/explain?q=A Debt Collector at the Door&id={ID}&hl=zh"))
    assert ["", "标题相同"] in [row[:2] for row in titled]


def test_everything_is_said_in_the_language_of_the_page(read: Read) -> None:
    query = (
        'collector site:Common -language:zh -spaceship "debt collector" title:door author:Ann '
        "date:2024..2025 nofield:x colle*"
    )
    page = read(f"/explain?hl=zh&id={ID}&q=" + quote(query))
    assert "没有这个字段" in page.get_text()
    shown = rows(page)
    assert ["网站：Common Ground", "筛选", "符合"] in shown
    assert ["不含 语言：中文", "筛选", "符合"] in shown
    assert ["不含 spaceship", "筛选", "符合"] in shown
    assert ["日期", "筛选", "符合"] in shown
    assert any(row[:1] == ["标题：door"] for row in shown)
    own = {"collectors", "spaceship", "door", "debt", "collector", "Common", "Ground", "Ann", "Lee"}
    assert page.table is not None
    assert set(re.findall("[A-Za-z]+", page.table.get_text())) <= own | {"nofield", "x"}


def test_what_must_hold_and_does_not_is_said(read: Read) -> None:
    shown = rows(read(f"/explain?q=collector -papers site:nowhere&id={ID}"))
    assert ["without paper", "Filter", "not met"] in shown


def test_an_unknown_article_is_not_found(read: Read) -> None:
    read("/explain?q=x&id=" + "0" * 16, 404)
    read("/explain?q=x", 404)


def test_without_a_query_there_is_the_article(client: FlaskClient) -> None:
    response = client.get(f"/explain?q=%20&id={ID}&hl=zh")
    assert (response.status_code, response.location) == (302, f"/article/{ID}?hl=zh")


@pytest.mark.parametrize("query", ["\0", '"', "a*", "(", "x " * 2000, "date:[", "title:(x)^2~"])
def test_any_text_is_explained(client: FlaskClient, query: str) -> None:
    response = client.get("/explain", query_string={"q": query, "id": ID})
    assert response.status_code == 200


def test_explanations_are_rarer_than_searches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.explanation.Limiter", partial(Limiter, clock=lambda: 0.0))
    with Index.open(tmp_path, engine="memory") as opened:
        opened.add([Article(url=URL, title="x", body="x")])
        client = create_app(opened).test_client()
        statuses = [client.get(f"/explain?q=x&id={ID}").status_code for _ in range(BURST + 1)]
        assert statuses == [200] * BURST + [429]
        assert client.get("/search?q=x").status_code == 200


def test_the_words_of_a_pattern_are_shown(read: Read) -> None:
    page = read(f"/explain?q=collect*&id={ID}")
    assert [row[1] for row in rows(page)[1:2]] == ["Pattern"]
    assert page.select("tr.inner")


def test_a_near_duplicate_leads_to_what_is_shown_instead(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as opened:
        opened.add(
            Article(url=f"http://a.example/{n}", title=f"转 {n}", body=LETTER) for n in range(3)
        )
        client = create_app(opened).test_client()
        (hit,) = opened.search("催收")
        page = BeautifulSoup(
            client.get("/search?q=催收&hl=zh").get_data(as_text=True), "html.parser"
        )
        (link,) = [node for node in page.select(".source > a") if "几乎相同" in node.get_text()]
        assert link.get_text() == "2 篇几乎相同"
        path = str(link["href"]).partition("#")[0]
        article = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
        others = article.select("#duplicates a")
        assert len(others) == 2
        other = str(others[0]["href"]).partition("?")[0].rpartition("/")[2]
        why = BeautifulSoup(
            client.get(f"/explain?q=催收&id={other}").get_data(as_text=True), "html.parser"
        )
        assert why.select_one(f'main a[href^="/article/{hit.article.id}"]') is not None
