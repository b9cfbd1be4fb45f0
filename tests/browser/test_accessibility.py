"""axe-core finds nothing to complain of, on any page, in both languages and both themes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from indexer.article import article_id

pytestmark = pytest.mark.browser

ID = article_id("https://ground.example/collector")
COLLECTOR = f"article/{ID}"
PAGES = [
    "",
    "search?q=电话&site=邻里公益&language=zh&page=2",
    "search?q=电话 骗术 请 记住 天书 飞船",
    "search?q=qqqqq&category=栏目1",
    "search?q=电话&page=50",
    "search?q=x&page=abc",
    "api/docs",
    "login",
    COLLECTOR,
    f"{COLLECTOR}/history",
    f"copy/{ID}",
    f"explain?q=debt collector spaceship&id={ID}",
]
# "best-practice" goes beyond WCAG 2.2 AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_found(chromium: Browser, address: str, path: str) -> None:
    complaints = []
    for locale in ("en-GB", "zh-CN"):
        # The page's policy forbids scripts of others, and so the tool that looks at it.
        context = chromium.new_context(locale=locale, bypass_csp=True)
        page = context.new_page()
        page.goto(address + path)
        complaints += look(page)
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("path", ["", "search?q=door", COLLECTOR])
def test_nothing_is_found_while_suggestions_show(
    chromium: Browser, address: str, path: str
) -> None:
    complaints = []
    for locale in ("en-GB", "zh-CN"):
        context = chromium.new_context(locale=locale, bypass_csp=True)
        page = context.new_page()
        page.goto(address + path)
        page.get_by_role("combobox").fill("a deb")
        expect(page.get_by_role("option").first).to_be_visible()
        page.get_by_role("combobox").press("ArrowDown")
        complaints += look(page)
        expect(page.locator("[aria-selected=true]")).to_be_visible()
        context.close()
    assert not complaints, "\n".join(complaints)


def test_nothing_is_found_behind_the_login(chromium: Browser, address: str, password: str) -> None:
    context = chromium.new_context(locale="en-GB", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}search?q=电话")
    page.get_by_role("link", name="Status").click()
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Status")
    complaints = look(page)
    page.get_by_role("link", name="中文").click()
    complaints += look(page)
    page.get_by_role("button", name="立即抓取").click()
    complaints += look(page)
    page.get_by_role("link", name="编辑").last.click()
    page.get_by_label("声明").fill("seeds = 1")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("正在等候调度程序")
    complaints += look(page)
    page.get_by_role("link", name="English").click()
    complaints += look(page)
    page.goto(f"{address}status?hl=zh")
    page.get_by_role("button", name="退出").click()
    page.goto(f"{address}status")
    expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    context.close()
    assert not complaints, "\n".join(complaints)


def look(page: Page) -> list[str]:
    """What axe-core finds on a page, in both themes."""
    complaints = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        results = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        assert len(results.response["passes"]) > 20
        if results.violations_count:
            complaints.append(f"{page.url}, {scheme}: {results.generate_report()}")
    return complaints
