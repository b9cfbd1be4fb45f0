"""One spelling for a page's address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.url import host_of, normalize_url


@pytest.mark.parametrize(
    ("spelt", "normal"),
    [
        ("HTTP://Example.COM:80", "http://example.com/"),
        ("https://example.com:443/a#part", "https://example.com/a"),
        ("http://example.com:8080/a/../b/./c", "http://example.com:8080/b/c"),
        ("http://example.com/%7ejoe/%e7%ac%91", "http://example.com/~joe/%E7%AC%91"),
        (
            "http://例子.中国/冷 笑话",
            "http://xn--fsqu00a.xn--fiqs8s/%E5%86%B7%20%E7%AC%91%E8%AF%9D",
        ),
        (" http://example.com/a\n", "http://example.com/a"),
        ("http://example.com/a?", "http://example.com/a"),
        ("http://[::1]:80/", "http://[::1]/"),
    ],
)
def test_spellings_of_one_page_become_one(spelt: str, normal: str) -> None:
    assert normalize_url(spelt) == normal


def test_a_relative_address_starts_at_its_page() -> None:
    assert normalize_url("../b?x#y", "http://a.example/c/d/") == "http://a.example/c/b?x"
    assert normalize_url("//b.example", "https://a.example/") == "https://b.example/"
    assert normalize_url("http://[bad", "https://a.example/") is None


def test_parameters_are_in_the_order_of_their_names() -> None:
    assert normalize_url("http://a.example/?b=2&a=%2f&b=1&&") == "http://a.example/?a=%2F&b=2&b=1"


@pytest.mark.parametrize(
    "query",
    [
        *("utm_source=a&utm_medium=b", "gclid=1", "fbclid=x&msclkid=y", "spm=a2c4e.1", "_ga=1.2"),
        *("PHPSESSID=abc", "mc_cid=1&mc_eid=2", "igshid=q", "utm_campaign", "hmsr=toutiao"),
    ],
)
def test_parameters_that_only_tell_of_the_visitor_are_left_out(query: str) -> None:
    assert normalize_url(f"http://a.example/?{query}") == "http://a.example/"
    assert normalize_url(f"http://a.example/?id=1&{query}") == "http://a.example/?id=1"


def test_parameters_that_look_alike_stay() -> None:
    url = "http://a.example/?from=2&id=1&page=3&spmid=4&utm=5"
    assert normalize_url(url) == url


def test_a_session_in_the_path_is_left_out() -> None:
    spelt = "http://a.example/list.jsp;jsessionid=A1B2?page=2"
    assert normalize_url(spelt) == "http://a.example/list.jsp?page=2"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/relative",
        "//example.com/",
        "mailto:a@example.com",
        "javascript:void(0)",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http:///path",
        "http://joe:secret@example.com/",
        "http://example.com:99999/",
        "http://[::1/",
        "http://example.com/" + "a" * 2048,
    ],
)
def test_what_cannot_be_crawled_has_no_spelling(url: str) -> None:
    assert normalize_url(url) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_normal_spelling_stays_as_it_is_also_on_the_wire(path: str, query: str) -> None:
    normal = normalize_url(f"http://example.com/{path}?{query}")
    if normal is not None:
        assert normalize_url(normal) == normal
        assert Request(normal).url == normal


def test_a_host_is_the_same_with_and_without_www() -> None:
    assert host_of("https://www.example.com/") == host_of("http://example.com/a") == "example.com"


def test_a_port_is_part_of_the_host() -> None:
    assert host_of("http://127.0.0.1:8091/") == "127.0.0.1:8091"
