"""axe-core finds nothing to complain of, on any page, in both languages and both themes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from indexer import Index
from indexer.article import article_id
from indexer.errors import GenerationError
from web import create_app
from web.rate import BURST

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
    f"{COLLECTOR}/history?from=1&to=1",
    f"explain?q=debt collector spaceship&id={ID}",
    f"explain?q=collect* site:ground -papers nofield:x date:2024&id={ID}",
    "nothing",
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


def refuse(*_: object, **__: object) -> NoReturn:
    raise GenerationError("broken")


def rare_pages(folder: Path, accept_language: str) -> Iterator[tuple[str, str]]:
    """The pages that a collection shows seldom, by name: an empty one, a busy one, a broken one."""
    for name, settings in (("busy", "rate = 1"), ("broken", "rate = 0")):
        (folder / name).mkdir(parents=True)
        (folder / name / "settings.toml").write_text(settings, encoding="utf-8")
        with Index.open(folder / name, engine="memory") as index:
            client = create_app(index).test_client()
            headers = {"Accept-Language": accept_language}
            if name == "broken":
                yield "empty", client.get("/", headers=headers).get_data(as_text=True)
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(index, "search", refuse)
                    answer = client.get("/search?q=x", headers=headers)
                assert answer.status_code == 503
            else:
                for _ in range(BURST + 1):
                    answer = client.get("/", headers=headers)
                assert answer.status_code == 429
            yield name, answer.get_data(as_text=True)


def test_nothing_is_found_on_pages_that_are_seldom_shown(
    chromium: Browser, address: str, tmp_path: Path
) -> None:
    complaints = []
    seen = set()
    for locale in ("en-GB", "zh-CN"):
        context = chromium.new_context(locale=locale, bypass_csp=True)
        page = context.new_page()
        for name, html in rare_pages(tmp_path / locale, locale):
            # With the style of the server, at an address that it does not have.
            page.route(f"**/{name}", partial(fulfil, html))
            page.goto(address + name)
            seen.add(page.locator("h1, h2").last.inner_text())
            complaints += look(page)
        context.close()
    assert len(seen) == 6
    assert not complaints, "\n".join(complaints)


def fulfil(html: str, route: Route) -> None:
    route.fulfill(body=html, content_type="text/html; charset=utf-8")


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
