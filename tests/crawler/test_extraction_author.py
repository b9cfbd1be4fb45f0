"""Who wrote an article, as its page prints it."""

from __future__ import annotations

import json

import pytest

from crawler.extraction import extract
from crawler.page import Page

TEXT = (
    "<p>The hen has been asked about it, many times, and by now she has an agent for that.</p>" * 3
)
HEADING = "<h1>The Hen</h1>"


def author_of(body: str, head: str = "") -> str:
    html = f"<html><head><title>The Hen - Joke Site</title>{head}</head><body>{body}</body></html>"
    return extract(Page("https://example.org/1.html", html.encode())).author


def json_ld(*items: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(items)}</script>'


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Jane Doe", "Jane Doe"),
        ("by Jane Doe and John O'Hen", "Jane Doe and John O'Hen"),
        ("Written by Jane Doe Published March 5, 2024", "Jane Doe"),
        ("By Jane Doe March 5, 2024", "Jane Doe"),
        ("Author: Jane Doe | 12 comments", "Jane Doe"),
        ("By April Hen", "April Hen"),
        ("作者：张三", "张三"),
        ("2024年3月5日 10:20 来源：晚报 作者：欧阳小明 编辑：李四", "欧阳小明"),
        ("作者：林秀英　點閱：1288　推薦指數：5", "林秀英"),
        ("作者：周母鸡 (Hen Chou) 译：某人", "周母鸡 (Hen Chou)"),
        ("文/张三 李四　发布时间：2024-03-05", "张三 李四"),
        ("本报记者 张三", "张三"),
        ('Von <a rel="author" href="/u/1">Jörg Henne</a>', "Jörg Henne"),
        ('<span class="author vcard"><a class="fn">Jane Doe</a></span>', "Jane Doe"),
        ('<span itemprop="author" content="Jane Doe">J. D.</span>', "Jane Doe"),
    ],
)
def test_the_byline_names_the_author(line: str, name: str) -> None:
    assert author_of(f"{HEADING}<div>{line}</div>{TEXT}") == name


def test_the_end_of_the_text_may_name_a_reporter() -> None:
    assert author_of(f"{HEADING}{TEXT}<p>（记者 张三、李四）</p>") == "张三、李四"
    last = "记者看了一眼（看了很久）那只母鸡，它正在过马路，" * 9
    assert author_of(f"{HEADING}{TEXT}<p>{last}没有回头。（总台记者 张三）</p>") == "张三"
    assert author_of(f"{HEADING}{TEXT}<p>{last}没有回头。（记者看了很久）</p>") == ""


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Jane Doe", "Jane Doe"),
        ({"@type": "Person", "name": "Jane Doe"}, "Jane Doe"),
        ([{"name": "Jane Doe"}, "John Doe"], "Jane Doe, John Doe"),
        ({"@id": "#jane"}, "Jane Doe"),
        ({"@type": "Organization", "name": "Joke Press"}, ""),
        ({"@id": "#nobody"}, ""),
        (["", None, 5], ""),
        ("By Jane Doe", "Jane Doe"),
    ],
)
def test_json_names_the_author(author: object, name: str) -> None:
    person = {"@type": "Person", "@id": "#jane", "name": "Jane Doe"}
    head = json_ld({"@type": "NewsArticle", "author": author}, person)
    assert author_of(f"{HEADING}{TEXT}", head) == name


def test_a_meta_element_is_believed_where_the_name_is_printed() -> None:
    head = '<meta name="author" content="Jane Doe">'
    assert author_of(f"{HEADING}<div>JANE DOE, 5 March 2024</div>{TEXT}", head) == "Jane Doe"
    assert author_of(f"{HEADING}<div>5 March 2024</div>{TEXT}", head) == ""


@pytest.mark.parametrize(
    "name",
    ["admin", "Admin2", "佚名", "本站", "Joke Site", "jane@example.org", "https://example.org/jane",
     "www.example.cn", "user_104485", "x" * 61, "—"],
)  # fmt: skip
def test_what_names_nobody_is_no_author(name: str) -> None:
    body = f"{HEADING}<div>作者：{name}</div>{TEXT}"
    assert author_of(body, json_ld({"@type": "Article", "author": name})) == ""


@pytest.mark.parametrize(
    "body",
    [
        f"{HEADING}{TEXT}",
        f"{HEADING}<div>by now it is late</div>{TEXT}",
        f"{HEADING}{TEXT}<p>By Midnight Mass the hen had gone.</p>",
        f"{HEADING}{TEXT}<p>这位作者：没有名字的人，写了很多很多年，最后什么也没有留下来，只留下了一只母鸡"
        "和一只鸭子，还有它们没有讲完的笑话，一直讲到今天也没有讲完，听的人都睡着了，说的人也睡着了，"
        "只有母鸡还醒着，等着有人问她为什么要过马路。</p>",
    ],
)
def test_no_author_is_invented(body: str) -> None:
    assert author_of(body) == ""
