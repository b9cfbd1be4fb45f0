"""The demo site as a web application: lists and articles as pages, and what stands around them."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, render_template, request

from crawler.demo.articles import FOLDERS, DemoArticle
from crawler.demo.labels import LABELS, write_date
from crawler.demo.sections import Category, Site, arrange

if TYPE_CHECKING:
    from collections.abc import Iterable

_LATEST = 6
_RELATED = 4
_WRONG_CHARSET = "iso-8859-1"


def create_app(articles: Iterable[DemoArticle]) -> Flask:
    """Make the demo site of these articles.

    It has what a crawler meets in the wild: lists in pages, a sitemap, a folder ``robots.txt``
    forbids, a dead link, a page that fails, validators that answer 304, and a category in GBK
    whose header and ``<meta>`` both declare something else.

    Raises:
        DemoError: The articles cannot be arranged into sections.
    """
    pages = _Pages(arrange(articles))
    app = Flask("crawler.demo")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(sites=pages.sites, write_date=write_date)
    section = f"/<any({', '.join(FOLDERS)}):folder>/<section>/"
    for path, view in (
        ("/", pages.show_home),
        (section, pages.show_section),
        (f"{section}<slug>.html", pages.show_article),
        ("/sitemap.xml", pages.show_sitemap),
        ("/robots.txt", _show_robots),
        ("/private/", _show_private),
        ("/ranking.html", _show_ranking),
    ):
        app.add_url_rule(path, path, view)
    app.after_request(_answer_conditionally)
    return app


class _Pages:
    """The pages that show sites, categories and articles.

    Attributes:
        sites: Every site, in the order the home page has them.
    """

    def __init__(self, sites: tuple[Site, ...]) -> None:
        self.sites = sites
        self._sites = {site.path: site for site in sites}
        self._categories = {
            category.path: (site, category) for site in sites for category in site.categories
        }

    def show_home(self) -> Response:
        return _render("home.html", "zh-Hans")

    def show_section(self, folder: str, section: str) -> Response:
        path = f"/{folder}/{section}/"
        if path in self._sites:
            site = self._sites[path]
            return _render("site.html", site.language, site=site, latest=_latest(site))
        site, category = self._find_category(path)
        number = request.args.get("page", 1, type=int)
        if not 1 <= number <= len(category.pages):
            abort(404)
        return _render(
            "category.html",
            site.language,
            category.encoding,
            site=site,
            category=category,
            number=number,
            latest=_latest(site),
        )

    def show_article(self, folder: str, section: str, slug: str) -> Response:
        site, category = self._find_category(f"/{folder}/{section}/")
        slugs = [article.slug for article in category.articles]
        if slug not in slugs:
            abort(404)
        position = slugs.index(slug)
        article = category.articles[position]
        response = _render(
            "article.html",
            site.language,
            category.encoding,
            site=site,
            category=category,
            article=article,
            newer=category.articles[position - 1] if position > 0 else None,
            older=category.articles[position + 1] if position + 1 < len(slugs) else None,
            related=_related(site, category, article),
            latest=_latest(site),
        )
        response.last_modified = datetime.combine(article.date, time.min, UTC)
        return response

    def show_sitemap(self) -> Response:
        return Response(
            render_template("sitemap.xml", root=request.url_root.rstrip("/")),
            mimetype="application/xml",
        )

    def _find_category(self, path: str) -> tuple[Site, Category]:
        if path not in self._categories:
            abort(404)
        return self._categories[path]


def _show_robots() -> Response:
    text = f"User-agent: *\nDisallow: /private/\n\nSitemap: {request.url_root}sitemap.xml\n"
    return Response(text, mimetype="text/plain")


def _show_private() -> Response:
    return _render("private.html", "zh-Hans")


def _show_ranking() -> Response:
    return Response("数据库繁忙，请稍后再试。", status=500, mimetype="text/plain")


def _render(template: str, language: str, encoding: str = "utf-8", **values: Any) -> Response:
    page = render_template(template, language=language, label=LABELS[language], **values)
    declared = "utf-8" if encoding == "utf-8" else _WRONG_CHARSET
    return Response(
        page.encode(encoding, "xmlcharrefreplace"), content_type=f"text/html; charset={declared}"
    )


def _answer_conditionally(response: Response) -> Response:
    if response.status_code == 200:
        response.add_etag()
    response.make_conditional(request)
    return response


def _latest(site: Site) -> list[tuple[Category, DemoArticle]]:
    """The site's newest articles, each with the category it stands in."""
    placed = [(category, article) for category in site.categories for article in category.articles]
    placed.sort(key=lambda pair: (pair[1].date, pair[1].slug), reverse=True)
    return placed[:_LATEST]


def _related(
    site: Site, category: Category, article: DemoArticle
) -> list[tuple[Category, DemoArticle]]:
    """The articles of the site's other categories published nearest to this one."""
    placed = [
        (other, candidate)
        for other in site.categories
        if other != category
        for candidate in other.articles
    ]
    placed.sort(key=lambda pair: (abs(pair[1].date - article.date), pair[1].slug))
    return placed[:_RELATED]
