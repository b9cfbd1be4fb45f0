"""What the names of an element's classes and id say of its part in the page."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bs4 import Tag

# A name is a run of letters; camelCase is two. Chinese sites name things in English or in pinyin.
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

# Classes that tell a state or a keyword, not a part: "has-sidebar", "tag-comments".
_STATE = re.compile(
    r"(?:has|is|no|not|with|without|js|tag|category|status|format)[-_]", re.IGNORECASE
)

_ASIDE = """
ad ads adv asides author authors avatar banner banquan bio byline caption copyright crumb crumbs
daohang disqus extra fenxiang fixed foot guanggao header hot hotnews latest license login masthead
menu meta modal more nav navbar navi navigation outbrain overlay pager pages paihang pinglun popover
popular popup prevnext print rail rank ranking register remen replies reply respond share sharebar
sharing shoucang side signup social sponsor sponsored taglist tags teaser ticker tips toc toolbar
tools top trending tuijian tweet vote weizhi widget xiangguan
"""
# Beginnings of names that are often run together with others: "relatedposts", "commentlist".
_ASIDE_BEGINNINGS = re.compile(
    r"(?:advert|breadcrumb|comment|cookie|footer|leftbar|newsletter|pagination|promo|recommend"
    r"|related|relate$|rightbar|sidebar|socials?|subscri|taboola)"
)
_COMMENTS = re.compile(r"comment|disqus|pinglun|repl(?:y|ies)$|respond$")
_ASIDE_TAGS = frozenset(["header", "figcaption"])

_CONTENT = """
article articlebody articlecontent body content contenttext detail details entry entrytext main
maintext neirong newstext post postbody story text wenzhang zhengwen
"""
_ASIDE_NAMES = frozenset(_ASIDE.split())
_CONTENT_NAMES = frozenset(_CONTENT.split())
_CRUMB_NAMES = frozenset(["crumb", "crumbs", "weizhi", "mbx", "mianbaoxie", "bread"])
_PATH_NAMES = frozenset(["path", "trail", "position", "location", "place", "local"])
_NAME_NAMES = frozenset(["name", "fn", "vcard"])
_LOGO_NAMES = frozenset(["logo", "brand", "sitename", "sitetitle"])
_HALF, _MOST, _ANY = 0.5, 0.75, 1.01
_NEVER_TAGS = frozenset(["aside", "footer"])
_CONTENT_TAGS = frozenset(["article", "main"])


def most_prose_aside(element: Tag) -> float:
    """How much of a page's prose an element may have and still stand beside the article.

    Its tag and its names tell: comments may be longer than the article, while what is named
    "header" and has most of the page's text is no header.

    Returns:
        A share; 0 for an element that nothing tells to stand aside, more than 1 for one that does
        so whatever it holds.
    """
    if element.name in _NEVER_TAGS:
        return _ANY
    names = _names(element)
    if any(map(_ASIDE_BEGINNINGS.match, names)):
        return _MOST
    return _HALF if element.name in _ASIDE_TAGS or not _ASIDE_NAMES.isdisjoint(names) else 0.0


def holds_content(element: Tag) -> bool:
    """Whether the element's tag or names say that it holds the article."""
    return (
        element.name in _CONTENT_TAGS
        or element.get("itemprop") == "articleBody"
        or not _CONTENT_NAMES.isdisjoint(_names(element))
    )


def _names(element: Tag) -> Sequence[str]:
    attributes = element.attrs
    if not attributes:
        return ()
    classes = attributes.get("class") or ()
    return _names_of(
        str(attributes.get("id") or ""), (classes,) if isinstance(classes, str) else tuple(classes)
    )


@lru_cache(maxsize=1 << 14)
def _names_of(identity: str, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The names in an id and in classes, but for those that tell a state."""
    return tuple(
        name.lower()
        for word in (identity, *classes)
        if word and not _STATE.match(word)
        for name in _NAME.findall(word)
    )


def is_breadcrumbs(element: Tag) -> bool:
    """Whether the element's names say that it holds the page's breadcrumbs."""
    return str(element.get("aria-label", "")).lower() in {"breadcrumb", "breadcrumbs"} or any(
        name in _CRUMB_NAMES or name.startswith("breadcrumb") for name in _names(element)
    )


def is_path(element: Tag) -> bool:
    """Whether the element's names say that it holds a path, which may be the breadcrumbs."""
    return not _PATH_NAMES.isdisjoint(_names(element))


def holds_comments(element: Tag) -> bool:
    """Whether the element's names say that it holds what readers wrote about the article."""
    return any(_COMMENTS.match(name) for name in _names(element))


def tells_date(element: Tag) -> bool:
    """Whether the names of a time element say that something was published then."""
    names = _names(element)
    return "published" in names or ("entry" in names and "date" in names)


def is_entry_title(element: Tag) -> bool:
    """Whether the element's names say that it is the title of an entry, as hAtom has it."""
    names = set(_names(element))
    return "title" in names and not names.isdisjoint({"entry", "post"})


def names_author(element: Tag) -> bool:
    """Whether the element's names say that it holds just the author's name."""
    names = _names(element)
    return "author" in names and not _NAME_NAMES.isdisjoint(names)


def is_logo(element: Tag) -> bool:
    """Whether the element, or the one around it, is named as the site's own name or sign."""
    for named in (element, element.parent):
        names = set(_names(named)) if named else set()
        if names & _LOGO_NAMES or ("site" in names and names & {"title", "name"}):
            return True
    return False
