"""Any search as a feed, and the description for browsers."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from indexer import Article, Index
from web import create_app
from web.feed import xml_text

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def channel_of(client: FlaskClient, path: str) -> Element:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, "application/rss+xml")
    channel = fromstring(response.data).find("channel")
    assert channel is not None
    return channel


def test_a_search_leads_to_its_feed(client: FlaskClient) -> None:
    page = BeautifulSoup(
        client.get("/search?q=电话&site=邻里公益&page=2").get_data(as_text=True), "html.parser"
    )
    (link,) = page.select('link[type="application/rss+xml"]')
    channel = channel_of(client, str(link["href"]))
    assert len(channel.findall("item")) == 17
    assert channel.findtext("link", "").startswith("http://localhost/search?q=")
    itself = channel.find(f"{ATOM}link")
    assert itself is not None
    assert itself.get("href") == f"http://localhost{link['href']}"


def test_the_newest_come_first_unless_another_order_is_asked_for(client: FlaskClient) -> None:
    newest = channel_of(client, "/search.rss?q=电话").find("item")
    oldest = channel_of(client, "/search.rss?q=电话&sort=oldest").find("item")
    assert newest is not None
    assert oldest is not None
    assert newest.findtext("pubDate") == "Thu, 25 Jan 2024 12:00:00 +0000"
    assert oldest.findtext("pubDate") == "Mon, 01 Jan 2024 12:00:00 +0000"
    assert "<mark>电话</mark>" in newest.findtext("description", "")


def test_a_feed_of_nothing_is_a_feed(client: FlaskClient) -> None:
    assert channel_of(client, "/search.rss?q=qqqqq").findall("item") == []


def test_a_bad_parameter_is_refused(client: FlaskClient) -> None:
    assert client.get("/search.rss?q=x&sort=foo").status_code == 400


def test_what_xml_cannot_hold_is_replaced(tmp_path_factory: pytest.TempPathFactory) -> None:
    title = "诱饵 \x01\x0b ]]> <script> & \ufffe 😀"
    with Index.open(tmp_path_factory.mktemp("feed"), engine="memory") as index:
        index.add([Article(url="http://a.example/", title=title, body=title, category=title)])
        item = channel_of(create_app(index).test_client(), "/search.rss?q=诱饵").find("item")
    assert item is not None
    assert item.findtext("title") == "诱饵 \ufffd\ufffd ]]> <script> & \ufffd 😀"


@given(st.text())
def test_any_text_can_be_made_fit_for_xml(text: str) -> None:
    fitting = xml_text(text)
    assert len(fitting) == len(text)
    escaped = fitting.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A parser turns every line end into a line feed.
    expected = fitting.replace("\r\n", "\n").replace("\r", "\n")
    assert (fromstring(f"<a>{escaped}</a>").text or "") == expected


def test_a_browser_can_add_the_search(client: FlaskClient) -> None:
    page = BeautifulSoup(client.get("/").get_data(as_text=True), "html.parser")
    (link,) = page.select("link[rel=search]")
    response = client.get(str(link["href"]))
    assert response.mimetype == link["type"] == "application/opensearchdescription+xml"
    description = fromstring(response.data)
    assert description.findtext(f"{OPENSEARCH}ShortName") == "xiaosou"
    urls = {
        url.get("type"): url.get("template", "") for url in description.iter(f"{OPENSEARCH}Url")
    }
    suggestions = urls.pop("application/x-suggestions+json")
    assert suggestions == "http://localhost/suggest?q={searchTerms}"
    assert set(urls) == {"text/html", "application/rss+xml", "application/json"}
    for template in urls.values():
        path = template.removeprefix("http://localhost").replace("{searchTerms}", "collector")
        answer = client.get(path)
        assert answer.status_code == 200
        assert "A Debt Collector at the Door" in answer.get_data(as_text=True)


def test_the_description_speaks_chinese_too(client: FlaskClient) -> None:
    description = fromstring(client.get("/opensearch.xml?hl=zh").data)
    assert description.findtext(f"{OPENSEARCH}ShortName") == "笑搜"
