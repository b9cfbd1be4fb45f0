"""The home page and the search page."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from indexer import Article, Index
from indexer.store import Copy
from web import create_app

Read = Callable[..., BeautifulSoup]


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(node.get_text().split()) for node in page.select(selector)]


def links(page: BeautifulSoup, selector: str) -> dict[str, str]:
    return {" ".join(node.get_text().split()): str(node["href"]) for node in page.select(selector)}


def test_the_home_page_has_a_query_box_and_the_size_of_the_collection(read: Read) -> None:
    page = read("/")
    assert page.select_one("form[role=search] input[name=q]") is not None
    assert "27 articles" in page.get_text()
    assert page.title is not None
    assert page.title.string == "xiaosou"


def test_the_home_page_of_an_empty_collection_says_how_to_fill_it(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        client = create_app(index).test_client()
        page = BeautifulSoup(client.get("/").get_data(as_text=True), "html.parser")
        index.add([Article(url="http://a.example/", title="first", body="")])
        later = client.get("/").get_data(as_text=True)
    assert [text.split()[1] for text in texts(page, "dt")] == ["import", "source", "crawl", "demo"]
    assert "1 article " in later
    assert "xiaosou import" not in later


def test_a_hit_shows_where_it_is_from_and_why_it_was_found(read: Read) -> None:
    page = read("/search?q=collector")
    (hit,) = page.select(".hits > li")
    article = hit.article
    assert article is not None
    assert article["lang"] == "en"
    assert links(hit, "h2 a")["A Debt Collector at the Door"].startswith("/article/")
    assert texts(hit, ".place bdi") == ["Common Ground", "Debt"]
    assert texts(hit, "time") == ["5 March 2024"]
    assert "Collectors" in texts(hit, ".snippet mark")
    (original,) = hit.select(".address a")
    assert original["href"] == "https://ground.example/collector"
    assert original["rel"] == ["noopener", "noreferrer"]


def test_the_page_says_what_was_asked_and_how_much_was_found(read: Read) -> None:
    page = read("/search?q=collector")
    assert texts(page, "title") == ["collector - xiaosou"]
    assert texts(page, "h1") == ["Results: collector"]
    assert texts(page, ".status p")[0].startswith("1 article 0.0")
    (box,) = page.select("form[role=search] input[name=q]")
    assert box["value"] == "collector"


def test_an_article_without_a_title_and_a_web_address_can_be_found(read: Read) -> None:
    page = read("/search?q=便条")
    assert texts(page, ".hits h2") == ["Untitled"]
    assert page.select(".address a") == []
    assert texts(page, ".address span") == ["urn:sha256:0123456789abcdef"]


def test_pages_of_ten_link_to_each_other(read: Read) -> None:
    page = read("/search?q=电话")
    assert len(page.select(".hits > li")) == 10
    assert list(links(page, ".pages a")) == ["1", "2", "3", "Next"]
    assert texts(page, '.pages [aria-current="page"]') == ["1"]
    last = read("/search" + links(page, ".pages a")["3"])
    assert len(last.select(".hits > li")) == 5
    assert last.select(".hits")[0]["start"] == "21"
    assert list(links(last, ".pages a")) == ["Previous", "1", "2", "3"]
    assert links(last, ".pages a")["1"] == links(page, ".pages a")["1"]


def test_no_link_leads_to_a_page_that_near_duplicates_left_empty(tmp_path: Path) -> None:
    letters = "".join(chr(0x4E00 + number) for number in range(40 * 80))
    with Index.open(tmp_path, engine="memory") as index:
        index.add(
            Article(
                url=f"http://a.example/{number}-{copy}",
                title="",
                body=f"催收。{letters[number * 80 : number * 80 + 80]}。第 {copy} 次转发",
            )
            for number in range(32)
            for copy in range(3)
        )
        client = create_app(index).test_client()

        def look(path: str) -> BeautifulSoup:
            return BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")

        first = look("/search?q=催收&hl=en")
        assert texts(first, "[role=status]") == ["96 articles"]
        assert list(links(first, ".pages a")) == ["1", "2", "3", "Next"]
        third = look("/search" + links(first, ".pages a")["3"])
        assert list(links(third, ".pages a")) == ["Previous", "1", "2", "3", "4", "Next"]
        last = look("/search" + links(third, ".pages a")["Next"])
        assert len(last.select(".hits > li")) == 2
        assert list(links(last, ".pages a")) == ["First", "Previous", "2", "3", "4"]
        beyond = look("/search?q=催收&page=5")
        assert not beyond.select(".pages a")


def test_every_hit_is_on_one_page_only(read: Read) -> None:
    hrefs = [
        href
        for number in (1, 2, 3)
        for href in links(read(f"/search?q=电话&page={number}"), ".hits h2 a").values()
    ]
    assert len(hrefs) == len(set(hrefs)) == 25


def test_a_page_beyond_the_last_leads_back(read: Read) -> None:
    page = read("/search?q=电话&page=50&sort=newest")
    assert page.select(".hits") == []
    assert "There is no page 50" in page.get_text()
    assert links(page, ".notice a") == {"Go to the first page": "?q=%E7%94%B5%E8%AF%9D&sort=newest"}


def test_only_so_many_hits_can_be_paged_through(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        index.add(
            Article(url=f"http://a.example/{number}", title="same", body=f"a{number} b{number}")
            for number in range(1005)
        )
        client = create_app(index).test_client()
        response = client.get("/search?q=same&page=100")
        page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    assert len(page.select(".hits > li")) == 10
    assert list(links(page, ".pages a")) == ["First", "Previous", "98", "99", "100"]
    assert "Only the first 1,000" in page.get_text()


def test_near_duplicates_make_no_pages(tmp_path: Path) -> None:
    with Index.open(tmp_path, engine="memory") as index:
        index.add(
            Article(url=f"http://a.example/{number}", title="催收电话", body="先挂断，再核对。" * 9)
            for number in range(30)
        )
        client = create_app(index).test_client()
        pages = [
            BeautifulSoup(client.get(f"/search?q=催收{page}").get_data(as_text=True), "html.parser")
            for page in ("", "&page=2")
        ]
    assert [len(page.select(".hits > li")) for page in pages] == [1, 0]
    assert texts(pages[0], "[role=status]") == ["30 articles"]
    assert texts(pages[0], ".source > a")[0] == "29 nearly the same"
    assert [len(page.select(".pages a")) for page in pages] == [0, 0]
    assert "There is no page 2" in pages[1].get_text()


def test_a_facet_link_narrows_and_widens_again(read: Read) -> None:
    page = read("/search?q=电话&sort=newest&page=2")
    sites = links(page, ".filters a")
    assert sites["邻里公益 17"].endswith("&sort=newest")
    narrowed = read("/search" + sites["邻里公益 17"])
    assert texts(narrowed, ".status p")[0].startswith("17 articles")
    assert texts(narrowed, '.filters [aria-current="true"]') == ["邻里公益 17"]
    # The facet's own filter does not hide its other values, which can be added.
    both = read("/search" + links(narrowed, ".filters a")["笑口常开 8"])
    assert texts(both, ".status p")[0].startswith("25 articles")
    assert texts(both, ".chips a") == [
        "Remove filter Site 邻里公益 ×",
        "Remove filter Site 笑口常开 ×",
        "Remove all",
    ]
    cleared = read("/search" + links(both, ".chips a")["Remove all"])
    assert cleared.select(".chips") == []
    assert texts(cleared, '.sorts [aria-current="true"]') == ["Newest"]


def test_filters_of_several_fields_hold_at_once(read: Read) -> None:
    page = read("/search?q=电话&site=邻里公益&category=栏目1&category=栏目2&language=zh")
    assert texts(page, ".hits .place bdi:first-child") == ["邻里公益"] * 4
    assert {text[:3] for text in texts(page, ".hits .place bdi:nth-child(2)")} == {"栏目1", "栏目2"}
    assert len(page.select(".chips li")) == 5


def test_a_facet_with_many_values_hides_the_rare_ones(read: Read) -> None:
    page = read("/search?q=电话")
    (details,) = page.select(".filters details")
    assert texts(details, "summary") == ["2 more"]
    assert len(details.select("a")) == 2


def test_a_new_query_keeps_filters_and_order(read: Read) -> None:
    page = read("/search?q=电话&site=邻里公益&sort=oldest&page=2&hl=en")
    hidden = [(node["name"], node["value"]) for node in page.select("form input[type=hidden]")]
    assert hidden == [("site", "邻里公益"), ("sort", "oldest"), ("hl", "en")]


def test_the_order_can_be_chosen(read: Read) -> None:
    page = read("/search?q=电话")
    assert texts(page, '.sorts [aria-current="true"]') == ["Best match"]
    newest = read("/search" + links(page, ".sorts a")["Newest"])
    oldest = read("/search" + links(page, ".sorts a")["Oldest"])
    assert texts(newest, ".hits time")[:2] == ["25 January 2024", "24 January 2024"]
    assert texts(oldest, ".hits time")[:2] == ["1 January 2024", "2 January 2024"]


def test_a_notice_is_translated(read: Read) -> None:
    query = "/search?q=电话 骗术 请 记住 天书 飞船"
    assert texts(read(query), ".notice")[0].startswith("Articles with any of the words")
    assert texts(read(query + "&hl=zh"), ".notice")[0].startswith("以下文章")


def test_what_was_meant_is_a_link(read: Read) -> None:
    page = read("/search?q=colector&site=Common Ground")
    (notice,) = page.select(".notice")
    assert notice.get_text().startswith("Nothing is written so; this was searched for instead:")
    assert links(page, ".notice a") == {"collector": "?q=collector&site=Common+Ground"}
    assert texts(page, ".hits h2") == ["A Debt Collector at the Door"]


def test_only_recent_articles_can_be_asked_for(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    with Index.open(tmp_path, engine="memory") as index:
        index.add(
            Article(
                url=f"http://a.example/{days}",
                title=f"催收 {days}",
                body="",
                site="a",
                published=now - timedelta(days=days),
            )
            for days in (0, 3, 20, 200, 2000)
        )
        client = create_app(index).test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

        def read_page(path: str) -> BeautifulSoup:
            return BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")

        ages = links(read_page("/search?q=催收&site=a&page=2"), ".filters ul:last-child a")
        assert list(ages) == ["Past day", "Past week", "Past month", "Past year"]
        totals = [texts(read_page("/search" + href), "[role=status]") for href in ages.values()]
        assert totals == [["1 article"], ["2 articles"], ["3 articles"], ["4 articles"]]
        week = read_page("/search" + ages["Past week"])
        assert texts(week, ".chips a")[1] == "Remove filter Published Past week ×"
        assert links(week, ".chips a")["Remove all"] == "?q=%E5%82%AC%E6%94%B6"
        assert [(n["name"], n["value"]) for n in week.select("form input[type=hidden]")] == [
            ("site", "a"),
            ("age", "1w"),
        ]
        assert texts(week, "h1") == ["Results: 催收"]
        feed = client.get("/search.rss?q=催收&age=1w").get_data(as_text=True)
        assert feed.count("<item>") == 2
        assert client.get("/search?q=催收&age=2w").status_code == 400


def test_nothing_found_says_what_to_try(read: Read) -> None:
    page = read("/search?q=qqqqq&site=邻里公益")
    assert texts(page, ".nothing h2") == ["Nothing found"]
    assert links(page, ".nothing a") == {"Search again without filters": "?q=qqqqq"}
    assert texts(page, ".chips a") == ["Remove filter Site 邻里公益 ×"]


def test_no_query_leads_home(client: FlaskClient) -> None:
    for path in ("/search", "/search?q=", "/search?q=%20%E3%80%80&site=a"):
        response = client.get(path)
        assert (response.status_code, response.location) == (302, "/")
    assert client.get("/search?q=&hl=en").location == "/?hl=en"


def test_every_page_has_the_same_landmarks(read: Read) -> None:
    for path, status in (("/", 200), ("/search?q=电话", 200), ("/nowhere", 404)):
        page = read(path, status)
        assert len(page.select("h1")) == len(page.select("main")) == 1
        assert len(page.select("form[role=search]")) == 1
        assert all(nav["aria-label"] for nav in page.select("nav"))
        (skip,) = page.select("body > a.skip")
        assert page.select(str(skip["href"]))
        assert page.select("script:not([src]), style, [style]") == []


def test_the_number_of_articles_is_announced_and_nothing_else(read: Read) -> None:
    assert texts(read("/search?q=电话"), "[role=status], [aria-live]") == ["25 articles"]


def test_a_page_of_results_is_small(tmp_path: Path) -> None:
    chance = random.Random(1)

    def text(length: int) -> str:
        return "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(length))

    with Index.open(tmp_path, engine="memory") as index:
        index.add(
            Article(
                url=f"http://a.example/{number}/{chance.randbytes(20).hex()}",
                title="催收" + text(40),
                body="催收" + text(400),
                site=text(8),
                category=text(8),
                language=f"{number:02}",
                published=datetime(2024, 1, number + 1, tzinfo=UTC),
            )
            for number in range(25)
        )
        for article in index.store.articles():
            index.store.keep([Copy(article.url, b"", "", datetime.now(UTC))])
        client = create_app(index).test_client()
        response = client.get("/search?q=催收&page=2&hl=zh")
        page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
        files = {
            str(node.get("href") or node.get("src")) for node in page.select("link, img, script")
        }
        static = [client.get(file, buffered=True).data for file in files if "/static/" in file]
    size = len(gzip.compress(response.data))
    assert len(page.select(".hits > li")) == 10
    assert len(page.select(".source > a")) == 10 * 3
    assert len(page.select(".filters li")) == 60 + 4
    assert size <= 14 * 1024
    assert len(static) == 4
    assert size + sum(len(gzip.compress(data)) for data in static) <= 60 * 1024
