"""Title, site and category of a page, told apart by what agrees."""

from __future__ import annotations

import json

import pytest

from crawler.extraction.document import parse_page
from crawler.extraction.heading import find_heading
from crawler.extraction.title import find_span
from crawler.page import Page
from indexer.breadcrumb import Heading

TEXT = "<p>The hen has been asked about it, many times, and by now she has an agent for that.</p>"
FULL = Heading("Joke Site", "Old Jokes", "The Hen Crosses")
SEPARATORS = [" - ", " – ", " — ", " | ", "_", " · ", " » ", " > ", " :: ", "|", " － ", "｜"]


def heading_of(head: str, body: str = "", url: str = "https://example.org/1.html") -> Heading:
    html = f"<html><head>{head}</head><body>{body}{TEXT}</body></html>"
    return find_heading(parse_page(Page(url, html.encode())))


def title(*parts: str, separator: str = " - ") -> str:
    return f"<title>{separator.join(parts)}</title>"


# <title>


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_page_heading_tells_which_way_round_the_title_is(separator: str) -> None:
    parts = ["开心小站", "冷笑话", "会说话的电梯"]
    expected = Heading(*parts)
    for order in (parts, parts[::-1]):
        assert heading_of(title(*order, separator=separator), "<h1>会说话的电梯</h1>") == expected


@pytest.mark.parametrize("tag", ["h2", "div", "td", "b", "font"])
def test_any_element_can_be_the_heading(tag: str) -> None:
    body = f"<{tag}>The Hen Crosses</{tag}>"
    assert heading_of(title("The Hen Crosses", "Old Jokes", "Joke Site"), body) == FULL


def test_the_page_heading_may_hold_separators() -> None:
    name = "The Hen - A Tragedy: Part 1"
    found = heading_of(title(name, "Old Jokes", "Joke Site"), f"<h1>{name}</h1>")
    assert found == Heading("Joke Site", "Old Jokes", name)


def test_width_case_and_punctuation_do_not_matter() -> None:
    found = heading_of(title("“the hen” crosses…", "Joke Site"), "<h1>The Hen Ｃrosses</h1>")
    assert found == Heading("Joke Site", "", "The Hen Ｃrosses")


def test_a_title_ending_in_a_mark_is_found() -> None:
    found = heading_of(title("邻里公益", "债务", "门该不该开？"), "<h1>门该不该开？</h1>")
    assert found == Heading("邻里公益", "债务", "门该不该开？")


def test_the_title_is_not_a_part_of_a_longer_word() -> None:
    assert find_span("Hen", "Henhouse - Hen shed") == (11, 14)
    assert find_span("Hen", "Henhouse - Shed") is None


def test_without_a_heading_the_longest_part_is_the_title() -> None:
    found = heading_of(title("Joke Site", "Old Jokes", "Why did the hen cross the road?"))
    assert found == Heading("Joke Site", "Old Jokes", "Why did the hen cross the road?")


def test_the_site_logo_is_no_heading() -> None:
    logo = '<div class="logo"><h1>Joke Site</h1></div>'
    home = '<h1><a href="/">Joke Site</a></h1>'
    for first in (logo, home):
        found = heading_of(
            title("Joke Site", "The Hen Crosses"), first + "<h2>The Hen Crosses</h2>"
        )
        assert found == Heading("Joke Site", "", "The Hen Crosses")


def test_the_host_tells_the_site_among_the_labels() -> None:
    head = title("The Hen Crosses", "Joke Site", "Laugh until Tuesday")
    assert heading_of(head, "<h1>The Hen Crosses</h1>", "https://www.jokesite.example/1").site == (
        "Joke Site"
    )


def test_what_follows_a_title_without_a_separator_is_no_label() -> None:
    found = heading_of(title("The Hen Crosses, 5 March", "Joke Site"), "<h1>The Hen Crosses</h1>")
    assert found == Heading("Joke Site", "", "The Hen Crosses")


# Metadata


@pytest.mark.parametrize("dash", ["-", "--", " -- "])
def test_dashes_beside_a_chinese_title_need_no_spaces(dash: str) -> None:
    parts = ("会说话的电梯", "冷笑话", "开心小站")
    found = heading_of(title(*parts, separator=dash), "<h1>会说话的电梯</h1>")
    assert found == Heading("开心小站", "冷笑话", "会说话的电梯")


def test_what_stands_around_the_site_is_no_category() -> None:
    head = '<meta property="og:site_name" content="Joke Site">'
    head += title("The Hen Crosses", "Joke Site", "Farm Network")
    assert heading_of(head, "<h1>The Hen Crosses</h1>") == Heading(
        "Joke Site", "", "The Hen Crosses"
    )


def test_a_category_may_be_part_of_the_name_of_the_site() -> None:
    found = heading_of(title("会说话的电梯", "笑话", "开心笑话网"), "<h1>会说话的电梯</h1>")
    assert found == Heading("开心笑话网", "笑话", "会说话的电梯")


def test_a_short_name_of_the_site_is_no_category() -> None:
    head = '<meta property="og:site_name" content="Joke Site of the Farm">'
    found = heading_of(head + title("The Hen Crosses", "Joke Site"), "<h1>The Hen Crosses</h1>")
    assert found.category == ""


def test_the_program_that_makes_a_page_is_not_its_site() -> None:
    head = title("The Hen Crosses", "Old Jokes", "Joke Site", "Powered by Hens! 3.4")
    assert heading_of(head, "<h1>The Hen Crosses</h1>") == FULL


def test_a_link_of_the_kind_category_names_it() -> None:
    body = '<h1>The Hen Crosses</h1><a href="/c/1" rel="category tag">Old Jokes</a>'
    assert heading_of(title("The Hen Crosses", "Joke Site"), body) == FULL


def test_a_second_heading_is_the_title_where_the_first_is_the_site() -> None:
    body = "<h1>Joke Site</h1><h2>The Hen Crosses</h2><h2>What others say</h2>"
    found = heading_of(title("The Hen Crosses", "Joke Site"), body)
    assert found == Heading("Joke Site", "", "The Hen Crosses")


def test_what_is_named_the_title_of_the_entry_is_the_title() -> None:
    body = '<h1>Hens and Roads</h1><h3 class="post-title entry-title">The road again</h3>'
    found = heading_of("<title>Hens and Roads: The road again</title>", body)
    assert found.title == "The road again"


def test_metadata_tells_title_and_site() -> None:
    head = (
        '<meta property="og:title" content="The Hen Crosses - Joke Site">'
        '<meta property="og:site_name" content="Joke Site">'
        '<meta property="article:section" content="Old Jokes">'
    )
    assert heading_of(head) == FULL


def test_the_page_heading_wins_over_a_different_title_for_machines() -> None:
    head = title("Hen Crosses Road: Shock", "Joke Site")
    assert heading_of(head, "<h1>What the Hen Did Next</h1>").title == "What the Hen Did Next"


def test_entities_escaped_twice_are_undone() -> None:
    head = '<meta property="og:title" content="Hens &amp;amp; Ducks">'
    assert heading_of(head).title == "Hens & Ducks"


@pytest.mark.parametrize("name", ["https://example.org", "@jokes", "null", "x" * 61])
def test_what_is_no_name_names_no_site(name: str) -> None:
    assert heading_of(f'<meta property="og:site_name" content="{name}">').site == ""


def test_a_publisher_names_the_site_where_nothing_else_does() -> None:
    item = {"@type": "NewsArticle", "publisher": {"name": "Joke Press"}, "articleSection": ["Old"]}
    head = f'<script type="application/ld+json">{json.dumps(item)}</script>'
    assert heading_of(head, "<h1>The Hen</h1>") == Heading("Joke Press", "Old", "The Hen")


# Breadcrumbs


CRUMBS = [
    '<nav aria-label="Breadcrumb"><a href="/">Home</a> / <a>Old Jokes</a></nav>',
    '<ol class="breadcrumb"><li><a>Home</a><li><a>Old Jokes</a><li>The Hen Crosses</ol>',
    '<div id="crumbs">Home &raquo; Old Jokes &raquo; The Hen Crosses</div>',
    "<p>You are here: <a>Home</a> &gt; <a>Old Jokes</a></p>",
    "<td>当前位置：<a>首页</a> -> <a>Old Jokes</a> -> 正文</td>",
    "<div><span>您现在的位置：</span><a>主页</a> › <a>Old Jokes</a></div>",
    '<div class="path"><a>Home</a> | <a>Old Jokes</a></div>',
    '<ul itemscope itemtype="https://schema.org/BreadcrumbList">'
    '<li itemprop="name">Home</li><li itemprop="name">Old Jokes</li></ul>',
]


@pytest.mark.parametrize("crumbs", CRUMBS)
def test_breadcrumbs_tell_the_category(crumbs: str) -> None:
    found = heading_of(title("The Hen Crosses", "Joke Site"), f"{crumbs}<h1>The Hen Crosses</h1>")
    assert found == FULL


@pytest.mark.parametrize("crumbs", CRUMBS)
def test_breadcrumbs_tell_a_category_from_a_site(crumbs: str) -> None:
    found = heading_of(title("The Hen Crosses", "Old Jokes"), f"{crumbs}<h1>The Hen Crosses</h1>")
    assert found == Heading("", "Old Jokes", "The Hen Crosses")


def test_breadcrumbs_in_json_are_put_in_order() -> None:
    entries = [
        {"position": "3", "name": "The Hen Crosses"},
        {"position": 2, "item": {"name": "Old Jokes"}},
        {"position": 1, "name": "Home"},
    ]
    item = {"@graph": [{"@type": "BreadcrumbList", "itemListElement": entries}]}
    wrapped = f"/*<![CDATA[*/{json.dumps(item)}/*]]>*/"
    head = title("The Hen Crosses", "Joke Site") + (
        f'<script type="application/ld+json">{wrapped}</script>'
    )
    assert heading_of(head, "<h1>The Hen Crosses</h1>") == FULL


def test_breadcrumbs_may_begin_with_the_site() -> None:
    crumbs = '<div class="crumb"><a>开心小站首页</a> &gt; <a>冷笑话</a></div>'
    found = heading_of(title("会说话的电梯"), f"{crumbs}<h1>会说话的电梯</h1>")
    assert found == Heading("开心小站", "冷笑话", "会说话的电梯")


def test_the_innermost_of_several_is_the_category() -> None:
    crumbs = '<div class="crumb">Home &gt; Jokes &gt; Old Jokes &gt; The Hen Crosses</div>'
    assert heading_of(title("Joke Site", "The Hen Crosses"), crumbs).category == "Old Jokes"


def test_a_long_menu_is_no_breadcrumbs() -> None:
    menu = "".join(f"<li><a>Section {number}</a></li>" for number in range(20))
    found = heading_of(title("The Hen Crosses"), f'<ul class="breadcrumb">{menu}</ul>')
    assert found.category == ""


@pytest.mark.parametrize("script", ["{", "[" * 9999, '"x"', '{"@type": 5}', '{"@type": [null]}'])
def test_malformed_json_is_left_out(script: str) -> None:
    head = f'{title("The Hen Crosses")}<script type="application/ld+json">{script}</script>'
    assert heading_of(head).title == "The Hen Crosses"
