"""Where an article stands: its title, and the site and the category that the page names."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.extraction.breadcrumbs import names_home, read_trail
from crawler.extraction.metadata import text_of
from crawler.extraction.title import Title, are_alike, find_span, find_title, fold_label
from crawler.text import clean_line
from indexer.breadcrumb import Heading

if TYPE_CHECKING:
    from crawler.extraction.document import Document

# What programs put where there is no category.
_NONE = re.compile(
    r"all|uncategori[sz]ed|general|未分类|未分類|默认分类|全部|null|undefined|none",
    re.IGNORECASE,
)
_HOME_OF = re.compile(r"(.+?)(?:网站)?(?:首页|首頁|主页|主頁)$")
# What the last of the breadcrumbs is called where it is not the article's title.
_ARTICLE = re.compile(
    r"(?:正文|内容|內容|文章|详情|詳情|详细|阅读|閱讀|查看|浏览|当前页|本文)"
    r"(?:内容|文章|信息|页|正文)?|article|detail",
    re.IGNORECASE,
)
# What only a site is called.
_SITE = re.compile(
    r"(?:网|網|网站|網站|门户|在线|社区)$|\.(?:com|cn|net|org|co\.\w\w)$", re.IGNORECASE
)
_ADDRESS = re.compile(r"\w+://|@|www\.", re.IGNORECASE)
_LONGEST_NAME = 60


def find_heading(
    document: Document, title: str = "", site: str = "", category: str = ""
) -> Heading:
    """Find the title, the site and the category of a page's article.

    They are told apart by what agrees: ``<title>`` reads "site - category - title" as often as the
    other way round, and the page's heading, its breadcrumbs and its metadata say which it is. Site
    and category are empty when the page does not name them.

    Args:
        document: The page.
        title: The title, when it is known already; site and category likewise.
        site: The site's name.
        category: The category.
    """
    site = site or _declared_site(document)
    found = find_title(document, site, title)
    trail = read_trail(document)
    front = next((label for label in map(_front_name, trail[:1]) if label), "")
    path = [
        label
        for place, label in enumerate(trail)
        if _is_category(label, found.text, site or front, first=place == 0)
    ]
    labels = _outermost_first(found)
    host = fold_label(urlsplit(document.url).hostname or "")
    site = site or front or _site_among(labels, path, host) or _publisher(document)
    if not category:
        path = path or [*_sections(document), *_inside(labels, site)]
        path = [label for label in path if _is_category(label, found.text, site, first=False)]
        category = path[-1] if path else ""
    return Heading(site, category, found.text)


def _declared_site(document: Document) -> str:
    metadata = document.metadata
    names = [metadata.first("og:site_name"), metadata.first("application-name")]
    names += [text_of(item) for item in metadata.of_type("WebSite")]
    return next(filter(_is_name, names), "")


def _publisher(document: Document) -> str:
    names = (text_of(item.get("publisher")) for item in document.metadata.articles())
    return next(filter(_is_name, names), "")


def _is_name(text: str) -> bool:
    return (
        bool(fold_label(text))
        and text.lower() not in {"null", "undefined"}
        and len(text) <= _LONGEST_NAME
        and not _ADDRESS.search(text)
    )


def _outermost_first(title: Title) -> list[str]:
    """The labels of ``<title>`` from the site to the category, on whichever side they stand."""
    return [*title.before, *reversed(title.after)]


def _inside(labels: list[str], site: str) -> list[str]:
    """The labels between that of the site and the title; all of them where the site's is none."""
    folded = fold_label(site)
    names = [folded != "" and folded == fold_label(label) for label in labels]
    if any(names):
        return labels[names.index(True) + 1 :]
    return [label for label in labels if not (folded and _holds_either(label, site))]


def _holds_either(one: str, other: str) -> bool:
    """Whether one of two names is a part of the other."""
    first, second = fold_label(one), fold_label(other)
    return first in second or second in first


def _front_name(label: str) -> str:
    """The site's name, where the breadcrumbs begin with it rather than with "home"."""
    if names_home(label):
        return ""
    named = _HOME_OF.match(label)
    if named:
        return named[1]
    return label if _SITE.search(label) else ""


def _is_category(label: str, title: str, site: str, *, first: bool) -> bool:
    """Whether a label names a category.

    The first of several may be the site's name in short, while a category such as "jokes" may be
    part of that.
    """
    folded = fold_label(label)
    return (
        _is_name(label)
        and not names_home(label)
        and not _NONE.fullmatch(label)
        and not _HOME_OF.match(label)
        and not _ARTICLE.fullmatch(label)
        and not _SITE.search(label)
        and folded != fold_label(title)
        and not are_alike(label, title)
        and not (site and (_holds_either(label, site) if first else folded == fold_label(site)))
    )


def _site_among(labels: list[str], path: list[str], host: str) -> str:
    """The site's name among the labels of ``<title>``: the host's, else the outermost.

    A label that the breadcrumbs have too is a category, unless the way goes on from it to another
    label of ``<title>``.
    """
    names = [label for label in labels if _is_name(label)]
    others = [name for name in names if not any(find_span(name, way) for way in path)]
    if not others and len(names) > 1 and not find_span(names[0], path[-1]):
        others = names[:1]
    of_host = [name for name in others if len(fold_label(name)) > 2 and fold_label(name) in host]
    return next(iter([*of_host, *others]), "")


def _sections(document: Document) -> list[str]:
    sections = [text_of(item.get("articleSection")) for item in document.metadata.articles()]
    links = (link for link in document.markup.of_tag("a") if "category" in (link.get("rel") or ()))
    named = [clean_line(link.get_text(" ")) for link in islice(links, 1)]
    return [*named, *sections, document.metadata.first("article:section")]
