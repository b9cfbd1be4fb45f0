"""Suggestions while somebody types, in a real browser, also with an input method."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Locator, Page, Request, Route, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PAUSE = 400  # milliseconds in which suggestions would have been asked for, and come
COLLECTOR = "A Debt Collector at the Door"


def box_of(page: Page) -> Locator:
    return page.get_by_role("combobox")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def start_composition(page: Page) -> None:
    box_of(page).dispatch_event("compositionstart", {"data": ""})


def requests_of(page: Page) -> list[str]:
    """The addresses at which suggestions are asked for, from now on."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/suggest?" in request.url:
            asked.append(request.url)

    page.on("request", note)
    return asked


@pytest.fixture
def home(open_page: OpenPage) -> Page:
    return open_page()


@pytest.mark.parametrize("path", ["", "search?q=door", "article"])
def test_suggestions_come_while_typing(open_page: OpenPage, path: str) -> None:
    page = open_page("search?q=collector" if path == "article" else path)
    if path == "article":
        page.locator(".hits h2 a").click()
    box = box_of(page)
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill("")
    box.press_sequentially("a deb")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options(page).last).to_have_text(COLLECTOR)
    expect(options(page).last.locator("b")).to_have_text("t Collector at the Door")
    expect(page.locator("form [role=status]")).to_have_text(re.compile(r"^\d+ suggestions?$"))
    expect(box).to_be_focused()


def test_pinyin_finds_chinese(home: Page) -> None:
    box_of(home).press_sequentially("dianh")
    expect(options(home).first).to_have_text("电话")


def test_arrows_choose_and_enter_searches(home: Page) -> None:
    box = box_of(home)
    box.fill("a deb")
    expect(options(home).last).to_have_text(COLLECTOR)
    total = options(home).count()
    box.press("ArrowUp")
    expect(box).to_have_value(COLLECTOR)
    last = home.locator(f"#suggestion-{total - 1}")
    expect(last).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", f"suggestion-{total - 1}")
    box.press("ArrowDown")
    expect(box).to_have_value("a deb")
    expect(home.locator("[aria-selected=true]")).to_have_count(0)
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowDown")
    expect(home.locator("#suggestion-0")).to_have_attribute("aria-selected", "true")
    for _ in range(total - 1):
        box.press("ArrowDown")
    box.press("Enter")
    expect(home).to_have_title(f"{COLLECTOR} - xiaosou")


def test_enter_searches_for_what_was_typed_when_nothing_is_chosen(home: Page) -> None:
    box_of(home).fill("a deb")
    expect(options(home).last).to_have_text(COLLECTOR)
    box_of(home).press("Enter")
    expect(home).to_have_title("a deb - xiaosou")


def test_a_click_searches(open_page: OpenPage) -> None:
    page = open_page("search?q=door&language=en")
    box_of(page).fill("a deb")
    options(page).last.click()
    expect(page).to_have_title(f"{COLLECTOR} - xiaosou")
    # It is a search like any other: filters stay.
    expect(page.locator(".chips li")).to_have_count(1)


def test_escape_closes_the_list_and_brings_back_what_was_typed(home: Page) -> None:
    box = box_of(home)
    box.fill("a deb")
    expect(options(home).last).to_be_visible()
    box.press("ArrowDown")
    box.press("Escape")
    expect(home.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("a deb")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press("ArrowDown")
    expect(options(home).last).to_be_visible()
    box.press("Tab")
    expect(home.get_by_role("listbox")).to_be_hidden()


@pytest.mark.parametrize(("key", "edited"), [("Home", f"x{COLLECTOR}"), ("End", f"{COLLECTOR}x")])
def test_home_and_end_edit_what_was_chosen(home: Page, key: str, edited: str) -> None:
    box = box_of(home)
    box.fill("a deb")
    expect(options(home).last).to_be_visible()
    box.press("ArrowUp")
    box.press(key)
    expect(home.locator("[aria-selected=true]")).to_have_count(0)
    box.press("x")
    expect(box).to_have_value(edited)


def test_a_late_answer_does_not_take_the_list_from_who_chooses(open_page: OpenPage) -> None:
    page = open_page()
    held: list[Route] = []

    def hold_second(route: Route) -> None:
        if held or "q=deb" in route.request.url:
            held.append(route)
        else:
            route.fulfill(json=["de", ["debt", "desk"]], content_type="application/json")

    page.route("**/suggest?*", hold_second)
    page.evaluate("AbortController.prototype.abort = () => {}")
    box = box_of(page)
    box.fill("de")
    expect(options(page)).to_have_count(2)
    with page.expect_request("**/suggest?q=deb"):
        box.fill("deb")
    box.press("ArrowDown")
    with page.expect_response("**/suggest?*"):
        held[0].fulfill(json=["deb", ["late"]], content_type="application/json")
    page.wait_for_timeout(PAUSE)
    expect(page.locator("[aria-selected=true]")).to_have_text("debt")
    expect(box).to_have_value("debt")


def test_an_empty_box_suggests_nothing(home: Page) -> None:
    box = box_of(home)
    box.press_sequentially("de")
    expect(options(home).first).to_be_visible()
    box.fill("")
    expect(home.get_by_role("listbox")).to_be_hidden()
    expect(home.locator("form [role=status]")).to_be_empty()


def test_one_request_is_made_for_quick_keys(home: Page) -> None:
    asked = requests_of(home)
    home.evaluate(
        """() => {
            const box = document.querySelector('[name=q]');
            for (const text of ['c', 'co', 'col', 'coll']) {
                box.value = text;
                box.dispatchEvent(new InputEvent('input', { bubbles: true }));
            }
        }"""
    )
    box_of(home).focus()
    expect(options(home).first).to_be_visible()
    assert [url.rpartition("=")[2] for url in asked] == ["coll"]


@pytest.mark.parametrize("aborting", [True, False])
def test_answers_out_of_order_never_overwrite_newer_ones(
    open_page: OpenPage, aborting: bool
) -> None:
    page = open_page()
    if not aborting:  # as when the answer was on its way already
        page.evaluate("AbortController.prototype.abort = () => {}")
    held: list[Route] = []

    def hold_first(route: Route) -> None:
        if held:
            route.fulfill(json=["deb", ["newer"]], content_type="application/json")
        else:
            held.append(route)

    page.route("**/suggest?*", hold_first)
    box = box_of(page)
    with page.expect_request("**/suggest?*"):
        box.press_sequentially("de")
    box.press_sequentially("b")
    expect(options(page)).to_have_text(["newer"])
    if not aborting:
        with page.expect_response("**/suggest?*"):
            held[0].fulfill(json=["de", ["older", "old"]], content_type="application/json")
    page.wait_for_timeout(PAUSE)
    expect(options(page)).to_have_text(["newer"])


def test_a_failure_leaves_the_search_as_it_was(open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/suggest?*", lambda route: route.fulfill(json={"title": "Bad"}))
    box = box_of(page)
    with page.expect_response("**/suggest?*"):
        box.press_sequentially("电话")
    box.press("Enter")
    expect(page.locator(".hits > li")).to_have_count(10)


def test_a_composition_of_events_shows_and_submits_nothing(home: Page) -> None:
    box = box_of(home)
    box.press_sequentially("deb")
    expect(options(home).first).to_be_visible()
    start_composition(home)
    expect(home.get_by_role("listbox")).to_be_hidden()
    box.evaluate(
        """box => {
            box.value = 'deb cuishou';
            box.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }));
        }"""
    )
    home.wait_for_timeout(PAUSE)
    expect(home.get_by_role("listbox")).to_be_hidden()
    box.press("ArrowDown")
    box.press("Enter")
    home.wait_for_timeout(PAUSE)
    expect(home).to_have_title("xiaosou")
    expect(home.get_by_role("listbox")).to_be_hidden()
    box.evaluate("box => { box.value = 'coll'; }")
    box.dispatch_event("compositionend", {"data": "coll"})
    expect(options(home).first).to_be_visible()


@pytest.mark.parametrize("event", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_for_the_input_method_is_not_ours(home: Page, event: dict[str, object]) -> None:
    """Safari tells of it after the composition has ended, with the key code only."""
    box = box_of(home)
    box.press_sequentially("deb")
    expect(options(home).first).to_be_visible()
    prevented = box.evaluate(
        """(box, event) => !box.dispatchEvent(new KeyboardEvent('keydown',
            { key: 'Enter', bubbles: true, cancelable: true, ...event }))""",
        event,
    )
    assert prevented
    box.evaluate(
        """(box, event) => box.dispatchEvent(new KeyboardEvent('keydown',
            { key: 'ArrowDown', bubbles: true, cancelable: true, ...event }))""",
        event,
    )
    expect(home.locator("[aria-selected=true]")).to_have_count(0)


def test_an_answer_that_comes_during_a_composition_is_not_shown(open_page: OpenPage) -> None:
    page = open_page()
    page.evaluate("AbortController.prototype.abort = () => {}")
    held: list[Route] = []
    page.route("**/suggest?*", lambda route: held.append(route))
    with page.expect_request("**/suggest?*"):
        box_of(page).press_sequentially("de")
    start_composition(page)
    with page.expect_response("**/suggest?*"):
        held[0].fulfill(json=["de", ["late"]], content_type="application/json")
    page.wait_for_timeout(PAUSE)
    expect(page.get_by_role("listbox")).to_be_hidden()


def test_a_real_input_method_is_waited_for(home: Page) -> None:
    asked = requests_of(home)
    box = box_of(home)
    box.focus()
    method: CDPSession = home.context.new_cdp_session(home)
    for text in ("d", "dia", "dianhua"):
        method.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": len(text), "selectionEnd": len(text)},
        )
    expect(box).to_have_value("dianhua")
    home.wait_for_timeout(PAUSE)
    assert asked == []
    expect(home.get_by_role("listbox")).to_be_hidden()
    method.send("Input.insertText", {"text": "电话"})
    expect(box).to_have_value("电话")
    expect(options(home).first).to_have_text(re.compile("电话"))
    box.press("Enter")
    expect(home).to_have_title("电话 - xiaosou")


def test_a_composition_left_with_the_focus_blocks_nothing(home: Page) -> None:
    box = box_of(home)
    box.fill("电话")
    start_composition(home)
    box.blur()
    home.get_by_role("button", name="Search").click()
    expect(home.locator(".hits > li")).to_have_count(10)


def test_a_phone_shows_the_whole_list(open_page: OpenPage) -> None:
    page = open_page("search?q=door", viewport={"width": 320, "height": 600}, has_touch=True)
    box_of(page).fill("第")
    expect(options(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    heights = [box["height"] for option in options(page).all() if (box := option.bounding_box())]
    assert min(heights) >= 38
    options(page).first.tap()
    expect(page).not_to_have_title(re.compile("^door"))
