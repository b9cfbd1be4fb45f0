"""Sources: their bounds, their declarations and where these are found."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from crawler.catalogue import add_source, find_source, own_sources, packaged_sources
from crawler.declaration import parse_source, write_source
from crawler.errors import SourceError
from crawler.extraction import Selectors
from crawler.source import Source

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = 'seeds = ["https://example.com/jokes/"]\n'


def parse(text: str) -> Source:
    return parse_source("jokes", text, "jokes.toml")


# Bounds


def test_a_source_covers_the_host_of_its_seeds() -> None:
    source = parse(SEEDS)
    assert source.covers("https://example.com/advice/1.html")
    assert source.covers("http://www.example.com/")
    assert not source.covers("https://other.example/jokes/")
    assert not source.covers("https://sub.example.com/")
    assert not source.covers("https://example.com:8443/")


def test_more_hosts_can_be_named() -> None:
    source = parse(SEEDS + 'hosts = ["M.example.com"]')
    assert source.covers("https://m.example.com/1")


def test_patterns_narrow_the_bounds() -> None:
    source = parse(SEEDS + "allow = ['/jokes/', '/more/']\ndeny = ['[?&]print=']")
    assert source.covers("https://example.com/more/1")
    assert not source.covers("https://example.com/news/1")
    assert not source.covers("https://example.com/jokes/1?print=1")
    assert not source.covers("https://other.example/jokes/1")


def test_a_seed_is_always_within_the_bounds() -> None:
    assert parse(SEEDS + "deny = ['jokes']").covers("https://example.com/jokes/")


def test_a_pattern_says_which_pages_may_hold_articles() -> None:
    source = parse(SEEDS + r"articles = '/\d+\.html$'")
    assert source.may_hold_article("https://example.com/jokes/17.html")
    assert not source.may_hold_article("https://example.com/jokes/")
    assert parse(SEEDS).may_hold_article("https://example.com/jokes/")


# Declarations


def test_seeds_are_enough() -> None:
    assert parse(SEEDS) == Source("jokes", ("https://example.com/jokes/",))


def test_seeds_are_normalised_and_each_counts_once() -> None:
    source = parse('seeds = ["HTTPS://Example.com:443", "https://example.com/#top"]')
    assert source.seeds == ("https://example.com/",)


def test_everything_can_be_declared() -> None:
    source = parse(
        SEEDS
        + """
        hosts = ["m.example.com"]
        private_hosts = ["www.intranet.example", "[::1]"]
        allow = ['a']
        deny = ['b']
        articles = 'c'
        delay = 2
        interval = "12h"
        longest_interval = "8w"
        max_pages = 5
        zone = "Asia/Shanghai"
        site = "Site"
        category = "Category"
        language = "zh"
        [selectors]
        title = "h1"
        body = "div.text"
        date = "time"
        author = ".by"
        category = ".crumb"
        site = ".logo"
        remove = [".ad", ".share"]
        """
    )
    assert source == Source(
        name="jokes",
        seeds=("https://example.com/jokes/",),
        hosts=("m.example.com",),
        private_hosts=("www.intranet.example", "::1"),
        allow=(re.compile("a"),),
        deny=(re.compile("b"),),
        articles=re.compile("c"),
        selectors=Selectors("h1", "div.text", "time", ".by", ".crumb", ".logo", (".ad", ".share")),
        site="Site",
        category="Category",
        language="zh",
        zone=ZoneInfo("Asia/Shanghai"),
        delay=2.0,
        interval=timedelta(hours=12),
        longest_interval=timedelta(weeks=8),
        max_pages=5,
    )


@pytest.mark.parametrize(
    ("interval", "seconds"), [("90s", 90), ("5m", 300), ("12h", 43_200), ("1d", 86_400)]
)
def test_an_interval_has_a_number_and_a_unit(interval: str, seconds: int) -> None:
    assert parse(SEEDS + f'interval = "{interval}"').interval == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("seeds = [", "is not TOML"),
        ("", "seeds must name"),
        ("seeds = []", "seeds must name"),
        ('seeds = "https://example.com/"', "seeds: 'https://example.com/' is not a list"),
        ('seeds = ["example.com"]', "seeds: 'example.com' is no web address"),
        ("seeds = [7]", "seeds: 7 is not text"),
        (SEEDS + 'seed = "x"', "unknown key 'seed'"),
        (SEEDS + "allow = ['(']", "allow: '(' is no regular expression"),
        (SEEDS + "deny = 'x'", "deny: 'x' is not a list"),
        (SEEDS + "articles = '['", "articles: '[' is no regular expression"),
        (SEEDS + 'hosts = ["https://example.com"]', "hosts: 'https://example.com' is no host"),
        (SEEDS + "delay = -1", "delay: -1 is no number of seconds"),
        (SEEDS + "delay = true", "delay: True is no number of seconds"),
        (SEEDS + "delay = nan", "delay: nan is no number of seconds"),
        (SEEDS + "interval = 3600", "interval: 3600 is not text"),
        (SEEDS + 'interval = "0d"', "interval: '0d' is no interval"),
        (SEEDS + 'interval = "daily"', "interval: 'daily' is no interval"),
        (SEEDS + "max_pages = 0", "max_pages: 0 is no whole number"),
        (SEEDS + "max_pages = 1.5", "max_pages: 1.5 is no whole number"),
        (SEEDS + 'zone = "Mars/Base"', "zone: 'Mars/Base' is no time zone"),
        (SEEDS + 'zone = "../etc/passwd"', "zone: '../etc/passwd' is no time zone"),
        (SEEDS + 'language = "Chinese"', "language: 'Chinese' is no two-letter code"),
        (SEEDS + "selectors = 'h1'", "selectors: 'h1' is not a table"),
        (SEEDS + "[selectors]\nheadline = 'h1'", "selectors: unknown key 'headline'"),
        (SEEDS + "[selectors]\ntitle = 1", "selectors: title: 1 is not text"),
        (SEEDS + "[selectors]\ntitle = 'h1['", "selectors: the selector for title"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text)
    message = str(caught.value)
    assert message.startswith("jokes.toml")
    assert complaint in message
    assert "\n" not in message


def test_a_name_is_one_that_files_and_commands_can_have() -> None:
    with pytest.raises(SourceError, match="no name for a source"):
        parse_source("../jokes", SEEDS, "jokes.toml")


# The template of a new source


def test_a_new_declaration_holds_the_seed_and_defaults() -> None:
    source = parse(write_source("https://example.com/"))
    assert source == Source("jokes", ("https://example.com/",))


def test_every_example_in_a_new_declaration_can_be_used() -> None:
    text = write_source("https://example.com/")
    used = re.sub(r"^#(?=\S)", "", text, flags=re.MULTILINE)
    source = parse(used)
    assert source.selectors.remove
    assert source.zone != UTC
    assert tomllib.loads(used).keys() == {
        *("seeds", "hosts", "allow", "deny", "articles", "delay", "interval", "max_pages"),
        *("private_hosts", "longest_interval", "zone", "site", "category", "language", "selectors"),
    }


# Where sources are


def test_an_added_source_is_named_after_its_host(tmp_path: Path) -> None:
    path = add_source(tmp_path, "www.example.com/jokes/#top")
    assert path == tmp_path / "sources" / "example.com.toml"
    assert own_sources(tmp_path) == [Source("example.com", ("https://www.example.com/jokes/",))]


def test_an_added_source_may_stand_on_a_port(tmp_path: Path) -> None:
    assert add_source(tmp_path, "http://127.0.0.1:8091").stem == "127.0.0.1-8091"


def test_adding_never_overwrites(tmp_path: Path) -> None:
    path = add_source(tmp_path, "https://example.com/")
    before = path.read_text()
    with pytest.raises(SourceError, match="already"):
        add_source(tmp_path, "https://example.com/other/")
    assert path.read_text() == before
    assert add_source(tmp_path, "https://example.com/other/", "other").stem == "other"


@pytest.mark.parametrize("url", ["", "https://", "mailto:joe", "ftp://example.com/"])
def test_only_web_addresses_are_added(tmp_path: Path, url: str) -> None:
    with pytest.raises(SourceError):
        add_source(tmp_path, url)
    assert own_sources(tmp_path) == []


def test_the_demo_site_is_a_source_that_comes_with_the_package(tmp_path: Path) -> None:
    assert [source.name for source in packaged_sources()] == ["demo"]
    assert find_source(tmp_path, "demo").seeds == ("http://127.0.0.1:8091/",)


def test_a_source_of_ones_own_wins(tmp_path: Path) -> None:
    add_source(tmp_path, "https://example.com/", "demo")
    assert find_source(tmp_path, "demo").seeds == ("https://example.com/",)


def test_an_unknown_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no source 'jokes'"):
        find_source(tmp_path, "jokes")


def test_a_declaration_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    path = add_source(tmp_path, "https://example.com/")
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SourceError, match="is not UTF-8"):
        own_sources(tmp_path)
