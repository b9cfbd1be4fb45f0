"""Articles from files and folders."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from typing import TYPE_CHECKING

import pytest

from crawler.errors import NoArticleError, PageError
from crawler.files import read_articles
from indexer.article import Article
from indexer.jsonlines import JSONLinesError

if TYPE_CHECKING:
    from pathlib import Path

HEADED = """\
The Chuckle Shelf - Old Jokes - Will the hen ever cross the road?

Will the hen ever cross the road?

The hen has been asked about it many times, and by now she has an agent for that.

“No comment,” says the agent,
    “but we are talking to the other side.”
"""
BODY = HEADED.split("\n\n", 2)[2].strip()
PAGE = """\
<html><head><title>Site - Jokes - The Duck</title>{link}</head><body><h1>The Duck</h1>
<p>The duck asked the chemist whether he had any grapes, and the chemist, who had not, said so.</p>
</body></html>"""
LIST = "<ul>" + "".join(f'<li><a href="{n}.html">A joke about {n} hens</a></li>' for n in range(9))


def read(path: Path, base: str = "") -> tuple[list[Article], list[str]]:
    problems: list[str] = []
    return list(read_articles(path, base, problems.append)), problems


def read_text(tmp_path: Path, text: str | bytes) -> Article:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    [article] = read(path)[0]
    return article


# Text files


def test_a_text_says_in_its_first_line_where_it_stands(tmp_path: Path) -> None:
    article = read_text(tmp_path, HEADED)
    assert article.site == "The Chuckle Shelf"
    assert article.category == "Old Jokes"
    assert article.title == "Will the hen ever cross the road?"
    assert article.body == BODY
    assert article.language == "en"


def test_the_title_need_not_be_repeated(tmp_path: Path) -> None:
    article = read_text(
        tmp_path, "开心小站-冷笑话-会说话的电梯\n\u3000\u3000电梯说：“请让一让。”\n"
    )
    assert article.title == "会说话的电梯"
    assert article.body == "\u3000\u3000电梯说：“请让一让。”"
    assert article.language == "zh"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("The Hen\n\nShe crossed.", "The Hen", "She crossed."),
        ("The Hen - a tragedy\nShe crossed.", "The Hen - a tragedy", "She crossed."),
        ("A - B - C\n\nA - B - C\nText.", "A - B - C", "Text."),
        ("Only one line.", "Only one line.", "Only one line."),
    ],
)
def test_else_the_first_line_is_the_title(text: str, title: str, body: str, tmp_path: Path) -> None:
    article = read_text(tmp_path, text)
    assert (article.site, article.title, article.body) == ("", title, body)


def test_two_parts_are_a_heading_where_the_title_is_repeated(tmp_path: Path) -> None:
    article = read_text(tmp_path, "Joke Site - The Hen\r\n\r\nThe hen\r\nShe crossed.\r\n")
    assert (article.site, article.title, article.body) == ("Joke Site", "The Hen", "She crossed.")


def test_a_long_first_line_is_a_paragraph(tmp_path: Path) -> None:
    text = "Once upon a time " * 20 + "\nThe end."
    article = read_text(tmp_path, text)
    assert article.body == text
    assert text.startswith(article.title.removesuffix("…"))
    assert len(article.title) == 200


@pytest.mark.parametrize("charset", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_text_may_be_in_any_charset(charset: str, tmp_path: Path) -> None:
    text = "开心小站 - 冷笑话 - 会说话的电梯\n\n电梯说：“请让一让，我要上楼。”"
    assert read_text(tmp_path, text.encode(charset)).site == "开心小站"


def test_what_no_article_may_hold_is_left_out(tmp_path: Path) -> None:
    article = read_text(tmp_path, b"The\0 Hen\n\nShe \xed\xa0\x80crossed\x08.")
    assert article.title == "The Hen"
    assert article.body.endswith("crossed.")


# URLs


def test_without_a_base_a_text_is_named_by_its_hash(tmp_path: Path) -> None:
    article = read_text(tmp_path, HEADED)
    digest = hashlib.sha256(f"{article.title}\n{article.body}".encode()).hexdigest()
    assert article.url == f"urn:sha256:{digest}"
    assert read_text(tmp_path, HEADED.replace("hen", "cow")).url != article.url


def test_with_a_base_files_are_named_by_their_paths(tmp_path: Path) -> None:
    (tmp_path / "sub dir").mkdir()
    (tmp_path / "sub dir" / "母鸡.txt").write_text(HEADED, encoding="utf-8")
    (tmp_path / "duck.html").write_text(PAGE.format(link=""), encoding="utf-8")
    for base in ("https://example.org/jokes", "https://example.org/jokes/"):
        articles, problems = read(tmp_path, base)
        assert [article.url for article in articles] == [
            "https://example.org/jokes/duck.html",
            "https://example.org/jokes/sub%20dir/%E6%AF%8D%E9%B8%A1.txt",
        ]
        assert not problems


def test_a_page_is_named_by_its_canonical_address(tmp_path: Path) -> None:
    path = tmp_path / "duck.htm"
    link = '<link rel="canonical" href="https://example.org/duck">'
    path.write_text(PAGE.format(link=link), encoding="utf-8")
    [article] = read(path)[0]
    assert (article.url, article.title) == ("https://example.org/duck", "The Duck")
    [article] = read(path, "http://localhost/")[0]
    assert article.url == "http://localhost/duck.htm"


@pytest.mark.parametrize("href", ["/duck", "ftp://example.org/duck", "http://[", ""])
def test_an_address_that_is_not_absolute_names_nothing(href: str, tmp_path: Path) -> None:
    path = tmp_path / "duck.html"
    path.write_text(PAGE.format(link=f'<link rel="canonical" href="{href}">'), encoding="utf-8")
    [article] = read(path)[0]
    assert article.url.startswith("urn:sha256:")


# JSON lines


def test_lines_keep_their_urls_or_get_one(tmp_path: Path) -> None:
    path = tmp_path / "jokes.ndjson.gz"
    rows = [{"url": "u:1", "title": "a", "body": "x"}, {"title": "b", "body": "y"}, {"title": "c"}]
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    articles, problems = read(path)
    assert articles[0] == Article("u:1", "a", "x")
    assert articles[1].url == f"urn:sha256:{hashlib.sha256(b'b' + bytes([10]) + b'y').hexdigest()}"
    assert problems == [f"{path}:3: an article needs body"]
    assert read(path, "http://h")[0][1].url == "http://h/jokes.ndjson.gz#2"


# Folders


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "c/1.txt", "c/0.txt", ".hidden.txt", ".git/x.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{name}\n\nText.", encoding="utf-8")
    articles, problems = read(tmp_path)
    assert [article.title for article in articles] == ["a/z.txt", "b.txt", "c/0.txt", "c/1.txt"]
    assert not problems


def test_what_holds_no_article_is_told_and_skipped(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("{\n", encoding="utf-8")
    (tmp_path / "cut.jsonl.gz").write_bytes(b"none")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "list.html").write_text(LIST, encoding="utf-8")
    (tmp_path / "good.txt").write_text(HEADED, encoding="utf-8")
    for name in ("one.PDF", "two.pdf", "README"):
        (tmp_path / name).touch()
    articles, problems = read(tmp_path)
    assert [article.category for article in articles] == ["Old Jokes"]
    beginnings = [problem.removeprefix(str(tmp_path)) for problem in problems]
    assert beginnings[0].startswith("/bad.jsonl:1: it is not JSON")
    assert beginnings[1].startswith("/cut.jsonl.gz cannot be read")
    assert beginnings[2] == "/empty.txt has no text"
    assert beginnings[3] == "/gone.txt cannot be read: No such file or directory"
    assert beginnings[4] == "/list.html is a list of articles"
    assert beginnings[5].startswith(": 1 file without a suffix skipped; what is read is .jsonl,")
    assert beginnings[6].startswith(": 2 .pdf files skipped;")
    assert len(problems) == 7


def test_links_to_folders_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    (tmp_path / "jokes").mkdir()
    (tmp_path / "jokes" / "hen.txt").write_text(HEADED, encoding="utf-8")
    (tmp_path / "jokes" / "up").symlink_to(tmp_path)
    (tmp_path / "linked").symlink_to(tmp_path / "jokes")
    urls = [article.url for article in read(tmp_path, "http://h")[0]]
    assert urls == ["http://h/jokes/hen.txt", "http://h/linked/hen.txt"]


@pytest.mark.skipif(os.uname().sysname == "Darwin", reason="its names of files are always UTF-8")
def test_names_that_are_no_text_are_no_trouble(tmp_path: Path) -> None:
    for name, text in ((b"\xff.txt", HEADED), (b"\xfe.html", LIST)):
        (tmp_path / os.fsdecode(name)).write_text(text, encoding="utf-8")
    articles, problems = read(tmp_path, "http://h")
    assert [article.url for article in articles] == ["http://h/%FF.txt"]
    assert problems == [f"{tmp_path}/\ufffd.html is a list of articles"]


# Named files


def test_a_named_file_must_be_there_and_of_a_known_kind(tmp_path: Path) -> None:
    (tmp_path / "joke.pdf").touch()
    with pytest.raises(PageError, match=r"joke\.pdf is none of the files that are read: \.jsonl"):
        read(tmp_path / "joke.pdf")
    for name in ("missing", "missing.pdf"):
        with pytest.raises(PageError, match=f"{name} does not exist$"):
            read(tmp_path / name)


def test_a_named_file_that_holds_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list.html").write_text(LIST, encoding="utf-8")
    with pytest.raises(NoArticleError, match="is a list of articles"):
        read(tmp_path / "list.html")
    with pytest.raises(JSONLinesError, match="No such file"):
        read(tmp_path / "missing.jsonl")
