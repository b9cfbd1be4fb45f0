"""Several articles on one page."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urldefrag

import pytest

from crawler.errors import NoArticleError
from crawler.extraction import Selectors, extract_each, parse_page
from crawler.page import Page
from indexer.article import Article

URL = "https://jokes.example/page/3"
PAGE = """
<html><head><title>冷笑话 - 开心小站</title>
<meta property="og:site_name" content="开心小站"></head><body>
<div class="crumbs"><a href="/">首页</a> &gt; <a href="/leng/">冷笑话</a></div>
<div class="joke" id="j81"><h2>企鹅</h2>
<p>为什么企鹅的肚子是白色的？</p><p>因为手短，洗不到后背。</p>
<span class="by">王小明</span><time datetime="2012-06-20">昨天</time><p class="share">分享</p></div>
<div class="joke"><p>饼干走在路上，觉得自己很累，就变成了软糖。</p></div>
<div class="joke"> </div>
<div class="joke" id="j83"><h2>电梯</h2>电梯说：我每天上上下下，却从来没有<b>出过门</b>。</div>
<div class="ad">广告：买一送一，机会难得，欲购从速。</div></body></html>
"""
SELECTORS = Selectors(each="div.joke", author=".by", remove=(".share", ".by", "time"))


def jokes(html: str = PAGE, selectors: Selectors = SELECTORS) -> list[Article]:
    return extract_each(parse_page(Page(URL, html.encode())), selectors, UTC)


def test_each_element_is_an_article() -> None:
    first, second, third = jokes()
    assert first == Article(
        url=f"{URL}#j81",
        title="企鹅",
        body="为什么企鹅的肚子是白色的？\n因为手短，洗不到后背。",
        site="开心小站",
        category="冷笑话",
        language="zh",
        author="王小明",
        published=datetime(2012, 6, 20, tzinfo=UTC),
    )
    assert second.title == second.body == "饼干走在路上，觉得自己很累，就变成了软糖。"
    assert (third.title, third.body) == ("电梯", "电梯说：我每天上上下下，却从来没有出过门。")
    assert third.author == ""
    assert third.published is None


def test_an_article_without_an_id_stays_the_same_wherever_it_moves() -> None:
    moved = PAGE.replace('<div class="crumbs">', '<div class="joke">新的笑话。</div><div>')
    assert jokes()[1].url in {article.url for article in jokes(moved)}
    assert len({article.url for article in jokes(moved)}) == 4
    assert {urldefrag(article.url).url for article in jokes(moved)} == {URL}


def test_the_same_joke_twice_is_one_article() -> None:
    joke = '<div class="joke">一块走失的橡皮。</div>'
    assert len(jokes(joke * 2)) == 1


def test_the_other_selectors_look_inside_the_element() -> None:
    selectors = Selectors(each="div.joke", title="p", body="p + p")
    (first,) = jokes(selectors=selectors)
    assert (first.title, first.body) == ("为什么企鹅的肚子是白色的？", "因为手短，洗不到后背。")


def test_a_page_without_such_elements_is_told() -> None:
    with pytest.raises(NoArticleError, match=r"looks for articles: div\.joke"):
        jokes("<p>No jokes today.</p>")
