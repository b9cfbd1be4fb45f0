"""The demo site: its articles, and its pages as a crawler meets them over HTTP."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup

from crawler.demo.articles import DemoArticle, load_articles, parse_article
from crawler.demo.errors import DemoError
from crawler.demo.sections import PAGE_SIZE, Category, Site, arrange
from crawler.demo.site import serve_site

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTICLES = load_articles()
SITES = arrange(ARTICLES)
CATEGORIES = [(site, category) for site in SITES for category in site.categories]
PLACES = [
    (site, category, article) for site, category in CATEGORIES for article in category.articles
]
PATHS = {category.article_path(article) for _, category, article in PLACES}
JOKE_SITES = {"笑口常开", "笑口常開", "The Chuckle Shelf"}
DEAD_LINK, FAILING_PAGE = "/archive/2018.html", "/ranking.html"
FILE = "笑口常开 - 冷笑话 - 标题\ndate: 2024-03-05\nauthor: 李晓梅\n\n第一段。\n\n第二段。\n"

each_category = pytest.mark.parametrize(
    ("site", "category"), CATEGORIES, ids=[category.path for _, category in CATEGORIES]
)
each_article = pytest.mark.parametrize(
    ("site", "category", "article"), PLACES, ids=[article.slug for *_, article in PLACES]
)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with serve_site(port=0) as base, httpx.Client(base_url=base) as client:
        yield client


def read(client: httpx.Client, path: str, encoding: str = "utf-8") -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200, path
    return BeautifulSoup(response.content.decode(encoding), "lxml")


def text(soup: BeautifulSoup, selector: str) -> str:
    found = soup.select_one(selector)
    assert found is not None, selector
    return found.get_text(strip=True)


def links(soup: BeautifulSoup, selector: str = "a") -> list[str]:
    return [str(link["href"]) for link in soup.select(selector)]


# The articles


def test_a_file_becomes_an_article() -> None:
    article = parse_article("zh", "a-slug", FILE)
    assert article.heading == "笑口常开 - 冷笑话 - 标题"
    assert (article.date.isoformat(), article.author) == ("2024-03-05", "李晓梅")
    assert article.paragraphs == ("第一段。", "第二段。")


def test_a_title_keeps_its_own_dashes() -> None:
    assert parse_article("zh", "slug", FILE.replace("标题", "甲 - 乙")).title == "甲 - 乙"


@pytest.mark.parametrize(
    ("slug", "file", "message"),
    [
        ("Upper", FILE, "slug"),
        ("two--hyphens", FILE, "slug"),
        ("slug", FILE.replace(" - 标题", ""), "first line"),
        ("slug", FILE.replace("date: 2024-03-05\n", ""), "date"),
        ("slug", FILE.replace("author: 李晓梅", "author:"), "author"),
        ("slug", FILE.replace("author", "colour: red\nauthor"), "no others"),
        ("slug", FILE.replace("2024-03-05", "2024-02-30"), "YYYY-MM-DD"),
        ("slug", FILE.split("\n\n", maxsplit=1)[0], "paragraphs"),
    ],
)
def test_a_malformed_file_is_refused(slug: str, file: str, message: str) -> None:
    with pytest.raises(DemoError, match=message):
        parse_article("zh", slug, file)


def test_a_chinese_section_needs_a_spelling() -> None:
    with pytest.raises(DemoError, match="没有拼写"):
        arrange([parse_article("zh", "slug", FILE.replace("冷笑话", "没有拼写"))])


def test_sections_do_not_share_a_path() -> None:
    with pytest.raises(DemoError, match="share a path"):
        arrange([parse_article("en", "a", FILE.replace("笑口常开", "冷笑话"))])


def test_there_are_enough_articles_of_every_kind() -> None:
    folders = Counter(article.folder for article in ARTICLES)
    traditional = [article for site, _, article in PLACES if site.language == "zh-Hant"]
    jokes = [article for article in ARTICLES if article.site in JOKE_SITES]
    assert len(ARTICLES) >= 60
    assert folders["zh"] >= 28
    assert folders["en"] >= 28
    assert len(traditional) >= 6
    assert 0.4 <= len(jokes) / len(ARTICLES) <= 0.6


def test_titles_and_slugs_are_unique() -> None:
    assert len({article.title for article in ARTICLES}) == len(ARTICLES)
    assert len({article.slug for article in ARTICLES}) == len(ARTICLES)
    assert len(PATHS) == len(ARTICLES)


@pytest.mark.parametrize("article", ARTICLES, ids=[article.slug for article in ARTICLES])
def test_no_article_is_a_mere_note(article: DemoArticle) -> None:
    assert sum(map(len, article.paragraphs)) >= 120
    assert 2019 <= article.date.year <= 2026


@pytest.mark.parametrize("word", ["催收", "冷笑话", "電話", "诈骗电话", "押金", "加班工资", "密码"])
def test_a_likely_search_has_something_to_find(word: str) -> None:
    assert any(
        word in article.heading or any(word in paragraph for paragraph in article.paragraphs)
        for article in ARTICLES
    )


# The pages


@each_article
def test_an_article_page_shows_the_article(
    client: httpx.Client, site: Site, category: Category, article: DemoArticle
) -> None:
    soup = read(client, category.article_path(article), category.encoding)
    root = soup.html
    assert root is not None
    assert root["lang"] == site.language
    assert text(soup, "title").split(" - ", 2) == [site.name, category.name, article.title]
    assert [part.get_text() for part in soup.select("nav.trail a")][1:] == [
        site.name,
        category.name,
    ]
    assert text(soup, "h1") == article.title
    assert text(soup, "article .name") == article.author
    times = soup.select("article time")
    assert [time["datetime"] for time in times] == [article.date.isoformat()]
    assert str(article.date.year) in times[0].get_text()
    shown = [paragraph.get_text() for paragraph in soup.select("article .text p")]
    assert shown == list(article.paragraphs)


@each_category
def test_a_list_shows_every_article_once(
    client: httpx.Client, site: Site, category: Category
) -> None:
    found: list[str] = []
    sizes: list[int] = []
    path: str | None = category.path
    while path is not None:
        soup = read(client, path, category.encoding)
        page = links(soup, ".list a")
        found += page
        sizes.append(len(page))
        following = links(soup, "link[rel=next]")
        assert following == links(soup, ".pager a[rel=next]")
        path = following[0] if following else None
    assert sorted(found) == sorted(category.article_path(article) for article in category.articles)
    assert sizes[:-1] == [PAGE_SIZE] * (len(sizes) - 1)
    assert 1 <= sizes[-1] <= PAGE_SIZE


def test_pages_of_a_list_lead_both_ways(client: httpx.Client) -> None:
    path = next(category.path for _, category in CATEGORIES if len(category.pages) > 1)
    assert links(read(client, path), "link[rel=prev]") == []
    assert links(read(client, f"{path}?page=2"), "link[rel=prev]") == [path]


@pytest.mark.parametrize("page", ["0", "-1", "99"])
def test_there_is_no_page_beyond_a_list(client: httpx.Client, page: str) -> None:
    assert client.get(CATEGORIES[0][1].path, params={"page": page}).status_code == 404


@pytest.mark.parametrize(
    "path", ["/zh/none/", "/zh/none/slug.html", f"{CATEGORIES[0][1].path}none.html", "/fr/x/"]
)
def test_what_is_not_there_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_neighbours_lead_through_a_category(client: httpx.Client) -> None:
    category = CATEGORIES[0][1]
    path: str | None = category.article_path(category.articles[0])
    seen: list[str] = []
    while path is not None:
        seen.append(path)
        path = next(iter(links(read(client, path), ".neighbours a[rel=next]")), None)
    assert seen == [category.article_path(article) for article in category.articles]


def test_following_links_finds_every_article_and_two_bad_pages(client: httpx.Client) -> None:
    waiting, statuses = ["/"], {"/": 200}
    while waiting:
        path = waiting.pop()
        response = client.get(path)
        statuses[path] = response.status_code
        if not response.headers["content-type"].startswith("text/html"):
            continue
        for href in links(BeautifulSoup(response.content.decode("latin-1"), "lxml")):
            target = urljoin(path, href)
            if not urlsplit(target).netloc and target not in statuses:
                statuses[target] = 0
                waiting.append(target)
    assert statuses.keys() >= PATHS
    bad = {path: status for path, status in statuses.items() if status != 200}
    assert bad == {DEAD_LINK: 404, FAILING_PAGE: 500}


def test_the_home_page_shows_every_section(client: httpx.Client) -> None:
    found = set(links(read(client, "/"), "main a"))
    assert found == {site.path for site in SITES} | {category.path for _, category in CATEGORIES}


@pytest.mark.parametrize("site", SITES, ids=[site.path for site in SITES])
def test_a_site_leads_to_its_categories(client: httpx.Client, site: Site) -> None:
    found = set(links(read(client, site.path), "main a"))
    assert found >= {category.path for category in site.categories}


# What a crawler has to cope with


def test_the_gbk_part_declares_something_else(client: httpx.Client) -> None:
    wrong = [category for _, category in CATEGORIES if category.encoding == "gbk"]
    assert [category.name for category in wrong] == ["健康科普"]
    for path in [wrong[0].path, *map(wrong[0].article_path, wrong[0].articles)]:
        response = client.get(path)
        assert response.headers["content-type"] == "text/html; charset=iso-8859-1"
        assert b'<meta charset="utf-8">' in response.content
        assert "健康科普" in response.content.decode("gbk")
        with pytest.raises(UnicodeDecodeError):
            response.content.decode("utf-8")


def test_the_gbk_articles_lose_no_character() -> None:
    for _, category, article in PLACES:
        if category.encoding == "gbk":
            "".join((article.heading, article.author, *article.paragraphs)).encode("gbk")


def test_the_sitemap_lists_every_article(client: httpx.Client) -> None:
    response = client.get("/sitemap.xml")
    assert response.headers["content-type"].startswith("application/xml")
    soup = BeautifulSoup(response.content, "xml")
    found = Counter(loc.get_text() for loc in soup.find_all("loc"))
    assert found == Counter(str(client.base_url.join(path)) for path in PATHS)


def test_robots_forbids_the_page_every_footer_links(client: httpx.Client) -> None:
    robots = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /private/" in robots
    assert f"Sitemap: {client.base_url.join('/sitemap.xml')}" in robots
    for site in SITES:
        assert "/private/" in links(read(client, site.path), "footer a")
    assert client.get("/private/").status_code == 200


@pytest.mark.parametrize("header", ["If-None-Match", "If-Modified-Since"])
def test_an_unchanged_article_answers_304(client: httpx.Client, header: str) -> None:
    path = min(PATHS)
    first = client.get(path)
    validator = {"If-None-Match": "ETag", "If-Modified-Since": "Last-Modified"}[header]
    again = client.get(path, headers={header: first.headers[validator]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_head_request_has_no_body(client: httpx.Client) -> None:
    response = client.head("/")
    assert (response.status_code, response.content) == (200, b"")


def test_the_style_sheet_is_served(client: httpx.Client) -> None:
    (href,) = links(read(client, "/"), "link[rel=stylesheet]")
    response = client.get(href)
    assert response.headers["content-type"].startswith("text/css")
    assert re.search(r"\bbody\s*{", response.text)


# The server


def test_the_server_stops_with_its_context() -> None:
    with serve_site(port=0) as base:
        assert httpx.get(base).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(base)


def test_the_server_stops_when_its_context_fails() -> None:
    with pytest.raises(ZeroDivisionError), serve_site(port=0) as base:
        _ = 1 / 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(base)


def test_a_stopped_port_serves_again() -> None:
    with serve_site(port=0) as base:
        httpx.get(base)
    port = urlsplit(base).port
    assert port is not None
    with serve_site(port=port) as again:
        assert again == base
        assert httpx.get(again).status_code == 200


def test_a_taken_port_is_reported() -> None:
    with serve_site(port=0) as base:
        port = urlsplit(base).port
        assert port is not None
        with pytest.raises(DemoError, match="give another port"), serve_site(port=port):
            pass


def test_an_unusable_host_is_reported() -> None:
    with pytest.raises(DemoError, match="cannot serve"), serve_site("192.0.2.1", 0):
        pass
