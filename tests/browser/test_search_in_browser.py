"""What a person does with the page, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PHONES = "search?q=电话"


def color(page: Page, selector: str, name: str) -> tuple[int, ...]:
    """A computed colour of an element, its red, green and blue."""
    value = page.locator(selector).first.evaluate(
        "(node, name) => getComputedStyle(node)[name]", name
    )
    return tuple(int(part) for part in re.findall(r"\d+", value)[:3])


def test_a_person_searches_reads_and_returns(open_page: OpenPage) -> None:
    page = open_page()
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    box.fill("电话")
    box.press("Enter")
    expect(page).to_have_title("电话 - xiaosou")
    expect(page.locator(".hits > li")).to_have_count(10)
    expect(page.locator(".snippet mark").first).to_have_text("电话")
    title = page.locator(".hits h2").first.inner_text()
    page.locator(".hits h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("article")).to_contain_text("接到陌生电话先挂断。")
    page.go_back()
    expect(page).to_have_title("电话 - xiaosou")
    expect(page.get_by_role("combobox")).to_have_value("电话")


def test_a_person_narrows_by_facets_and_takes_filters_away(open_page: OpenPage) -> None:
    page = open_page(PHONES)
    filters = page.get_by_role("navigation", name="Filters")
    filters.get_by_role("link", name="笑口常开").click()
    expect(page.locator(".status")).to_contain_text("8 articles")
    filters.get_by_role("link", name="栏目3").click()
    expect(page.locator(".status")).to_contain_text("1 article")
    expect(page.locator(".chips li")).to_have_count(3)
    page.get_by_role("link", name="Remove filter Category 栏目3").click()
    expect(page.locator(".status")).to_contain_text("8 articles")
    # A new query keeps what is filtered by.
    page.get_by_role("combobox").fill("骗术")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".chips li")).to_have_count(1)
    expect(page.locator(".status")).to_contain_text("8 articles")


def test_rare_values_of_a_facet_unfold(open_page: OpenPage) -> None:
    page = open_page(PHONES)
    more = page.locator(".filters details")
    expect(more.get_by_role("link")).to_have_count(0)
    more.locator("summary").click()
    expect(more.get_by_role("link")).to_have_count(2)


def test_a_person_turns_pages_and_changes_the_order(open_page: OpenPage) -> None:
    page = open_page(PHONES)
    pages = page.get_by_role("navigation", name="Pages")
    pages.get_by_role("link", name="Next").click()
    expect(pages.locator("[aria-current=page]")).to_have_text("2")
    pages.get_by_role("link", name="Page 3").click()
    expect(page.locator(".hits > li")).to_have_count(5)
    expect(pages.get_by_role("link", name="Next")).to_have_count(0)
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator(".hits time").first).to_have_text("1 January 2024")
    expect(pages.locator("[aria-current=page]")).to_have_text("1")


def test_a_person_changes_the_language_and_it_is_remembered(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(PHONES)
    page.get_by_role("link", name="中文").click()
    expect(page.locator(".search button")).to_have_text("搜索")
    expect(page.locator(".status")).to_contain_text("25 篇文章")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("笑搜")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("xiaosou")


def test_a_chinese_browser_gets_chinese(open_page: OpenPage) -> None:
    page = open_page(PHONES, locale="zh-CN")
    expect(page.locator(".search button")).to_have_text("搜索")
    expect(page.locator(".hits time").first).to_have_text(re.compile(r"2024年1月\d+日"))


def test_everything_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_role("searchbox").fill("电话")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("navigation", name="Filters").get_by_role("link", name="邻里公益").click()
    page.get_by_role("link", name="Newest").click()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Next").click()
    expect(page.locator(".status")).to_contain_text("17 articles")
    page.get_by_role("link", name="中文").click()
    page.locator(".hits h2 a").first.click()
    expect(page.get_by_role("link", name="阅读原文")).to_be_visible()


def test_a_keyboard_is_enough(open_page: OpenPage) -> None:
    page = open_page("search?q=collector")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    # Sorting is pointless with one hit: the first thing after the skip is that hit.
    page.keyboard.press("Tab")
    first = page.locator(".hits h2 a")
    expect(first).to_be_focused()
    assert first.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A Debt Collector at the Door")


def test_keys_move_through_the_results(open_page: OpenPage) -> None:
    page = open_page(PHONES)
    hits = page.locator(".hits h2 a")
    page.keyboard.press("j")
    expect(hits.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("/")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    page.keyboard.type("j/k")
    expect(box).to_have_value("j/k")


def test_keys_can_be_turned_off_for_good(open_page: OpenPage) -> None:
    page = open_page(PHONES)
    page.get_by_role("button", name="Turn keys off").click()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("/")
    expect(page.locator("body")).to_be_focused()
    page.get_by_role("button", name="Turn keys on").click()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_paper_shows_the_results_and_no_controls(open_page: OpenPage) -> None:
    page = open_page(PHONES, color_scheme="dark")
    page.emulate_media(media="print")
    expect(page.locator(".hits > li").first).to_be_visible()
    expect(page.locator(".status [role=status]")).to_be_visible()
    for control in (".search", ".filters", ".pages", ".sorts", ".languages", ".bottom"):
        expect(page.locator(control)).to_be_hidden()
    assert color(page, "body", "backgroundColor") == (255, 255, 255)
    assert color(page, "body", "color") == (0, 0, 0)


def test_a_person_sees_what_changed_in_an_article(open_page: OpenPage) -> None:
    page = open_page("search?q=collector")
    page.locator(".hits h2 a").click()
    page.get_by_role("link", name="History").click()
    expect(page.locator("ins")).to_have_text(", but you need not open the door")
    page.get_by_role("link", name="Version 1").click()
    expect(page.locator("ins, del")).to_have_count(0)
    expect(page.locator(".difference")).to_contain_text("Collectors may knock.")


def test_a_person_asks_why_and_for_more_like_it(open_page: OpenPage, address: str) -> None:
    page = open_page("search?q=collector", java_script_enabled=False)
    page.get_by_role("link", name="Why this?").click()
    expect(page.get_by_role("table")).to_contain_text("collector")
    page.get_by_role("link", name="Back to the results").click()
    expect(page.locator(".hits")).to_be_visible()
    page.goto(address + PHONES)
    page.get_by_role("link", name="More like this").first.click()
    expect(page.locator("#similar")).to_be_in_viewport()
    expect(page.locator("#similar li")).to_have_count(5)
    page.locator("#similar h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("种诈骗电话")


def test_a_copy_is_read_in_its_sandbox_and_left_again(open_page: OpenPage) -> None:
    # The page would complain of any file that is asked for.
    page = open_page("search?q=collector")
    page.get_by_role("link", name="Copy").click()
    expect(page.locator(".banner")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Collectors may knock.")
    expect(page.locator("main")).to_contain_text("A door")
    expect(page.locator("script, [onclick], [onload]")).to_have_count(0)
    assert color(page, "body", "backgroundColor") == (255, 254, 251)
    page.get_by_role("link", name="The article").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A Debt Collector at the Door")


def test_a_person_asks_what_others_ask(open_page: OpenPage, address: str) -> None:
    page = open_page()
    page.get_by_role("navigation", name="Popular").get_by_role("link", name="诈骗电话").click()
    expect(page.locator(".hits > li")).to_have_count(10)
    page.goto(f"{address}search?q=collector")
    page.get_by_role("navigation", name="Related").get_by_role("link", name="debt coll").click()
    expect(page.get_by_role("combobox")).to_have_value("debt collectors")


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize(
    "path",
    ["", PHONES + "&page=2&site=邻里公益&language=zh", "search?q=zzz&category=栏目1", "article"],
)
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_a_phone_needs_no_sideways_scrolling(
    open_page: OpenPage, width: int, path: str, locale: str
) -> None:
    options = {"viewport": {"width": width, "height": 700}, "locale": locale, "has_touch": True}
    page = open_page(PHONES if path == "article" else path, **options)
    if path == "article":
        page.locator(".hits h2 a").first.tap()
        expect(page.locator("article.reading")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_phone_has_targets_for_a_thumb(open_page: OpenPage) -> None:
    page = open_page(PHONES, viewport={"width": 390, "height": 700}, has_touch=True)
    targets = page.locator(".pages a, .filters li a, .sorts a, .top a, .search button")
    heights = [
        box["height"]
        for target in targets.locator("visible=true").all()
        if (box := target.bounding_box())
    ]
    assert len(heights) > 10
    assert min(heights) >= 38
    page.locator(".show-filters").tap()
    expect(page.locator("#filters")).to_be_in_viewport()


def test_dark_and_light_follow_the_system(open_page: OpenPage) -> None:
    light = open_page(PHONES, color_scheme="light")
    dark = open_page(PHONES, color_scheme="dark")
    assert min(color(light, "body", "backgroundColor")) > 200
    assert max(color(light, "body", "color")) < 60
    assert max(color(dark, "body", "backgroundColor")) < 60
    assert min(color(dark, "body", "color")) > 200
