"""The interface says everything in both languages."""

from __future__ import annotations

import re
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest

import web
from indexer.query import SORTS
from indexer.query.expansion import CUT, EXPANSIONS
from indexer.results import Notice
from indexer.search import ANY_WORD, STALE, TIME
from indexer.store.orders import Kind, State
from web.catalogue import CHINESE, ENGLISH
from web.history import FIELDS
from web.locale import LOCALES, language_tag
from web.parameters import AGES, PAGE_FILTERS

FOLDER = Path(web.__file__).parent
KINDS = (
    *("word", "pair", "character", "phrase", "group", "pattern"),
    *("title", "filter", "preference", "feedback"),
)
NAMED_NOTICES = ("also-searched", "bad-date", "corrected", "did-you-mean", "unknown-field")
MADE_OF_PARTS = (
    {f"sort.{sort}" for sort in SORTS}
    | {f"filter.{field}" for field in PAGE_FILTERS}
    | {f"field.{field}" for field in (*FIELDS, "body", "url")}
    | {f"part.{kind}" for kind in KINDS}
    | {f"explain.{group}" for group in ("units", "required", "ranking")}
    | {f"order.{kind}.{state}" for kind in Kind for state in State}
    | {"filter.age"}
    | {f"age.{age}" for age in AGES}
    | {f"notice.{notice.code}" for notice in (ANY_WORD, CUT, EXPANSIONS, STALE, TIME)}
    | {f"notice.{code}" for code in NAMED_NOTICES}
)


def used_keys() -> set[str]:
    """The keys that templates and code name, and those they make of parts."""
    templates = "\n".join(file.read_text() for file in FOLDER.glob("templates/*"))
    code = "\n".join(file.read_text() for file in FOLDER.glob("*.py"))
    keys = set(re.findall(r'\btext\("([a-z.-]+)",', templates))
    keys |= set(re.findall(r'"([a-z.-]+)" \| text\b', templates))
    keys |= {
        f"{key}.{form}"
        for key in re.findall(r'locale\.count\("([a-z.-]+)"', templates)
        for form in ("one", "many")
    }
    named = set(re.findall(r'"((?:error|parameter)\.(?!html)[a-z.]+)"', code))
    keys |= named | {f"{key}.advice" for key in named if f"{key}.advice" in ENGLISH}
    return keys | MADE_OF_PARTS


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_catalogues_have_the_same_keys() -> None:
    assert list(ENGLISH) == list(CHINESE)


@pytest.mark.parametrize("key", ENGLISH)
def test_both_fill_in_the_same(key: str) -> None:
    assert ENGLISH[key]
    assert CHINESE[key]
    assert placeholders(ENGLISH[key]) == placeholders(CHINESE[key])


def test_the_catalogues_have_what_is_used_and_nothing_else() -> None:
    named = {key for key in ENGLISH if not key.startswith(("language.", "outcome."))}
    assert sorted(used_keys()) == sorted(named)


def test_the_names_of_languages() -> None:
    assert LOCALES["en"].language("zh") == "Chinese"
    assert LOCALES["zh"].language("en") == "英文"
    assert LOCALES["zh"].language("tlh") == "tlh"


def test_dates() -> None:
    time = datetime(2024, 3, 5, 23, 59, tzinfo=UTC)
    assert LOCALES["en"].date(time) == "5 March 2024"
    assert LOCALES["zh"].date(time) == "2024年3月5日"


@pytest.mark.parametrize("month", range(1, 13))
def test_english_months(month: int) -> None:
    time = datetime(2024, month, 1, tzinfo=UTC)
    assert LOCALES["en"].date(time) == f"1 {time:%B} 2024"


def test_numbers() -> None:
    assert LOCALES["en"].count("articles", 1) == "1 article"
    assert LOCALES["en"].count("articles", 52_292) == "52,292 articles"
    assert LOCALES["zh"].count("articles", 1) == "1 篇文章"
    assert LOCALES["en"].seconds(0.01234) == "0.012"


def test_a_notice_without_a_translation_speaks_for_itself() -> None:
    assert LOCALES["zh"].notice(ANY_WORD) == CHINESE["notice.any-word"]
    assert LOCALES["zh"].notice(Notice("new-one", "Something new.")) == "Something new."


@pytest.mark.parametrize("code", ["zh", "en", "zh-Hant", "zh-hant-tw"])
def test_language_codes_browsers_know(code: str) -> None:
    assert language_tag(code) == code


@pytest.mark.parametrize("code", ["", "x", "klingon", "zh_CN", 'en" onload="', "en\n"])
def test_language_codes_they_do_not(code: str) -> None:
    assert language_tag(code) == ""
