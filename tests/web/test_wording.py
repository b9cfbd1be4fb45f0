"""What the crawler tells in English is said in the language of the page."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import crawler
from crawler.declaration import parse_source
from crawler.errors import SourceError
from crawler.failure import explain_failure
from web.catalogue import CHINESE_CRAWLER
from web.locale import LOCALES
from web.wording import Wording

FOLDER = Path(crawler.__file__).parent
TOLD = {
    "SourceError",
    *("RefusalError", "OutOfBoundsError", "HeldError", "ForbiddenTargetError", "ComplexityError"),
}
"""The errors whose texts are left in the store."""

OF_THE_SHELL = ("cli.py",)
SEEDS = 'seeds = ["http://a.example/"]\n'
WRONG = [
    ("", "a.toml: seeds 至少要有一个起始网址"),
    ("seeds = 1", "a.toml: seeds: 1 不是带引号的文字组成的列表"),
    ('seeds = ["x: y"]', "a.toml: seeds: 'x: y' 不是网址，写法如 https://example.com/page"),
    ("seeds =", "a.toml 不是 TOML：值不正确（在末尾）"),
    (f"{SEEDS}x y", "a.toml 不是 TOML：键后面应有“=”（第 2 行第 3 列）"),
    (f"{SEEDS}delay = -1", "a.toml: delay: -1 不是 0 到 3600 之间的秒数"),
    (f"{SEEDS}selectors = {{title = 1}}", "a.toml: selectors: title: 1 不是带引号的文字"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_is_wrong_with_a_declaration_is_said_with_its_place(text: str, said: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_source("a", text, "a.toml")
    assert LOCALES["zh"].report(str(raised.value)) == said


def test_the_reason_inside_a_reason_is_said_too() -> None:
    told = "page 2 of the article: no robots.txt: the host is unknown"
    assert LOCALES["zh"].report(told) == "文章的第 2 页：读不到 robots.txt：找不到主机"


@pytest.mark.parametrize("text", ["", "HTTP 404 Not Found", "x" * 100_000, "{0} {x}", "a: " * 300])
def test_what_is_not_known_is_left_to_be_shown_as_it_is(text: str) -> None:
    assert LOCALES["zh"].report(text) == ""


def test_in_english_it_is_as_it_is() -> None:
    assert LOCALES["en"].report("the host is unknown") == ""


def test_braces_in_what_is_told_stay() -> None:
    assert Wording({"no {thing}": "没有{thing}"}).say("no {thing!r}") == "没有{thing!r}"


def written(node: ast.expr) -> str:
    """A text as the code has it, with something in its slots; empty for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(written(part) or "x" for part in node.values)
    return ""


def nodes() -> Iterator[ast.AST]:
    for file in sorted(FOLDER.rglob("*.py")):
        if file.name not in OF_THE_SHELL:
            yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def test_everything_the_crawler_refuses_has_words() -> None:
    told = [
        written(argument)
        for node in nodes()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TOLD
        for argument in node.args
    ]
    # What only puts a place before another text has no words of its own.
    told = [text for text in told if text.strip("x: ")]
    shown_elsewhere = ("forbidden by robots.txt", "xiaosou source list", "another --name")
    missing = [
        text
        for text in told
        if not LOCALES["zh"].report(text) and not any(part in text for part in shown_elsewhere)
    ]
    assert len(told) > 20
    assert not missing


def test_nothing_has_words_that_is_not_told() -> None:
    library = "".join(file.read_text() for file in Path(tomllib.__file__).parent.glob("*.py"))
    texts = {written(node) for node in nodes() if isinstance(node, ast.expr)}
    texts |= {f"x {text}" for text in texts}  # a host before what is wrong with it
    for text, said in CHINESE_CRAWLER.items():
        # Where in the file it is, tomllib says at the end of all it says.
        of_library = text in library or text.startswith("{reason} (at ")
        assert of_library or any(map(Wording({text: said}).say, texts)), text


def test_every_failure_without_an_answer_has_words() -> None:
    from crawler.failure import _REASONS

    assert all(map(LOCALES["zh"].report, _REASONS.values()))
    assert LOCALES["zh"].report(explain_failure(TimeoutError("late"))) == ""
