"""The demo site's order: sites, their categories, and the pages of a category's list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.demo.errors import DemoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.demo.articles import DemoArticle

PAGE_SIZE = 8
"""How many articles a page of a category's list has."""

_GBK_CATEGORY = "健康科普"
_TRADITIONAL_SITES = ("笑口常開", "鄰里公益")
_CHINESE_SLUGS = {
    "笑口常开": "xiaokou-changkai",
    "冷笑话": "leng-xiaohua",
    "职场笑话": "zhichang-xiaohua",
    "校园笑话": "xiaoyuan-xiaohua",
    "家庭笑话": "jiating-xiaohua",
    "医患幽默": "yihuan-youmo",
    "邻里公益": "linli-gongyi",
    "债务与催收": "zhaiwu-cuishou",
    "防诈骗": "fang-zhapian",
    "法律常识": "falv-changshi",
    "健康科普": "jiankang-kepu",
    "劳动权益": "laodong-quanyi",
    "租房": "zufang",
    "网络安全": "wangluo-anquan",
    "笑口常開": "xiaokou-changkai-tw",
    "冷笑話": "leng-xiaohua-tw",
    "職場笑話": "zhichang-xiaohua-tw",
    "家庭笑話": "jiating-xiaohua-tw",
    "鄰里公益": "linli-gongyi-tw",
    "防詐騙": "fang-zhapian-tw",
    "債務與討債": "zhaiwu-taozhai-tw",
    "租屋": "zuwu-tw",
}


@dataclass(frozen=True, slots=True)
class Category:
    """A section of a site and its articles.

    Attributes:
        name: The category's name.
        path: Where its list stands, such as ``/zh/leng-xiaohua/``.
        encoding: How its pages, the list and the articles, are encoded.
        articles: Its articles, newest first.
    """

    name: str
    path: str
    encoding: str
    articles: tuple[DemoArticle, ...]

    @property
    def pages(self) -> Sequence[tuple[DemoArticle, ...]]:
        """The articles in lists of at most `PAGE_SIZE`."""
        starts = range(0, len(self.articles), PAGE_SIZE)
        return [self.articles[start : start + PAGE_SIZE] for start in starts]

    def article_path(self, article: DemoArticle) -> str:
        """Where one of its articles stands."""
        return f"{self.path}{article.slug}.html"


@dataclass(frozen=True, slots=True)
class Site:
    """A site within the demo site.

    Attributes:
        name: The site's name.
        path: Where its front page stands, such as ``/zh/xiaokou-changkai/``.
        language: Its language as HTML's ``lang`` has it: ``zh-Hans``, ``zh-Hant`` or ``en``.
        categories: Its categories, the largest first.
    """

    name: str
    path: str
    language: str
    categories: tuple[Category, ...]


def arrange(articles: Iterable[DemoArticle]) -> tuple[Site, ...]:
    """Put articles into categories and these into sites, larger ones first.

    Raises:
        DemoError: A Chinese name has no spelling for its path, or two sections share a path.
    """
    shelves: dict[tuple[str, str], dict[str, list[DemoArticle]]] = {}
    for article in articles:
        shelf = shelves.setdefault((article.folder, article.site), {})
        shelf.setdefault(article.category, []).append(article)
    sites = [_make_site(folder, name, shelf) for (folder, name), shelf in shelves.items()]
    paths = [site.path for site in sites]
    paths += [category.path for site in sites for category in site.categories]
    if len(set(paths)) < len(paths):
        raise DemoError(f"two demo sections share a path, name one otherwise: {sorted(paths)}")
    return tuple(sorted(sites, key=_site_size, reverse=True))


def _make_site(folder: str, name: str, shelf: dict[str, list[DemoArticle]]) -> Site:
    categories = [_make_category(folder, category, found) for category, found in shelf.items()]
    categories.sort(key=lambda category: len(category.articles), reverse=True)
    return Site(name, _path(folder, name), _language(folder, name), tuple(categories))


def _make_category(folder: str, name: str, articles: list[DemoArticle]) -> Category:
    newest_first = sorted(articles, key=lambda article: (article.date, article.slug), reverse=True)
    encoding = "gbk" if name == _GBK_CATEGORY else "utf-8"
    return Category(name, _path(folder, name), encoding, tuple(newest_first))


def _path(folder: str, name: str) -> str:
    slug = _CHINESE_SLUGS.get(name) or "-".join(re.findall(r"[a-z0-9]+", name.lower()))
    if not slug:
        raise DemoError(
            f"demo section {name!r} has no spelling for its path: add it to sections.py"
        )
    return f"/{folder}/{slug}/"


def _language(folder: str, site: str) -> str:
    if folder == "en":
        return "en"
    return "zh-Hant" if site in _TRADITIONAL_SITES else "zh-Hans"


def _site_size(site: Site) -> int:
    return sum(len(category.articles) for category in site.categories)
