"""Whatever articles and queries hold, pages show it as text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote_from_bytes

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import Article, Index
from indexer.store import Copy
from web import create_app
from web.parameters import PAGE_FILTERS

BAIT = "鱼饵"  # every hostile article has it, so that one query finds them all
TEXTS = [
    "<script>alert(1)</script>",
    "</title></textarea></style><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)> ' onmouseover='alert(1)",
    "{{ 7 * 7 }} {% include 'base.html' %} {0} %s",
    "&lt;b&gt; &amp;lt; &#60;i&#62;",
    "<!-- --> <![CDATA[ ]]> <?php ?> <mark>",
    "\u202egnorts\u202c \u2066\u2067\u2069 \u200b\ufeff",
    "\x01\x08\x0b\x1b[31m\x7f\x85\u2028\u2029\ufffe",
    "e\u0301" * 50 + "\u0300" * 200,
    "𠮷👩‍👩‍👧‍👦🏳️‍🌈\U0010ffff",
    "宽" * 20_000,
    "x" * 100_000,
    "   ",
    "",
]
URLS = [
    "javascript:alert(1)//{}",
    " javascript:alert(1)//{}",
    "java\tscript:alert(1)//{}",
    "data:text/html,<script>alert(1)</script>{}",
    'http://a.example/"><script>alert(1)</script>{}',
    "http://a.example/' onclick='alert(1) {}",
    "vbscript:{}",
    "urn:sha256:<b>{}</b>",
    "//a.example/{}",
    "{}",
]
ARTICLES = [
    Article(
        url=URLS[number % len(URLS)].format(number),
        title=text,
        body=f"{text}{BAIT}{text}\n\n{text}",
        site=text,
        category=text,
        author=text,
        language='zh" onload="alert(1)' if number % 2 else "zh",
    )
    for number, text in enumerate(TEXTS)
]


NAMES = ["q", "page", "limit", "offset", "sort", "match", "facets", "author", "hl", *PAGE_FILTERS]
EVERY = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""The client has no state that matters here."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a collection of hostile articles."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "settings.toml").write_text("rate = 0\ncollapse = false\n", encoding="utf-8")
    with Index.open(folder, engine="memory") as index:
        index.add(ARTICLES)
        for article in ARTICLES:
            page = f"<title>{article.title}</title><p>{article.body}</p><a href='{article.url}'>"
            index.store.keep([Copy(article.url, page.encode(), "", datetime.now(UTC))])
        yield create_app(index).test_client()


def assert_harmless(html: str) -> BeautifulSoup:
    """Nothing but the templates' own elements and attributes, and no link that runs."""
    page = BeautifulSoup(html, "html.parser")
    assert page.select("script:not([src^='/static/']), style, svg, iframe, i, b") == []
    assert all(not script.get_text() for script in page.select("script"))
    for node in page.find_all(True):
        assert not [name for name in node.attrs if name.startswith("on") or name == "style"]
        href = str(node.get("href", "http://"))
        assert href.startswith(("http://", "https://", "/", "?", "#"))
        assert not href.startswith("//")
        if node.name == "img":
            assert str(node["src"]).startswith("/static/")
    return page


def test_results_are_harmless(hostile: FlaskClient) -> None:
    seen = 0
    for number in (1, 2):
        response = hostile.get(f"/search?q={BAIT}&page={number}")
        assert response.status_code == 200
        page = assert_harmless(response.get_data(as_text=True))
        seen += len(page.select(".hits > li"))
        assert page.main is not None
        for overridden in page.main.find_all(string=re.compile("\u202e")):
            assert overridden.find_parent("bdi") or overridden.find_parent(dir=True)
        assert len(response.data) < 400_000
    assert seen == len(ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=range(len(ARTICLES)))
def test_an_article_is_harmless_and_whole(hostile: FlaskClient, article: Article) -> None:
    response = hostile.get(f"/article/{article.id}")
    assert response.status_code == 200
    page = assert_harmless(response.get_data(as_text=True))
    shown = page.select_one("article.reading")
    assert shown is not None
    assert shown.get("lang") in ("zh", None)
    words = "".join(article.body.split())
    assert words in "".join(shown.get_text().split())
    found = hostile.get(f"/api/articles/{article.id}").get_json()
    assert Article.from_dict(found) == article


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_query_and_filters_are_harmless(hostile: FlaskClient, text: str) -> None:
    filtered = text[:200]
    response = hostile.get(
        "/search", query_string={"q": f"{BAIT} {text}", "site": filtered, "category": filtered}
    )
    assert response.status_code == 200
    assert_harmless(response.get_data(as_text=True))


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_an_explanation_and_suggestions_are_harmless(hostile: FlaskClient, text: str) -> None:
    asked = {"q": f"{BAIT} {text}", "id": ARTICLES[0].id}
    response = hostile.get("/explain", query_string=asked)
    assert response.status_code == 200
    assert_harmless(response.get_data(as_text=True))
    suggested = hostile.get("/suggest", query_string={"q": text})
    assert suggested.mimetype == "application/x-suggestions+json"
    assert len(json.loads(suggested.data)[1]) <= 8


@pytest.mark.parametrize("article", ARTICLES, ids=range(len(ARTICLES)))
def test_a_copy_is_harmless(hostile: FlaskClient, article: Article) -> None:
    response = hostile.get(f"/copy/{article.id}")
    assert response.status_code == 200
    html = response.get_data(as_text=True)
    (style,) = BeautifulSoup(html, "html.parser").select("style")
    page = assert_harmless(html.replace(str(style), ""))
    assert page.select("link, meta[http-equiv], img, form, input, base, object, embed") == []


def test_a_facet_value_too_long_for_a_link_is_left_out(hostile: FlaskClient) -> None:
    page = hostile.get(f"/search?q={BAIT}").get_data(as_text=True)
    assert "x" * 250 not in page


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example", "/javascript:alert(1)"])
def test_the_language_link_stays_on_this_site(hostile: FlaskClient, path: str) -> None:
    response = hostile.get("/", environ_overrides={"PATH_INFO": path})
    assert response.status_code == 404
    assert_harmless(response.get_data(as_text=True))


@EVERY
@given(
    st.text() | st.sampled_from(['"', "“", "催收 AND", "title:", "a*", "[a TO b]", "^", "~", "("])
)
def test_any_text_is_a_query(client: FlaskClient, query: str) -> None:
    encoded = quote_from_bytes(query.encode(errors="surrogatepass"))
    html = client.get(f"/search?q={encoded}")
    assert html.status_code in (200, 302)
    assert_harmless(html.get_data(as_text=True))
    answer = client.get(f"/api/search?q={encoded}")
    assert answer.status_code == 200
    assert set(json.loads(answer.data)) == {"total", "took", "notices", "facets", "hits"}


@EVERY
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.text(max_size=30) | st.sampled_from(["1", "zh", "newest", "site"]),
        ),
        max_size=6,
    )
)
def test_any_parameters_are_answered(client: FlaskClient, pairs: list[tuple[str, str]]) -> None:
    query = "&".join(
        f"{name}={quote_from_bytes(value.encode(errors='surrogatepass'))}" for name, value in pairs
    )
    for path in ("/", "/search", "/api/search"):
        assert client.get(f"{path}?{query}").status_code in (200, 302, 400)


@EVERY
@given(st.binary(max_size=200))
def test_any_bytes_are_a_query(client: FlaskClient, raw: bytes) -> None:
    assert client.get(f"/search?q={quote_from_bytes(raw)}").status_code in (200, 302)
    assert client.get(f"/api/search?q={quote_from_bytes(raw)}").status_code == 200
