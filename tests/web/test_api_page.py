"""The page that shows the API, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from bs4 import BeautifulSoup

from web.api.description import DOCUMENT
from web.catalogue import CHINESE_API

Read = Callable[..., BeautifulSoup]
CHINESE = re.compile("[\u4e00-\u9fff]")


def texts(page: BeautifulSoup) -> list[str]:
    """What the page says in sentences."""
    for code in page.select("code"):
        code.decompose()
    return [
        " ".join(node.get_text().split())
        for node in page.select(".reading > p, .operation p, .operation dd")
    ]


def test_in_english_it_says_what_the_document_says(read: Read) -> None:
    page = read("/api/docs")
    operations = [path for path, methods in DOCUMENT["paths"].items() for path in methods]
    assert len(page.select(".operation")) == len(operations) - operations.count("parameters")
    said = texts(page)
    assert said[0] == DOCUMENT["info"]["description"]
    assert said[1] == "Search. Any text is a query. The counts of a facet ignore its own filter."
    assert "How many hits to give. From 0 to 100; 10 without it." in said
    assert not any(map(CHINESE.search, said))


def test_in_chinese_it_says_all_of_it_in_chinese(read: Read) -> None:
    said = texts(read("/api/docs?hl=zh"))
    assert len(said) > 50
    assert [text for text in said if not CHINESE.search(text)] == []
    assert "返回多少条结果。 0 到 100，不给时为 10。" in said


def test_nothing_is_translated_that_is_not_said(read: Read) -> None:
    said = " ".join(texts(read("/api/docs")))
    assert [text for text in CHINESE_API if text not in said] == []
