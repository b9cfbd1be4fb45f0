"""What a page says about itself to machines: its meta elements, JSON-LD and microdata."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.text import clean_line

if TYPE_CHECKING:
    from crawler.extraction.markup import Markup

# The types of schema.org that are articles, as far as pages of text have them.
_ARTICLE_TYPE = re.compile(
    r"(?:\w*Article|BlogPosting|Report|Review|SocialMediaPosting|DiscussionForumPosting|QAPage"
    r"|Question|Recipe)$"
)
# Comments and CDATA marks that some pages put around their JSON.
_WRAPPING = re.compile(
    r"^\s*(?:/\*|//)?\s*(?:<!--|<!\[CDATA\[)\s*(?:\*/)?|(?:/\*|//)?\s*(?:-->|\]\]>)\s*(?:\*/)?\s*$"
)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE)
_MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself.

    Attributes:
        names: The contents of ``<meta>`` by its name, property or itemprop in lower case; the
            first of each that is not empty.
        items: The objects of its JSON-LD, outer ones first.
    """

    names: dict[str, str]
    items: tuple[dict[str, Any], ...]

    def first(self, *names: str) -> str:
        """The content of the first of these meta elements that the page has, or nothing."""
        return next((self.names[name] for name in names if name in self.names), "")

    def articles(self) -> list[dict[str, Any]]:
        """The JSON-LD objects that describe an article."""
        return [item for item in self.items if any(map(_ARTICLE_TYPE.match, types_of(item)))]

    def of_type(self, name: str) -> list[dict[str, Any]]:
        """The JSON-LD objects of a type of schema.org."""
        return [item for item in self.items if name in types_of(item)]


def read_metadata(markup: Markup) -> Metadata:
    """Read the metadata of a page; what is malformed in it is left out."""
    names: dict[str, str] = {}
    for element in markup.of_tag("meta"):
        content = _clean_value(str(element.get("content", "")))
        for attribute in ("property", "name", "itemprop"):
            name = str(element.get(attribute) or "").strip().lower()
            if name and content:
                names.setdefault(name, content)
    items: list[dict[str, Any]] = []
    for script in markup.of_tag("script"):
        if "ld+json" in str(script.get("type")).lower():
            items.extend(_read_items(script.get_text()))
    return Metadata(names, tuple(items))


def types_of(item: dict[str, Any]) -> list[str]:
    """The names of a JSON-LD object's types, without what stands before their last slash."""
    types = item.get("@type")
    names = types if isinstance(types, list) else [types]
    return [name.rpartition("/")[2] for name in names if isinstance(name, str)]


def text_of(value: object) -> str:
    """The text a JSON-LD value stands for: itself, its name, or the first of a list's."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("@value")
    return _clean_value(value) if isinstance(value, str) else ""


def _clean_value(text: str) -> str:
    """Clean a line of metadata, in which many pages escape characters twice."""
    return clean_line(html.unescape(text) if _ENTITY.search(text) else text)


def _read_items(text: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(_WRAPPING.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return []
    items: list[dict[str, Any]] = []
    waiting = deque([value])
    while waiting and len(items) < _MOST_ITEMS:
        value = waiting.popleft()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            items.append(value)
            waiting.extend(inner for inner in value.values() if isinstance(inner, (dict, list)))
    return items
