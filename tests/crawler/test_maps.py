"""Sitemaps, feeds, canonical links, and pages that say that nothing is here."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery import SiteMap, discover, read_map
from crawler.soft404 import says_nothing_is_here

if TYPE_CHECKING:
    from tests.crawler.conftest import Collection, Site

URL = "https://a.example/maps/sitemap.xml"
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
  <url><loc> https://a.example/1.html?a=1&amp;utm_source=x </loc><lastmod>2026-01-01</lastmod></url>
  <url><loc>/2.html</loc></url><url><loc>https://A.example/2.html#top</loc></url><url/>
</urlset>"""
INDEX = """<sitemapindex><sitemap><loc>https://a.example/one.xml.gz</loc></sitemap>
<sitemap><loc>two.xml</loc></sitemap></sitemapindex>"""
RSS = """<rss version="2.0"><channel><link>https://a.example/</link>
<atom:link xmlns:atom="http://www.w3.org/2005/Atom" href="https://a.example/rss"/>
<item><title>one</title><link>https://a.example/1.html</link></item>
<item><link><![CDATA[https://a.example/2.html]]></link></item></channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><item><link>https://a.example/1.html</link></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://a.example/"/>
<entry><link rel="edit" href="https://a.example/edit"/><link href="/1.html"/></entry>
<entry><link rel="alternate" href="https://a.example/2.html"/></entry></feed>"""
FIRST, SECOND = "https://a.example/1.html", "https://a.example/2.html"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (SITEMAP, SiteMap((f"{FIRST}?a=1", SECOND))),
        (INDEX, SiteMap(maps=("https://a.example/one.xml.gz", "https://a.example/maps/two.xml"))),
        (RSS, SiteMap(("https://a.example/", FIRST, SECOND))),
        (RDF, SiteMap((FIRST,))),
        (ATOM, SiteMap((FIRST, SECOND))),
        (f"{FIRST}\n{SECOND}\n", SiteMap((FIRST, SECOND))),
        (f"\n\n{SITEMAP}", SiteMap((f"{FIRST}?a=1", SECOND))),
        (SITEMAP.partition("</urlset>")[0], SiteMap((f"{FIRST}?a=1", SECOND))),
        ("<urlset/>", SiteMap()),
        ("<html><body><a href='/1.html'>one</a></body></html>", None),
        ("just text", None),
        ("", None),
    ],
)
def test_a_map_is_read_packed_and_unpacked(text: str, found: SiteMap | None) -> None:
    assert read_map(URL, text.encode()) == found
    assert read_map(URL, gzip.compress(text.encode())) == found


def test_a_map_in_another_charset_is_read() -> None:
    text = (
        f'<?xml version="1.0" encoding="gb2312"?><rss><item><title>笑</title><link>{FIRST}</link>'
    )
    assert read_map(URL, text.encode("gb2312")) == SiteMap((FIRST,))


def test_entities_are_not_read() -> None:
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 30))
    text = f'<!DOCTYPE r [<!ENTITY e0 "http://a.example/">{bomb}]><urlset><loc>&e29;</loc></urlset>'
    assert read_map(URL, text.encode()) == SiteMap()
    local = '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><loc>&f;</loc></urlset>'
    assert read_map(URL, local.encode()) == SiteMap()


def test_a_packed_bomb_is_no_map() -> None:
    assert read_map(URL, gzip.compress(b"<urlset>" + b" " * (20 << 20))) is None
    assert read_map(URL, b"\x1f\x8b broken") is None


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_are_no_map(content: bytes) -> None:
    for text in (content, b"<rss>" + content, b"\x1f\x8b" + content):
        assert isinstance(read_map(URL, text), SiteMap | None)


# What a page names


def test_feeds_and_the_next_page_are_found_in_the_head() -> None:
    html = """<html><head><base href="/news/">
    <link rel="alternate" type="application/rss+xml" href="rss.xml">
    <link rel="Alternate" type="Application/Atom+XML" href="https://b.example/atom">
    <link rel="alternate" type="text/html" hreflang="en" href="/en/">
    <link rel="next" href="?page=2"><link rel="stylesheet" href="a.css"></head></html>"""
    found = discover("https://a.example/", html)
    assert found.feeds == ("https://a.example/news/rss.xml", "https://b.example/atom")
    assert found.links == ("https://a.example/news/?page=2",)


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/1.html?utm_source=a">', FIRST),
        ('<link rel=canonical href="/1.html"><link rel=canonical href="/1.html">', FIRST),
        ('<link rel=canonical href="/1.html"><link rel=canonical href="/2.html">', ""),
        ('<link rel="canonical" href="javascript:void(0)">', ""),
        ('<link rel="canonical">', ""),
        ("", ""),
    ],
)
def test_a_page_may_say_under_which_address_it_is_found(head: str, canonical: str) -> None:
    html = f"<html><head>{head}</head><body><p>text</p></body></html>"
    assert discover("https://a.example/x", html).canonical == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("404 Not Found", "Error 404", "Page not found - A Site", "Sorry, this page was removed"),
        *("This article is no longer available", "The page you want does not exist"),
        *("页面不存在", "您访问的页面找不到了 - 某站", "抱歉，该文章已被删除", "找不到您要的页面"),
        *("頁面不存在", "此帖子已刪除", "没有找到相关内容", "無法找到該頁面", "您要找的页面走丢了"),
        *("该内容已被作者删除", "您查看的文章已下线", "网页无法访问", "信息已过期"),
        *("Sorry, we couldn't find that page", "Oops! That page can’t be found.", "Nothing found"),
        *("The page you requested cannot be found", "This page isn't available"),
    ],
)
def test_a_page_may_say_that_nothing_is_here(text: str) -> None:
    assert says_nothing_is_here(f"<html><title>{text}</title><body>…</body></html>")
    assert says_nothing_is_here(f"<title>A Site</title><h1 class='x'>\n{text}\n</h1>")
    assert not says_nothing_is_here(f"<title>A Site</title><p>{text}</p>")


@pytest.mark.parametrize(
    "text",
    [
        *("A joke about 4040 dogs", "Found: not one but two cats", "Why the page boy was late"),
        *("He could not find his page in the book of jokes he wrote", "被删除的评论去哪了"),
        *("文章被删除的那一天", "网页设计师的笑话", "The lost page", "找不到工作怎么办"),
        *("找到了丢失的猫", "删除手机里的联系人", "不存在的公司", "文章写得好", "He does exist"),
    ],
)
def test_other_titles_say_no_such_thing(text: str) -> None:
    assert not says_nothing_is_here(f"<title>{text}</title>")


# A whole crawl


def test_what_only_maps_and_feeds_name_is_found_and_asked_for_conditionally_again(
    site: Site, collection: Collection
) -> None:
    for number in range(6):
        site.set_article(f"/a/{number}.html", f"笑话第{number}则")
    site.set("/robots.txt", f"Sitemap: {site.url}/index.xml\nSitemap: https://b.example/map.xml")
    xml = "application/xml"
    index = "<sitemapindex><sitemap><loc>/one.xml.gz</loc></sitemap></sitemapindex>"
    site.set("/index.xml", index, Content_Type=xml)
    one = "<urlset>" + "".join(f"<url><loc>/a/{n}.html</loc></url>" for n in (0, 1)) + "</urlset>"
    site.set("/one.xml.gz", gzip.compress(one.encode()), Content_Type="application/x-gzip")
    feed = "<rss><item><link>/a/2.html</link></item><item><link>/a/3.html</link></item></rss>"
    site.set("/feed", feed, Content_Type="application/rss+xml")
    head = '<link rel="alternate" type="application/rss+xml" href="/feed"><link rel=next href="/2">'
    site.set("/", f"<html><head>{head}</head><body><a href='/a/4.html?utm_source=x'>4</a></body>")
    site.set_list("/2", ["/a/5.html", "/a/5.html?print=1"])
    canonical = '<link rel="canonical" href="/a/5.html">'
    site.set_article("/a/5.html?print=1", "笑话第5则, printed", head=canonical)
    site.answer_conditionally = True
    collection.declare("site", f'seeds = ["{site.url}/"]\nallow = ["/a/", "/2"]\narticles = "/a/"')
    assert collection.crawl("site") == (0, "")
    with collection.store() as store:
        found = sorted(article.url for article in store.articles())
        seq = store.last_seq()
    assert found == [f"{site.url}/a/{number}.html" for number in range(6)]
    site.forget_requests()
    assert collection.crawl("site") == (0, "")
    again = dict(zip(site.visited(), site.statuses, strict=True))
    assert again.pop("/a/5.html?print=1") == 200, "its canonical page may be gone"
    assert set(again.values()) == {304}
    with collection.store() as store:
        assert store.last_seq() == seq
