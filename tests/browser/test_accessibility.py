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
from web.locale import LOCALES
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
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
# "best-practice" goes beyond WCAG 2.2 AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_found(chromium: Browser, address: str, path: str) -> None:
    complaints = []
    for locale in LANGUAGES.values():
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
    for locale in LANGUAGES.values():
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
    for locale in LANGUAGES.values():
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


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_is_found_behind_the_login(
    chromium: Browser, address: str, password: str, code: str
) -> None:
    text = LOCALES[code].text
    context = chromium.new_context(locale=LANGUAGES[code], bypass_csp=True)
    page = context.new_page()
    page.goto(f"{address}search?q=电话")
    page.get_by_role("link", name=text("status")).click()
    complaints = []
    for typed in ("wrong", password):
        page.get_by_label(text("login.password")).fill(typed)
        page.get_by_role("button", name=text("login")).click()
        expect(page.get_by_role("alert")).to_have_count(1 if typed == "wrong" else 0)
        complaints += look(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(text("status"))
    page.get_by_role("button", name=text("source.start")).click()
    complaints += look(page)
    for source, said in (("bad", "source.trouble"), ("jokes", "order.edit.waiting")):
        page.goto(f"{address}status")
        page.locator(f"a[href*='/{source}']", has_text=text("source.edit")).click()
        if source == "jokes":
            page.get_by_label(text("source.declaration")).fill("seeds = 1")
            page.get_by_role("button", name=text("source.save")).click()
        expect(page.get_by_role("alert")).to_contain_text(text(said))
        complaints += look(page)
    other = context.new_page()
    other.goto(f"{address}status")
    other.get_by_role("button", name=text("logout")).click()
    page.get_by_role("button", name=text("source.save")).click()
    expect(page.get_by_role("alert")).to_contain_text(text("source.closed"))
    complaints += look(page)
    page.goto(f"{address}status")
    expect(page.get_by_role("heading", level=1)).to_have_text(text("login"))
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
